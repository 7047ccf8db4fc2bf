"""Bringing a network file in, all or nothing. The way back is `files.imports.undo_last_import`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, apply_import
from tinhso.files.models import ImportBatch
from tinhso.foundation import canonical
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.network.importers import OFDS
from tinhso.infrastructure.network.models import Element, Network, Node, Reading, Record, Span
from tinhso.infrastructure.network.ofds.faults import Fault
from tinhso.infrastructure.network.ofds.reader import ReadFile, ReadNetwork, Say, drained, read
from tinhso.infrastructure.network.ofds.timeline import State, Table
from tinhso.proof.audit import Actor

TABLES = {
    "nodes": Table(Node, ("element_id",)),
    "spans": Table(Span, ("element_id",)),
    "records": Table(Record, ("kind", "element_id")),
}


@dataclass
class NetworkChange:
    """What a file would change of one network, and the day it speaks for."""

    network: Network
    reading: Reading
    until: date | None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass
class Outcome:
    """What an import did, or with `dry_run` would do. `batch` is None when nothing was written."""

    file: ReadFile
    changes: list[NetworkChange]
    diff: Diff
    batch: ImportBatch | None = None

    @property
    def faults(self) -> list[Fault]:
        return self.file.faults


def import_ofds(
    *,
    actor: Actor,
    raw: bytes,
    source_name: str,
    as_of: date | None = None,
    network: UUID | None = None,
    repair: bool = False,
    dry_run: bool = False,
    demonstration: bool = False,
    limit: int = 0,
    say: Say = lambda text: None,
    after: Callable[[ImportBatch, Diff], None] | None = None,
) -> Outcome:
    """Record the networks of an OFDS file as their state from a day on.

    `as_of` defaults to each network's collectionDate, else publicationDate, else today. `network` takes only one
    network out of the package, `limit` bounds the bytes a zip may unpack to. Raises BadJson, Invalid (size, day,
    network) or ImportRefused with every finding; Conflict when another file came in meanwhile. Elements absent from
    the file end on that day. `after` writes what belongs to the same change, in the same transaction; it is not called
    where nothing changes.
    """
    seen = _imports_so_far()
    with _uncollected():
        file = read(raw, repair=repair, limit=limit, say=say)
        file.require()
        chosen = [found for found in file.networks if network in (None, found.uuid)]
        if not chosen:
            listed = _("Tệp có: %(ids)s") % {"ids": ", ".join(str(found.uuid) for found in file.networks)}
            raise Invalid(_("Tệp không có mạng %(uuid)s.") % {"uuid": network}, mend=listed)
        say(_("So với dữ liệu đang có"))
        outcome = Outcome(file, [], Diff())
        for found in chosen:
            outcome.changes.append(_compare(found, file, as_of or found.state_on or today(), source_name, outcome.diff))
    if dry_run:
        return outcome
    say(_("Ghi"))
    outcome.batch, _diff = apply_import(
        actor=actor,
        importer=OFDS,
        source_name=source_name,
        source_sha256=file.sha256,
        plan=lambda: _settled(outcome, seen, demonstration),
        after=after,
    )
    return outcome


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of small lists and no cycles: looking for cycles among them again and again doubles the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _compare(found: ReadNetwork, file: ReadFile, day: date, source_name: str, diff: Diff) -> NetworkChange:
    """Add one network to the diff, outside any write."""
    if day > today():
        raise Invalid(
            _("Ngày hiện trạng %(day)s nằm trong tương lai.") % {"day": day},
            place="as_of",
            mend=_("Phần tử chưa có thì ghi bằng trạng thái planned, không bằng ngày tương lai."),
        )
    known = Network.objects.filter(uuid=found.uuid).first()
    network = known or Network(uuid=found.uuid, name=found.name, operator=found.operator)
    readings = Reading.objects.known_at().filter(network=network) if known else Reading.objects.none()
    later = readings.filter(valid_from__gt=day).order_by("valid_from").values_list("valid_from", flat=True).first()
    reading = Reading(
        network=network,
        valid_from=day,
        name=found.name,
        operator=found.operator,
        source_name=source_name[:255],
        source_sha256=file.sha256,
        nodes=len(found.nodes),
        spans=len(found.spans),
        findings=canonical.dumps([_told(fault) for fault in file.faults]).decode(),
    )
    change = NetworkChange(network, reading, later)
    state = State(diff, network, day, later)
    for name, table in TABLES.items():
        before = (len(diff.added), len(diff.changed), len(diff.removed), diff.unchanged)
        state.add(table, drained(getattr(found, name)))
        after = (len(diff.added), len(diff.changed), len(diff.removed), diff.unchanged)
        numbers = (new - old for old, new in zip(before, after, strict=True))
        change.counts[name] = dict(zip(("added", "changed", "removed", "unchanged"), numbers, strict=True))
    old = readings.filter(valid_from=day).first()
    if old is None or old.source_sha256 != file.sha256:
        diff.kept.append(reading)
        diff.closed += [old] if old else []
    return change


def _told(fault: Fault) -> dict[str, str]:
    return {"code": fault.code, "level": fault.level, "place": fault.place, "reason": fault.reason}


def _imports_so_far() -> tuple[int, int]:
    """Changes whenever a network file is imported or taken back."""
    batches = ImportBatch.objects.filter(importer=OFDS)
    return batches.count(), batches.exclude(undone_at=None).count()


def _settled(outcome: Outcome, seen: tuple[int, int], demonstration: bool) -> Diff:
    """Inside the transaction: the diff, made outside it, if no other file came in meanwhile; its networks saved."""
    if not outcome.diff:
        return outcome.diff
    if _imports_so_far() != seen:
        raise Conflict(_("Vừa có một lần nhập mạng khác."), place=OFDS, mend=_("Kiểm tra lại tệp rồi nhập lại."))
    for change in outcome.changes:
        network = change.network
        if network.pk is None:
            network.demonstration = demonstration
        if change.until is None:
            network.name, network.operator = change.reading.name, change.reading.operator
        network.save()
    for row in _written(outcome.diff):
        row.network_id = row.network.pk
    return outcome.diff


def _written(diff: Diff) -> Iterator[Element | Reading]:
    for row in (*diff.added, *(new for _old, new in diff.changed), *diff.kept):
        assert isinstance(row, Element | Reading)
        yield row
