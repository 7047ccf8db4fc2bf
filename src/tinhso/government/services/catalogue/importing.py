"""Catalogue files: reading them, and what they would change. Nothing is written here.

{"format": "tinhso-procedures/1", "demonstration": bool, "fields": [{"code", "name": {vi, en}}],
 "procedures": [{"code", "versions": [{"valid_from", "valid_to", "note", "content": definition}],
                 "retired_from", "retired_reason"}]}

Versions already published are told by their first day and their hash; what is new follows them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import jsonschema_rs
from django.utils.translation import gettext as _

from tinhso.files.imports import Finding, ImportRefused
from tinhso.foundation import canonical
from tinhso.foundation.errors import NUL_ESCAPE
from tinhso.foundation.json_faults import json_fault
from tinhso.foundation.text import Text
from tinhso.government.services.ground.faults import faults, schema_faults
from tinhso.government.services.models import Field, Procedure, ProcedureVersion

FORMAT = "tinhso-procedures/1"
CODE = r"^[0-9]\.[0-9]{6}(\.[0-9A-Z]{2,3})*$"
FIELD_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_DAY = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TEXT = {
    "type": "object",
    "required": ["vi", "en"],
    "properties": {name: {"type": "string", "minLength": 1, "maxLength": 200} for name in ("vi", "en")},
    "additionalProperties": False,
}


def _object(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


_VALIDATOR = jsonschema_rs.validator_for(
    _object(
        {
            "format": {"enum": [FORMAT]},
            "procedures": {
                "type": "array",
                "items": _object(
                    {
                        "code": {"type": "string", "pattern": CODE, "maxLength": 40},
                        "versions": {
                            "type": "array",
                            "minItems": 1,
                            "items": _object(
                                {"valid_from": _DAY, "content": {"type": "object"}},
                                valid_to=_DAY,
                                note={"type": "string", "maxLength": 500},
                            ),
                        },
                    },
                    retired_from=_DAY,
                    retired_reason={"type": "string", "minLength": 1, "maxLength": 500},
                ),
            },
        },
        demonstration={"type": "boolean"},
        fields={
            "type": "array",
            "items": _object({"code": {"type": "string", "pattern": FIELD_CODE, "maxLength": 40}, "name": _TEXT}),
        },
    )
)


@dataclass
class NewVersion:
    """A version a file brings that is not published yet."""

    content: Mapping[str, Any]
    valid_from: date
    valid_to: date | None
    note: str
    sha256: str


@dataclass
class Wanted:
    """What a file says of one procedure that the catalogue does not hold: `procedure` None when it is new."""

    code: str
    procedure: Procedure | None
    versions: list[NewVersion] = field(default_factory=list)
    retired: tuple[date, str] | None = None
    last_number: int = 0

    def __bool__(self) -> bool:
        return bool(self.versions or self.retired)


@dataclass
class CataloguePlan:
    """What a file would change. `fields`: code → name, new or renamed; `unchanged`: procedures that stay."""

    fields: dict[str, Text]
    procedures: list[Wanted]
    unchanged: int
    demonstration: bool

    def __bool__(self) -> bool:
        return bool(self.fields or self.procedures)

    def lines(self) -> list[str]:
        """The difference for a reader: + new, ~ changed."""
        told = [f"~ {code}: {name.vi} / {name.en}" for code, name in self.fields.items()]
        for item in self.procedures:
            for number, version in enumerate(item.versions, item.last_number + 1):
                name = version.content["name"]["vi"]
                told.append(f"+ {item.code} v{number} {version.valid_from:%Y-%m-%d}: {name}")
            if item.retired:
                told.append(f"~ {item.code}: retired_from {item.retired[0]:%Y-%m-%d}: {item.retired[1]}")
        return told


def parse(raw: bytes) -> Any:
    """A JSON file; ImportRefused names the line where it is broken."""
    told = _("Tệp không phải JSON")
    if NUL_ESCAPE.search(raw):
        raise ImportRefused([Finding("", _("Tệp chứa ký tự NUL."), _("Bỏ ký tự NUL khỏi tệp."))])
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        fault = json_fault(error, told)
        raise ImportRefused([Finding(fault.place, fault.what, fault.mend)]) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ImportRefused([Finding("", f"{told}.", _("Lưu tệp bằng mã UTF-8."))]) from error


def plan(document: Any) -> CataloguePlan:
    """What a parsed file would change; ImportRefused with every fault at its place."""
    found = [Finding(fault.place or "/", str(fault.what)) for fault in schema_faults(_VALIDATOR, document)]
    if not found:
        found = list(_faults(document))
    if found:
        raise ImportRefused(found)
    names = {item["code"]: Text(item["name"]["vi"], item["name"]["en"]) for item in document.get("fields", ())}
    known = {row.code: row.title for row in Field.objects.all()}
    found += _unknown_fields(document, names.keys() | known.keys())
    held = _held(item["code"] for item in document["procedures"])
    wanted = [_wanted(place, item, held, found) for place, item in enumerate(document["procedures"])]
    if found:
        raise ImportRefused(found)
    changed = [item for item in wanted if item]
    return CataloguePlan(
        fields={code: name for code, name in names.items() if known.get(code) != name},
        procedures=changed,
        unchanged=len(wanted) - len(changed),
        demonstration=document.get("demonstration", False),
    )


def _faults(document: Mapping[str, Any]) -> Iterator[Finding]:
    """What the file's own schema cannot say: days that exist, codes once, sound definitions."""
    seen: set[str] = set()
    for place, item in enumerate(document["procedures"]):
        here = f"/procedures/{place}"
        if item["code"] in seen:
            yield Finding(f"{here}/code", _("Mã «%(code)s» đã có ở trên.") % {"code": item["code"]})
        seen.add(item["code"])
        yield from _bad_day(item, "retired_from", here)
        if ("retired_from" in item) != ("retired_reason" in item):
            yield Finding(here, _("Bãi bỏ cần cả ngày (retired_from) và lý do (retired_reason)."))
        for number, version in enumerate(item["versions"]):
            there = f"{here}/versions/{number}"
            for name in ("valid_from", "valid_to"):
                yield from _bad_day(version, name, there)
            if version.get("valid_to", "9999-12-31") <= version["valid_from"]:
                yield Finding(f"{there}/valid_to", _("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
            for fault in faults(version["content"]):
                yield Finding(f"{there}/content{fault.place}", str(fault.what))


def _bad_day(item: Mapping[str, Any], name: str, place: str) -> Iterator[Finding]:
    if name in item:
        try:
            date.fromisoformat(item[name])
        except ValueError:
            yield Finding(f"{place}/{name}", _("«%(day)s» không phải một ngày có thật.") % {"day": item[name]})


def _unknown_fields(document: Mapping[str, Any], known: Iterable[str]) -> Iterator[Finding]:
    for place, item in enumerate(document["procedures"]):
        for number, version in enumerate(item["versions"]):
            if (code := version["content"]["field"]) not in known:
                yield Finding(
                    f"/procedures/{place}/versions/{number}/content/field",
                    _("Không có lĩnh vực «%(code)s».") % {"code": code},
                    _("Thêm lĩnh vực vào phần fields của tệp."),
                )


def _held(codes: Iterable[str]) -> dict[str, tuple[Procedure, list[ProcedureVersion]]]:
    wanted = list(codes)
    found: dict[str, tuple[Procedure, list[ProcedureVersion]]] = {}
    for start in range(0, len(wanted), 500):
        rows = Procedure.objects.filter(code__in=wanted[start : start + 500]).prefetch_related("versions")
        found |= {row.code: (row, list(row.versions.all())) for row in rows}
    return found


def _wanted(
    place: int, item: Mapping[str, Any], held: Mapping[str, tuple[Procedure, list[ProcedureVersion]]], found: list
) -> Wanted:
    procedure, versions = held.get(item["code"], (None, []))
    known = {(row.valid_from, row.sha256) for row in versions}
    newest = max((row.valid_from for row in versions), default=date.min)
    wanted = Wanted(item["code"], procedure, last_number=max((row.number for row in versions), default=0))
    for number, version in enumerate(item["versions"]):
        since, sha256 = date.fromisoformat(version["valid_from"]), canonical.digest(version["content"])
        if (since, sha256) in known:
            continue
        known.add((since, sha256))
        if since < newest:
            told = {"day": f"{since:%d/%m/%Y}", "newest": f"{newest:%d/%m/%Y}"}
            found.append(
                Finding(
                    f"/procedures/{place}/versions/{number}/valid_from",
                    _("Phiên bản từ %(day)s đứng trước phiên bản mới nhất (từ %(newest)s).") % told,
                    _("Phiên bản mới có hiệu lực cùng ngày hoặc sau phiên bản mới nhất."),
                )
            )
        newest = max(newest, since)
        ends = version.get("valid_to")
        wanted.versions.append(
            NewVersion(
                version["content"], since, date.fromisoformat(ends) if ends else None, version.get("note", ""), sha256
            )
        )
    if "retired_from" in item:
        retired = (date.fromisoformat(item["retired_from"]), item["retired_reason"])
        if procedure is None or (procedure.retired_from, procedure.retired_reason) != retired:
            wanted.retired = retired
    return wanted


def document(procedures: Sequence[Procedure]) -> dict[str, Any]:
    """The catalogue, or part of it, as a file that can be imported again. Drafts stay at home."""
    shown = [_exported(row) for row in procedures]
    shown = [item for item in shown if item["versions"]]
    codes = {version["content"]["field"] for item in shown for version in item["versions"]}
    fields = Field.objects.filter(code__in=codes).order_by("code")
    return {
        "format": FORMAT,
        "demonstration": bool(procedures) and all(row.demonstration for row in procedures),
        "fields": [{"code": row.code, "name": {"vi": row.name_vi, "en": row.name_en}} for row in fields],
        "procedures": shown,
    }


def _exported(row: Procedure) -> dict[str, Any]:
    out: dict[str, Any] = {"code": row.code}
    if row.retired_from:
        out |= {"retired_from": row.retired_from.isoformat(), "retired_reason": row.retired_reason}
    versions = sorted(row.versions.all(), key=lambda version: version.number)
    out["versions"] = [
        {
            "valid_from": version.valid_from.isoformat(),
            **({"valid_to": version.valid_to.isoformat()} if version.valid_to else {}),
            "note": version.note,
            "content": json.loads(version.content),
        }
        for version in versions
    ]
    return out
