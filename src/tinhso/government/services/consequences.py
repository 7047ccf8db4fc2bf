"""What follows from events, in the same transaction: messages to the national portal, notices, papers to make.

Each consequence is a function (dossier, events) listed here; none may refuse what has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinhso.government.services.index.facts import keep_facts
from tinhso.government.services.models import Dossier, DossierEvent
from tinhso.government.services.notices import tell_applicant
from tinhso.government.services.outbox import queue_messages
from tinhso.government.services.papers.wanted import want_papers
from tinhso.government.services.paying import follow_payment

CONSEQUENCES: tuple[Callable[[Dossier, Sequence[DossierEvent]], None], ...] = (
    queue_messages,
    want_papers,
    follow_payment,
    keep_facts,
    tell_applicant,
)


def follow(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Let everything follow that events lead to."""
    for consequence in CONSEQUENCES:
        consequence(dossier, events)
