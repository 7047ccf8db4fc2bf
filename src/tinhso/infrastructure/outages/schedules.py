from tinhso.foundation.schedules import scheduled
from tinhso.infrastructure.outages.following import follow_all

scheduled("outages.follow", every_minutes=1)(follow_all)
