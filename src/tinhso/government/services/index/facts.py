"""From a dossier's events to its countable facts; written when something happens, and told again from the events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.clocking import clock_events
from tinhso.government.services.dossiers.consequences import consequence
from tinhso.government.services.ground.states import FINISHED, OWING, PROCESSING, RECEIVED, RETURNED, SUPPLEMENTING
from tinhso.government.services.models import Dossier, DossierEvent, DossierFact, DossierPaper
from tinhso.government.services.models.issued import SEALED, IssuedPaper
from tinhso.workdays import clock
from tinhso.workdays.queries import by_hash

#: What happens inside an agency changes nothing that is counted.
UNCOUNTED = frozenset(
    {"task_opened", "claimed", "handed_over", "step_completed", "step_returned", "answered", "noted", "started"}
)
READ = ("kind", "at", "actor_code", "data", "dossier_id", "number")
COLUMNS = (
    "agency_uid",
    "field_id",
    "demonstration",
    "status",
    "paused",
    "online",
    "full",
    "filed_month",
    "received_month",
    "ended_month",
    "due_at",
    "ended_at",
    "verdict",
    "paid",
    "paid_online",
    "digital",
    "papers",
    "reused",
    "stars",
)


def month_of(moment: datetime | None) -> int:
    """202603 for a moment in March 2026 in Vietnam, 0 for none."""
    if moment is None:
        return 0
    local = moment.astimezone(VIETNAM)
    return local.year * 100 + local.month


@consequence(order=40)
def keep_facts(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Consequence: write what a dossier counts as from now on, where that has changed."""
    if any(event.kind not in UNCOUNTED for event in events):
        refresh(dossier, events[-1].at)


def refresh(dossier: Dossier, moment: datetime) -> bool:
    """Make the fact in force what the events tell; whether it had to change. Repeating it changes nothing."""
    history = list(counted(dossier.events))
    told = fact_of(dossier, history, papers_of([dossier.pk]).get(dossier.pk, {}))
    former = DossierFact.objects.filter(dossier=dossier, until=None).first()
    if former is not None:
        if all(getattr(former, name) == told[name] for name in COLUMNS):
            return False
        if former.since >= moment:
            DossierFact.objects.filter(pk=former.pk).update(**told)
            return True
        DossierFact.objects.filter(pk=former.pk).update(until=moment)
    DossierFact.objects.create(dossier=dossier, since=moment, **told)
    return True


def counted(events: Any) -> Any:
    """The events that facts follow from, in their order."""
    return events.exclude(kind__in=UNCOUNTED).order_by("number").only(*READ)


def papers_of(pks: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Papers given, papers given again, and whether a sealed result lies ready, by dossier."""
    found: dict[int, dict[str, Any]] = {}
    given = DossierPaper.objects.filter(dossier__in=pks).exclude(origin="issued").order_by().values("dossier")
    for row in given.annotate(papers=Count("pk"), reused=Count("pk", filter=Q(origin="reused"))):
        found[row["dossier"]] = {"papers": row["papers"], "reused": row["reused"]}
    sealed = IssuedPaper.objects.filter(dossier__in=pks, form="result", state=SEALED)
    for pk in sealed.values_list("dossier", flat=True):
        found.setdefault(pk, {})["sealed"] = True
    return found


def fact_of(dossier: Dossier, events: Sequence[DossierEvent], papers: Mapping[str, Any]) -> dict[str, Any]:
    """What a dossier counts as, from its whole history; the dossier gives what no event tells: procedure, channel,
    calendar, and whose it is."""
    status, suspended, requests, asked = 0, False, 0, None
    received = ended = None
    paid = paid_online = digital = False
    stars = 0
    last = len(events)
    for place, event in enumerate(events):
        kind, data = event.kind, json.loads(event.data)
        status = data.get("status", status)
        if kind == "accepted" and received is None:
            received = event.at
        elif kind == "supplements_requested":
            requests, asked = requests + 1, place
        elif kind == "supplemented":
            asked = None
        elif kind in {"suspended", "resumed"}:
            suspended = kind == "suspended"
        elif kind == "paid":
            paid, paid_online = True, not event.actor_code.startswith("user:")
        elif kind == "refunded":
            paid = paid_online = False
        elif kind == "attached":
            digital = digital or data.get("paper") == "result"
        elif kind == "returned":
            digital = digital or data["way"] == "online"
        elif kind == "rated":
            stars = data["stars"]
        if ended is None and kind in {"finished", "returned", "refused", "stopped", "withdrawn"}:
            ended, last, suspended = event.at, place, False
            if kind in {"stopped", "withdrawn"} and asked is not None:
                ended, last = events[asked].at, asked
    finished = status in {FINISHED, RETURNED}
    due = _due(dossier, events[:last]) if received is not None else None
    return {
        "agency_uid": dossier.competent_uid,
        "field_id": dossier.version.procedure.field_id,
        "demonstration": dossier.demonstration,
        "status": PROCESSING if status == RECEIVED else status,
        "paused": ended is None and (suspended or status in {SUPPLEMENTING, OWING}),
        "online": dossier.channel == "online",
        "full": dossier.channel == "online" and dossier.version.definition.content["online"] == "full",
        "filed_month": month_of(dossier.filed_at),
        "received_month": month_of(received),
        "ended_month": month_of(ended),
        "due_at": due,
        "ended_at": ended,
        "verdict": _verdict(ended, due, requests) if received is not None and ended is not None else "",
        "paid": paid,
        "paid_online": paid_online,
        "digital": finished and (digital or bool(papers.get("sealed"))),
        "papers": papers.get("papers", 0),
        "reused": papers.get("reused", 0),
        "stars": stars,
    }


def _due(dossier: Dossier, events: Sequence[DossierEvent]) -> datetime | None:
    told = clock_events(events)
    if not told:
        return None
    return clock.due(told, dossier.version.definition.rule, by_hash(dossier.calendar_sha256)).at


def _verdict(ended: datetime, due: datetime | None, requests: int) -> str:
    """A second request for supplements counts as late; a clock that stood still when it ended had not run out."""
    if requests > 1 or (due is not None and ended > due):
        return "late"
    if due is not None and ended.astimezone(VIETNAM).date() == due.astimezone(VIETNAM).date():
        return "on"
    return "before"


def told_again(dossiers: Any, chunk: int = 500) -> Iterator[tuple[Dossier, dict[str, Any]]]:
    """Each dossier of a queryset with its facts recomputed from its events."""
    history = Prefetch("events", counted(DossierEvent.objects))
    rows = dossiers.select_related("version__procedure").prefetch_related(history).order_by("pk")
    batch: list[Dossier] = []
    for dossier in rows.iterator(chunk_size=chunk):
        batch.append(dossier)
        if len(batch) == chunk:
            yield from _told(batch)
            batch = []
    yield from _told(batch)


def _told(batch: list[Dossier]) -> Iterator[tuple[Dossier, dict[str, Any]]]:
    papers = papers_of([dossier.pk for dossier in batch])
    for dossier in batch:
        yield dossier, fact_of(dossier, list(dossier.events.all()), papers.get(dossier.pk, {}))


def settle() -> int:
    """Results sealed after their dossier's last event count as digitised from then on; returns how many."""
    sealed = IssuedPaper.objects.filter(dossier=OuterRef("dossier"), form="result", state=SEALED)
    waiting = DossierFact.objects.filter(Exists(sealed), until=None, digital=False, status__in=[FINISHED, RETURNED])
    done = 0
    for pk in list(waiting.values_list("dossier", flat=True)[:10_000]):
        dossier = Dossier.objects.select_related("version__procedure").get(pk=pk)
        at = dossier.issued.filter(form="result", state=SEALED).latest("sealed_at").sealed_at
        done += refresh(dossier, at or timezone.now())
    return done
