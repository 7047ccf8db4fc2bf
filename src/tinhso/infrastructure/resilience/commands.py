"""Recording shared risks and reliability, one at a time or from a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, ImportRefused, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience import checks, csv_files, timeline
from tinhso.infrastructure.resilience.models import Recorded, Reliability, SharedRiskGroup
from tinhso.proof.audit import Actor, command, note, nothing_changed

R = TypeVar("R", bound=Recorded)


def _told(row: Recorded) -> dict:
    told = {key: value for key, value in timeline.says(row).items() if key != "network_id"}
    return {key: value if isinstance(value, int | str | bool) else str(value) for key, value in told.items()}


def _target(row: Recorded) -> str:
    network = row.network  # type: ignore[attr-defined]
    name = row.code if isinstance(row, SharedRiskGroup) else str(row)
    return f"network:{network.uuid if network else '*'} {name}"[:200]


def _write(row: R) -> R:
    """Record a version; the one in force where it says nothing new."""
    diff = timeline.write([row])
    if not diff:
        nothing_changed()
        return next(other for other in _in_force(row) if timeline.key_of(other) == timeline.key_of(row))
    before: Any = next((old for old, new in diff.changed if new is row), None)
    note(
        target=_target(row),
        before=_told(before) if before else None,
        after={**_told(row), "valid_from": str(row.valid_from)},
    )
    return row


def _in_force(row: R) -> list[R]:
    assert row.valid_from is not None
    return list(type(row).objects.as_of(row.valid_from))


@command("resilience.record_group")
def record_group(
    *,
    actor: Actor,
    network: Network,
    code: str,
    name: str,
    kind: str,
    spans: Iterable[str],
    nodes: Iterable[str],
    valid_from: date,
    source: str,
) -> SharedRiskGroup:
    """From a day on, these spans and nodes fall together; until the day of a later version. Repeating it changes
    nothing."""
    network = Network.objects.select_for_update().get(pk=network.pk)
    return _write(
        checks.group(
            actor=actor,
            network=network,
            code=code,
            name=name,
            kind=kind,
            spans=spans,
            nodes=nodes,
            valid_from=valid_from,
            source=source,
        )
    )


@command("resilience.record_reliability")
def record_reliability(
    *,
    actor: Actor,
    network: Network | None,
    target: str,
    subject: str = "",
    mtbf_hours: int,
    mttr_minutes: int,
    per_km: bool = False,
    valid_from: date,
    source: str,
) -> Reliability:
    """From a day on, elements fail and are repaired at these mean times; until the day of a later version."""
    if network is not None:
        network = Network.objects.select_for_update().get(pk=network.pk)
    return _write(
        checks.reliability(
            actor=actor,
            network=network,
            target=target,
            subject=subject,
            mtbf_hours=mtbf_hours,
            mttr_minutes=mttr_minutes,
            per_km=per_km,
            valid_from=valid_from,
            source=source,
        )
    )


def _end(row: R, valid_to: date, reason: str) -> R:
    held = type(row).objects.select_for_update().known_at().filter(pk=row.pk).first()
    if held is None or (held.valid_to is not None and held.valid_to <= valid_to):
        raise Conflict(_("Bản ghi này đã kết thúc hoặc vừa được sửa."), place="id", mend=_("Tải lại trang."))
    if held.valid_from is not None and valid_to <= held.valid_from:
        raise Invalid(_("Ngày kết thúc phải sau ngày bắt đầu."), place="valid_to", mend=_("Chọn ngày sau đó."))
    ended = timeline.end(held, valid_to)
    note(target=_target(ended), before=_told(held), after={"valid_to": str(valid_to), "reason": reason[:300]})
    return ended


@command("resilience.end_group")
def end_group(*, actor: Actor, group: SharedRiskGroup, valid_to: date, reason: str = "") -> SharedRiskGroup:
    """From a day on, the group is no more; what held before is kept."""
    return _end(group, valid_to, reason)


@command("resilience.end_reliability")
def end_reliability(*, actor: Actor, row: Reliability, valid_to: date, reason: str = "") -> Reliability:
    """From a day on, this version holds no longer; what held before is kept."""
    return _end(row, valid_to, reason)


@dataclass
class Outcome:
    """What an import changed or would change, and its batch once written."""

    diff: Diff
    batch: ImportBatch | None = None


def import_csv(*, actor: Actor, kind: str, raw: bytes, source_name: str, dry_run: bool = False) -> Outcome:
    """Read a CSV of `kind` "groups" or "reliability": all or nothing; ImportRefused lists every faulty line."""
    read = csv_files.READERS[kind](raw, actor)
    if read.findings:
        raise ImportRefused(read.findings)
    if dry_run:
        return Outcome(compare(timeline.plans(read.rows)))
    batch, diff = apply_import(
        actor=actor,
        importer=csv_files.IMPORTERS[kind],
        source_name=source_name,
        source_sha256=hashlib.sha256(raw).hexdigest(),
        plan=lambda: timeline.plans(read.rows),
    )
    return Outcome(diff, batch)
