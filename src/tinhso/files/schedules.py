from tinhso.files.disposal import sweep
from tinhso.foundation.schedules import scheduled

scheduled("files.sweep", every_minutes=24 * 60)(sweep)
