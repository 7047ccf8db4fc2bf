from tinhso.delivery.commands import purge, send_due
from tinhso.foundation.schedules import scheduled

scheduled("delivery.send", every_minutes=1)(send_due)
scheduled("delivery.purge", every_minutes=24 * 60)(purge)
