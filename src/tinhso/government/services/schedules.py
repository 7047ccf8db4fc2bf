"""Work the worker starts by itself."""

from tinhso.foundation.schedules import scheduled
from tinhso.government.services.commands.papers import make_due

scheduled("services.papers", every_minutes=1)(make_due)
