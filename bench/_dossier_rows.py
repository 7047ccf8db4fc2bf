"""A province full of dossiers, written straight into the tables with valid hash chains: the load for bench/services.py.

Every history is one that the commands made: two model dossiers, one finished and one in process, are lived through
`apply`, and their events are told again for each copy under its own identity and days.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

AGENCIES, OPEN_SHARE, BATCH = 40, 5, 1000


def templates(desk: Any) -> list[tuple[Any, list[tuple[str, dict, timedelta]]]]:
    """Model dossiers with their events (kind, data, since filing) as the commands wrote them."""
    import json

    finished = desk.finished()
    desk.act(finished, "return_result", desk.clerk, way="online")
    found = []
    for model in (finished, desk.in_process()):
        events = model.events.order_by("number")
        found.append((model, [(event.kind, json.loads(event.data)) for event in events]))
    return found


def copies(models: list, number: int, seed: int = 36) -> Iterator[tuple[Any, list, list, Any]]:
    """Unsaved dossiers with events, details and an open task (or None): one in OPEN_SHARE is in process."""
    from tinhso.foundation import canonical
    from tinhso.foundation.dates import VIETNAM
    from tinhso.government.services.dossiers.chain import record_hash
    from tinhso.government.services.models import Dossier, DossierDetail, DossierEvent, DossierTask
    from tinhso.workdays.clock import Event, due
    from tinhso.workdays.queries import current

    chance, calendar = random.Random(seed), current()
    start = datetime(2026, 1, 2, 8, tzinfo=VIETNAM)
    plain = {field.attname for field in Dossier._meta.concrete_fields} - {"id", "uid", "code"}
    texts = [[canonical.dumps(data).decode() for _kind, data in events] for _model, events in models]
    for index in range(number):
        which = int(index % OPEN_SHARE == 0)
        model, events = models[which]
        row = Dossier(
            uid=UUID(int=chance.getrandbits(128), version=4), code=f"H40.99.{index % AGENCIES:02}-260101-{index:07}"
        )
        for name in plain:
            setattr(row, name, getattr(model, name))
        row.version = model.version
        filed = start + timedelta(minutes=chance.randrange(60 * 24 * 300))
        row.competent_uid = f"bench.{index % AGENCIES}" if which == 0 or index % 25 else "test.xa"
        row.filed_at, row.received_at = filed, filed + timedelta(hours=1)
        row.due_at = due([Event("received", row.received_at)], row.version.definition.rule, calendar).at
        row.ended_at = None if which else filed + timedelta(days=chance.randrange(1, 9))
        row.calendar_sha256 = calendar.sha256
        written, details, previous = [], [], ""
        for number_, ((kind, data), text) in enumerate(zip(events, texts[which], strict=True), 1):
            at = (
                filed
                if number_ == 1
                else row.received_at
                if row.ended_at is None or number_ < len(events) - 1
                else row.ended_at
            )
            told = record_hash(
                dossier=str(row.uid),
                number=number_,
                kind=kind,
                at=at,
                actor="system",
                data=data,
                detail="",
                previous=previous,
            )
            event = DossierEvent(
                dossier=row,
                number=number_,
                kind=kind,
                at=at,
                actor_code="system",
                data=text,
                previous=previous,
                hash=told,
            )
            written.append(event)
            details.append(DossierDetail(event=event, salt="", values="{}", actor_name="Tỉnh Số"))
            previous = told
        row.events_count, row.head = len(events), previous
        task = None
        if which:
            task = DossierTask(
                dossier=row, number=1, kind="step", step=0, agency_uid=row.competent_uid, role="officer",
                holder=None, opened_at=row.received_at,
            )  # fmt: skip
        yield row, written, details, task


def fill(models: list, number: int) -> float:
    """Write so many dossiers with events, details, tasks and facts; seconds it took. Progress goes to stderr."""
    from django.db import transaction

    from tinhso.government.services.index.facts import fact_of
    from tinhso.government.services.models import Dossier, DossierDetail, DossierEvent, DossierFact, DossierTask

    began, done, batch = time.perf_counter(), 0, []
    rows = copies(models, number)
    while True:
        batch = [item for _place, item in zip(range(BATCH), rows, strict=False)]
        if not batch:
            break
        with transaction.atomic():
            Dossier.objects.bulk_create([item[0] for item in batch])
            events = [event for item in batch for event in item[1]]
            for event in events:
                event.dossier_id = event.dossier.pk
            DossierEvent.objects.bulk_create(events)
            details = [detail for item in batch for detail in item[2]]
            for detail in details:
                detail.event_id = detail.event.pk
            DossierDetail.objects.bulk_create(details)
            tasks = [item[3] for item in batch if item[3]]
            for task in tasks:
                task.dossier_id = task.dossier.pk
            DossierTask.objects.bulk_create(tasks)
            DossierFact.objects.bulk_create(
                DossierFact(dossier=row, since=row.ended_at or row.received_at, **fact_of(row, history, {}))
                for row, history, _details, _task in batch
            )
        done += len(batch)
        spent = time.perf_counter() - began
        sys.stderr.write(f"\r{done:,} of {number:,} dossiers, {done / spent:,.0f}/s")
        sys.stderr.flush()
    sys.stderr.write("\n")
    return time.perf_counter() - began
