"""Importing with a diff: validate everything outside, then write all or nothing, and be able to take it back.

An importer reads its file into `Versioned` rows and names the key they are compared by. Repeating an import changes
nothing; `dry_run` only tells; the last import of an importer can be undone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.bulk import insert
from tinhso.files.importers import importers
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.versioned import Versioned, versioned_models
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Finding:
    """A fault in the file: its place (row 12, /networks/0/spans/3), what is wrong, how to mend it.

    `fatal` faults stop the import; the others are warnings or repairs that were made.
    """

    place: str
    reason: str
    mend: str = ""
    fatal: bool = True


class ImportRefused(Invalid):
    """The file has fatal faults; nothing was written."""

    code = "import-refused"

    def __init__(self, findings: list[Finding]) -> None:
        first = next(finding for finding in findings if finding.fatal)
        count = sum(finding.fatal for finding in findings)
        super().__init__(
            _("Tệp có %(count)d lỗi; chưa ghi gì. %(first)s") % {"count": count, "first": first.reason},
            place=first.place,
            mend=first.mend,
        )
        self.findings = findings

    def as_json(self) -> dict:
        """problem+json with every finding."""
        told = [
            {"place": item.place, "title": item.reason, "mend": item.mend, "fatal": item.fatal}
            for item in self.findings
        ]
        return {**super().as_json(), "findings": told}


@dataclass
class Plan:
    """Rows of one table an import wants, against the current rows it may replace.

    `key` names the fields rows are matched by; `existing` is the part of the table this file speaks for, as a queryset
    or as current rows: those absent from `wanted` are removed where `removes` is set.
    """

    key: tuple[str, ...]
    existing: QuerySet | Iterable[Versioned]
    wanted: Iterable[Versioned]
    removes: bool = False


@dataclass
class Diff:
    """What an import would change, by table: unsaved rows to add, pairs to replace, rows to remove.

    `kept` and `closed` are bookkeeping beside these, not counted: parts of replaced rows recorded anew with other
    limits, and further rows that close.
    """

    added: list[Versioned] = field(default_factory=list)
    changed: list[tuple[Versioned, Versioned]] = field(default_factory=list)
    removed: list[Versioned] = field(default_factory=list)
    unchanged: int = 0
    kept: list[Versioned] = field(default_factory=list)
    closed: list[Versioned] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.kept or self.closed)

    def lines(self) -> list[str]:
        """The diff for a reader: + added, ~ changed with the fields that differ, - removed."""
        told = [f"+ {row}" for row in self.added]
        for old, new in self.changed:
            before, after = old.facts(), new.facts()
            fields = ", ".join(f"{k}: {before[k]!r} → {after[k]!r}"[:200] for k in after if before[k] != after[k])
            told.append(f"~ {old}: {fields}")
        return told + [f"- {row}" for row in self.removed]


def compare(plans: Iterable[Plan]) -> Diff:
    """The difference between wanted and current rows; equal facts need no new version."""
    diff = Diff()
    for plan in plans:
        held = plan.existing.filter(superseded_at=None) if isinstance(plan.existing, QuerySet) else plan.existing
        current: Mapping[tuple, Versioned] = {tuple(getattr(row, name) for name in plan.key): row for row in held}
        seen = set()
        for row in plan.wanted:
            key = tuple(getattr(row, name) for name in plan.key)
            seen.add(key)
            old = current.get(key)
            if old is None:
                diff.added.append(row)
            elif old.facts() != row.facts():
                diff.changed.append((old, row))
            else:
                diff.unchanged += 1
        if plan.removes:
            diff.removed += [row for key, row in current.items() if key not in seen]
    return diff


def _save_all(rows: Iterable[Versioned], batch: uuid.UUID, moment: Any) -> None:
    by_model: dict[type[Versioned], list[Versioned]] = {}
    for row in rows:
        row.batch, row.recorded_at = batch, moment
        by_model.setdefault(type(row), []).append(row)
    for items in by_model.values():
        insert(items)


def _close_all(rows: Iterable[Versioned], batch: uuid.UUID, moment: Any) -> None:
    by_model: dict[type[Versioned], list[int]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row.pk)
    for model, ids in by_model.items():
        for start in range(0, len(ids), 500):
            model.objects.filter(pk__in=ids[start : start + 500]).supersede(moment, batch)


def one_at_a_time(importer: str) -> None:
    """Hold other imports of this kind back until this transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{importer}"])


@command("files.import")
def apply_import(
    *,
    actor: Actor,
    importer: str,
    source_name: str,
    source_sha256: str,
    plan: Callable[[], Iterable[Plan] | Diff],
    after: Callable[[ImportBatch, Diff], None] | None = None,
) -> tuple[ImportBatch | None, Diff]:
    """Write a plan in one transaction. The diff is taken inside it, so two importers cannot interleave; a plan that
    brings its own diff has to see for itself that it still fits."""
    one_at_a_time(importer)
    planned = plan()
    diff = planned if isinstance(planned, Diff) else compare(planned)
    if not diff:
        nothing_changed()
        return None, diff
    moment = timezone.now()
    batch = ImportBatch.objects.create(
        id=uuid.uuid4(),
        importer=importer,
        source_name=source_name[:255],
        source_sha256=source_sha256,
        actor_code=actor.code,
        actor_name=actor.name,
        at=moment,
        added=len(diff.added),
        changed=len(diff.changed),
        removed=len(diff.removed),
    )
    _close_all([*(old for old, _new in diff.changed), *diff.removed, *diff.closed], batch.id, moment)
    _save_all([*diff.added, *(new for _old, new in diff.changed), *diff.kept], batch.id, moment)
    if after is not None:
        after(batch, diff)
    note(
        target=f"{importer}:{batch.id}",
        after={
            "source": source_name,
            "sha256": source_sha256,
            "added": batch.added,
            "changed": batch.changed,
            "removed": batch.removed,
        },
    )
    return batch, diff


@command("files.undo_import")
def undo_last_import(*, actor: Actor, importer: str, batch_id: uuid.UUID | None = None) -> ImportBatch:
    """Take back the last import: what it wrote is superseded, what it superseded is recorded anew.

    Conflict when there is none, when it is not `batch_id`, when its rows were changed later, or when other data rest
    on them.
    """
    one_at_a_time(importer)
    batch = ImportBatch.objects.filter(importer=importer, undone_at=None).order_by("-at").first()
    if batch is None:
        raise Conflict(_("Không có lần nhập nào để hoàn tác."), place=importer)
    if batch_id is not None and batch.id != batch_id:
        raise Conflict(
            _("Đây không phải lần nhập cuối cùng chưa hoàn tác."),
            place=str(batch_id),
            mend=_("Hoàn tác lần nhập sau trước: %(name)s.") % {"name": batch.source_name},
        )
    if importer in importers and (resting := importers[importer].resting(batch)):
        raise Conflict(resting, place=str(batch.id), mend=_("Hoàn tác dữ liệu dựa vào lần nhập này trước."))
    moment = timezone.now()
    undone = ImportBatch.objects.exclude(undone_at=None).values("id")
    for model in versioned_models():
        rows = model.objects.all()
        # A row closed by an import that was itself undone came back as a copy under the same batch.
        if rows.filter(batch=batch.id).exclude(superseded_at=None).exclude(superseded_batch__in=undone).exists():
            raise Conflict(
                _("Dữ liệu của lần nhập này đã được sửa sau đó."),
                place=str(batch.id),
                mend=_("Hoàn tác các thay đổi sau trước, hoặc nhập lại tệp đúng."),
            )
        rows.filter(batch=batch.id).supersede(moment)
        back = []
        for row in rows.filter(superseded_batch=batch.id):
            copy = row.again()
            copy.recorded_at, copy.batch = moment, row.batch
            back.append(copy)
        insert(back)
    batch.undone_at = moment
    batch.save(update_fields=["undone_at"])
    note(target=f"{importer}:{batch.id}", before={"undone": False}, after={"undone": True})
    return batch
