"""Senders and what they report; outages and their history; planned maintenance; what was promised."""

from tinhso.infrastructure.outages.models.events import Alias, Event, FileEvent, Source
from tinhso.infrastructure.outages.models.outages import Affected, Outage, OutageElement, OutageEntry, OutageImpact
from tinhso.infrastructure.outages.models.promises import Contact, Notice, Promise
from tinhso.infrastructure.outages.models.windows import MaintenanceWindow, WindowElement, WindowEntry

__all__ = [
    "Affected",
    "Alias",
    "Contact",
    "Event",
    "FileEvent",
    "MaintenanceWindow",
    "Notice",
    "Outage",
    "OutageElement",
    "OutageEntry",
    "OutageImpact",
    "Promise",
    "Source",
    "WindowElement",
    "WindowEntry",
]
