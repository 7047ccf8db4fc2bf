"""Writes of the catalogue: drafts, versions, retirement, files. Published versions are never changed."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.imports import Finding, ImportRefused, one_at_a_time
from tinhso.files.models import ImportBatch
from tinhso.foundation import canonical
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid, Problem
from tinhso.foundation.text import Text
from tinhso.government.services.catalogue import csv_files, importing
from tinhso.government.services.catalogue.importing import NewVersion
from tinhso.government.services.catalogue.queries import listed
from tinhso.government.services.ground.faults import Fault, faults
from tinhso.government.services.importers import CATALOGUE
from tinhso.government.services.models import Field, Procedure, ProcedureVersion
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Imported:
    """What importing a file changed, or would change (`batch` None). Numbers count procedures."""

    lines: list[str]
    added: int
    changed: int
    unchanged: int
    batch: ImportBatch | None = None


def _locked(code: str) -> Procedure:
    row = Procedure.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Problem(_("Không có thủ tục «%(code)s».") % {"code": code}, place="code", status=404, code="not-found")
    return row


def _field(code: str) -> Field:
    row = Field.objects.filter(code=code).first()
    if row is None:
        raise Invalid(_("Không có lĩnh vực «%(code)s».") % {"code": code}, place="field")
    return row


def _findings(found: Sequence[Fault]) -> list[Finding]:
    return [Finding(fault.place or "/", str(fault.what)) for fault in found]


def draft_hash(procedure: Procedure) -> str:
    """What a draft was when somebody opened it: sent back, it shows whether another person changed it meanwhile."""
    return hashlib.sha256(procedure.draft.encode()).hexdigest() if procedure.draft else ""


def _write_version(row: Procedure, number: int, wanted: NewVersion, field: Field, actor: Actor) -> ProcedureVersion:
    version = ProcedureVersion.objects.create(
        procedure=row,
        number=number,
        content=canonical.dumps(wanted.content).decode(),
        sha256=wanted.sha256,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        published_at=timezone.now(),
        published_by=actor.code[:80],
        published_by_name=actor.name[:200],
        note=wanted.note,
    )
    if number == 1 or wanted.valid_from <= today():
        row.describe(wanted.content, field)
    return version


def import_file(*, actor: Actor, source_name: str, content: bytes, dry_run: bool = False) -> Imported:
    """Import a catalogue file by what it is: JSON (its first sign is a brace) or CSV."""
    read = import_catalogue if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")) else import_drafts
    return read(actor=actor, source_name=source_name, content=content, dry_run=dry_run)


@command("services.import_catalogue")
def import_catalogue(*, actor: Actor, source_name: str, content: bytes, dry_run: bool = False) -> Imported:
    """Take in a catalogue file, all or nothing; what it holds already stays. ImportRefused names every fault.

    A procedure the file names gets the versions it lacks, in their order, and its retirement.
    """
    document = importing.parse(content)
    if not dry_run:
        one_at_a_time(CATALOGUE)
    planned = importing.plan(document)
    new = sum(item.procedure is None for item in planned.procedures)
    told = Imported(planned.lines(), new, len(planned.procedures) - new, planned.unchanged)
    if dry_run or not planned:
        nothing_changed()
        return told
    for code, name in planned.fields.items():
        Field.objects.update_or_create(code=code, defaults={"name_vi": name.vi, "name_en": name.en})
    fields = {row.code: row for row in Field.objects.all()}
    for item in planned.procedures:
        row = item.procedure or Procedure(code=item.code, demonstration=planned.demonstration)
        if item.retired:
            row.retired_from, row.retired_reason = item.retired
        if row.pk is None:
            row.describe(item.versions[0].content, fields[item.versions[0].content["field"]])
            row.save()
        for number, version in enumerate(item.versions, item.last_number + 1):
            _write_version(row, number, version, fields[version.content["field"]], actor)
        row.save()
    return _kept(told, actor, source_name, content, [item.code for item in planned.procedures])


@command("services.import_drafts")
def import_drafts(*, actor: Actor, source_name: str, content: bytes, dry_run: bool = False) -> Imported:
    """Take in the flat part of procedures as drafts, all or nothing. ImportRefused names every bad cell."""
    if not dry_run:
        one_at_a_time(CATALOGUE)
    drafts, unchanged = csv_files.read(content)
    new = sum(item.procedure is None for item in drafts)
    told = Imported(csv_files.lines_of(drafts), new, len(drafts) - new, unchanged)
    if dry_run or not drafts:
        nothing_changed()
        return told
    for item in drafts:
        if item.procedure is None:
            create_procedure(actor=actor, code=item.code, content=item.content)
        else:
            save_draft(actor=actor, code=item.code, content=item.content)
    return _kept(told, actor, source_name, content, [item.code for item in drafts])


def _kept(told: Imported, actor: Actor, source_name: str, content: bytes, codes: list[str]) -> Imported:
    """The import on record."""
    batch = ImportBatch.objects.create(
        id=uuid.uuid4(),
        importer=CATALOGUE,
        source_name=source_name[:255],
        source_sha256=hashlib.sha256(content).hexdigest(),
        actor_code=actor.code,
        actor_name=actor.name,
        at=timezone.now(),
        added=told.added,
        changed=told.changed,
        removed=0,
    )
    note(
        target=f"{CATALOGUE}:{batch.id}",
        after={"source": source_name, "sha256": batch.source_sha256, "procedures": codes},
    )
    return replace(told, batch=batch)


@command("services.save_field")
def save_field(*, actor: Actor, code: str, name: Text) -> Field:
    """A field of the catalogue, new or with another name."""
    if not re.fullmatch(importing.FIELD_CODE, code) or len(code) > 40:
        raise Invalid(_("Mã chỉ gồm chữ thường không dấu, số và gạch nối."), place="code")
    before = Field.objects.filter(code=code).first()
    if before is not None and before.title == name:
        nothing_changed()
        return before
    row, _made = Field.objects.update_or_create(code=code, defaults={"name_vi": name.vi, "name_en": name.en})
    note(
        target=f"field:{code}",
        before={"vi": before.name_vi, "en": before.name_en} if before else {},
        after={"vi": name.vi, "en": name.en},
    )
    return row


@command("services.create_procedure")
def create_procedure(*, actor: Actor, code: str, content: Mapping[str, Any], demonstration: bool = False) -> Procedure:
    """A new procedure that only has a draft. Its names, field and level are needed from the start."""
    if not re.fullmatch(importing.CODE, code):
        raise Invalid(
            _("«%(code)s» không phải mã thủ tục.") % {"code": code}, place="code", mend=_("Viết như 1.001193.")
        )
    if Procedure.objects.filter(code=code).exists():
        raise Conflict(_("Mã «%(code)s» đã có.") % {"code": code}, place="code")
    row = Procedure(code=code, demonstration=demonstration, draft=canonical.dumps(content).decode())
    row.describe({"online": "", **content}, _field(content["field"]))
    row.save()
    note(target=code, after={"draft": draft_hash(row)})
    return row


@command("services.save_draft")
def save_draft(*, actor: Actor, code: str, content: Mapping[str, Any], seen: str | None = None) -> Procedure:
    """Keep a definition that is being edited; it may still have faults, publishing asks that it has none.

    `seen`: draft_hash when the editor opened it; Conflict when somebody saved in between. ImportRefused where a value
    of the wrong type stands: forms could not show it.
    """
    row = _locked(code)
    before = draft_hash(row)
    if seen is not None and seen != before:
        raise Conflict(
            _("Người khác vừa sửa bản thảo này."), mend=_("Mở lại trang để xem bản mới, rồi sửa tiếp."), code="stale"
        )
    if found := [fault for fault in faults(content) if fault.shape]:
        raise ImportRefused(_findings(found))
    try:
        text = canonical.dumps(content).decode()
    except (TypeError, ValueError) as error:
        raise Invalid(_("Bản thảo có giá trị không ghi được: %(what)s") % {"what": error}, place="/") from error
    if text == row.draft:
        nothing_changed()
        return row
    row.draft = text
    row.save(update_fields=["draft"])
    note(target=code, before={"draft": before}, after={"draft": draft_hash(row)})
    return row


@command("services.discard_draft")
def discard_draft(*, actor: Actor, code: str) -> None:
    """Forget a draft; a procedure never published goes with it."""
    row = _locked(code)
    if not row.draft:
        raise Conflict(_("Thủ tục này không có bản thảo."), place="code")
    note(target=code, before={"draft": draft_hash(row)}, after={"draft": ""})
    if row.versions.exists():
        row.draft = ""
        row.save(update_fields=["draft"])
    else:
        row.delete()


@command("services.publish_procedure")
def publish(
    *, actor: Actor, code: str, valid_from: date, reason: str, valid_to: date | None = None, seen: str | None = None
) -> ProcedureVersion:
    """Make the draft a version in force from a day; on the newest version's own first day it takes that one's place.

    ImportRefused lists every fault of the draft. Dossiers filed before keep the version they were filed under.
    """
    row = _locked(code)
    if not row.draft:
        raise Conflict(_("Thủ tục này không có bản thảo để công bố."), place="code")
    if seen is not None and seen != draft_hash(row):
        raise Conflict(_("Người khác vừa sửa bản thảo này."), mend=_("Xem lại bản thảo rồi công bố."), code="stale")
    content = json.loads(row.draft)
    if found := faults(content):
        raise ImportRefused(_findings(found))
    if not reason.strip():
        raise Invalid(_("Cần ghi nội dung hoặc lý do thay đổi."), place="reason")
    newest = row.versions.order_by("-number").first()
    last = row.versions.order_by("-valid_from").first()
    if last is not None and valid_from < last.valid_from:
        raise Invalid(
            _("Ngày có hiệu lực không được trước phiên bản mới nhất (%(day)s).")
            % {"day": f"{last.valid_from:%d/%m/%Y}"},
            place="valid_from",
        )
    if row.retired_from is not None and valid_from >= row.retired_from:
        raise Conflict(
            _("Thủ tục bãi bỏ từ %(day)s.") % {"day": f"{row.retired_from:%d/%m/%Y}"},
            place="valid_from",
            mend=_("Khôi phục thủ tục trước khi công bố."),
        )
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid(_("Ngày hết hiệu lực phải sau ngày có hiệu lực."), place="valid_to")
    wanted = NewVersion(content, valid_from, valid_to, reason.strip()[:500], canonical.digest(content))
    if newest is not None and (newest.sha256, newest.valid_from, newest.valid_to) == (
        wanted.sha256,
        valid_from,
        valid_to,
    ):
        raise Conflict(_("Bản thảo giống hệt phiên bản %(number)d.") % {"number": newest.number}, place="code")
    number = newest.number + 1 if newest else 1
    version = _write_version(row, number, wanted, _field(content["field"]), actor)
    row.draft = ""
    row.save()
    note(target=code, after={"version": number, "sha256": version.sha256, "valid_from": valid_from.isoformat()})
    return version


@command("services.retire_procedure")
def retire(*, actor: Actor, code: str, day: date, reason: str) -> Procedure:
    """End a procedure: from this day nobody can file it. Dossiers under way go on under their versions."""
    row = _locked(code)
    if not reason.strip():
        raise Invalid(_("Cần ghi lý do bãi bỏ."), place="reason")
    if not row.versions.exists():
        raise Conflict(_("Thủ tục chưa công bố; hãy bỏ bản thảo."), place="code")
    if (row.retired_from, row.retired_reason) == (day, reason.strip()):
        nothing_changed()
        return row
    before = {"retired_from": str(row.retired_from or ""), "reason": row.retired_reason}
    row.retired_from, row.retired_reason = day, reason.strip()[:500]
    row.save()
    note(target=code, before=before, after={"retired_from": day.isoformat(), "reason": row.retired_reason})
    return row


@command("services.reinstate_procedure")
def reinstate(*, actor: Actor, code: str, reason: str) -> Procedure:
    """Take a retirement back."""
    row = _locked(code)
    if row.retired_from is None:
        raise Conflict(_("Thủ tục này không bị bãi bỏ."), place="code")
    if not reason.strip():
        raise Invalid(_("Cần ghi lý do khôi phục."), place="reason")
    note(
        target=code,
        before={"retired_from": row.retired_from.isoformat(), "reason": row.retired_reason},
        after={"retired_from": "", "reason": reason.strip()},
    )
    row.retired_from, row.retired_reason = None, ""
    row.save()
    return row


def refresh(day: date) -> int:
    """Let rows tell the version in force on a day, where a version's first day has come; how many changed."""
    fields = {row.code: row for row in Field.objects.all()}
    changed = 0
    for item in listed(list(Procedure.objects.in_force(day))):
        row, content = item.procedure, item.definition.content
        before = _told(row)
        row.describe(content, fields[content["field"]])
        if _told(row) != before:
            row.save()
            changed += 1
    return changed


def _told(row: Procedure) -> tuple[object, ...]:
    return row.field_id, row.level, row.online, row.events, row.name_vi, row.name_en, row.words
