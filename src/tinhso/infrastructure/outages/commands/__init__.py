"""Everything that may be done to outages."""

from tinhso.infrastructure.outages.commands.handling import (
    add_works,
    close_outage,
    expect_back,
    reopen_outage,
    set_cause,
    tell_outage,
    write_report,
)
from tinhso.infrastructure.outages.commands.planning import (
    approve_window,
    cancel_window,
    plan_maintenance,
    tell_window,
)
from tinhso.infrastructure.outages.commands.promises import drop_contact, promise, set_contact
from tinhso.infrastructure.outages.commands.sources import (
    Secrets,
    change_source,
    name_element,
    receive,
    register_source,
)

__all__ = [
    "Secrets",
    "add_works",
    "approve_window",
    "cancel_window",
    "change_source",
    "close_outage",
    "drop_contact",
    "expect_back",
    "name_element",
    "plan_maintenance",
    "promise",
    "receive",
    "register_source",
    "reopen_outage",
    "set_cause",
    "set_contact",
    "tell_outage",
    "tell_window",
    "write_report",
]
