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
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

AGENCIES, OPEN_SHARE, BATCH = 40, 5, 1000


class Told(NamedTuple):
    """An event as its table holds it, but for the keys."""

    number: int
    kind: str
    at: datetime
    actor_code: str
    data: str
    detail_hash: str
    previous: str
    hash: str


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


def copies(models: list, number: int, seed: int = 36) -> Iterator[tuple[Any, list[Told], Any]]:
    """Unsaved dossiers with events and an open task (or None): one in OPEN_SHARE is in process."""
    from tinhso.foundation import canonical
    from tinhso.foundation.dates import VIETNAM
    from tinhso.government.services.dossiers.chain import record_hash
    from tinhso.government.services.models import Dossier, DossierTask
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
        written, previous = [], ""
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
            written.append(Told(number_, kind, at, "system", text, "", previous, told))
            previous = told
        row.events_count, row.head = len(events), previous
        task = None
        if which:
            task = DossierTask(
                dossier=row, number=1, kind="step", step=0, agency_uid=row.competent_uid, role="officer",
                holder=None, opened_at=row.received_at,
            )  # fmt: skip
        yield row, written, task


def _write(table: str, columns: tuple[str, ...], rows: Iterator[tuple]) -> None:
    """Rows into a table past the ORM: twenty of a dossier's twenty-three rows are events and their details."""
    from django.db import connection

    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


def fill(models: list, number: int) -> float:
    """Write so many dossiers with events, details, tasks and facts; seconds it took. Progress goes to stderr."""
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.models import Max

    from tinhso.government.services.index.facts import fact_of
    from tinhso.government.services.models import Dossier, DossierDetail, DossierEvent, DossierFact, DossierTask

    began, done = time.perf_counter(), 0
    last = DossierEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    moment = connection.ops.adapt_datetimefield_value
    rows = copies(models, number)
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            Dossier.objects.bulk_create([row for row, _history, _task in batch])
            events = [(row.pk, event) for row, history, _task in batch for event in history]
            _write(
                DossierEvent._meta.db_table,
                ("id", "dossier_id", *Told._fields),
                (
                    (last + place, pk, *event._replace(at=moment(event.at)))
                    for place, (pk, event) in enumerate(events, 1)
                ),
            )
            _write(
                DossierDetail._meta.db_table,
                ("id", "event_id", "salt", "values", "actor_name"),
                ((pk, pk, "", "{}", "Tỉnh Số") for pk in range(last + 1, last + len(events) + 1)),
            )
            last += len(events)
            tasks = [task for _row, _history, task in batch if task]
            for task in tasks:
                task.dossier_id = task.dossier.pk
            DossierTask.objects.bulk_create(tasks)
            DossierFact.objects.bulk_create(
                DossierFact(dossier=row, since=row.ended_at or row.received_at, **fact_of(row, history, {}))
                for row, history, _task in batch
            )
        done += len(batch)
        spent = time.perf_counter() - began
        sys.stderr.write(f"\r{done:,} of {number:,} dossiers, {done / spent:,.0f}/s")
        sys.stderr.flush()
    sys.stderr.write("\n")
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [DossierEvent, DossierDetail]):
            cursor.execute(sql)
    return time.perf_counter() - began
