from tinhso.foundation.schedules import scheduled
from tinhso.identity.limits import purge

scheduled("identity.purge_limits", every_minutes=60)(purge)
