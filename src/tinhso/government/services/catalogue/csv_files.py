"""The flat part of the catalogue as a table: what a spreadsheet can hold of a definition.

Reading it makes drafts, never versions: papers, form and steps are not in it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding, ImportRefused
from tinhso.foundation.csv_cells import guarded, unguarded
from tinhso.foundation.text import Text
from tinhso.government.services.catalogue.importing import CODE
from tinhso.government.services.ground.schema import LEVELS, ONLINE
from tinhso.government.services.models import Field, Procedure
from tinhso.workdays.rules import LARGEST, UNITS

COLUMNS = ("code", "field", "level", "name_vi", "name_en", "limit_amount", "limit_unit", "fees", "online")
FEES = {"le_phi": Text("Lệ phí", "Fee"), "phi": Text("Phí", "Charge")}
_FEE = re.compile(r"([a-z][a-z0-9_]{0,39})=(\d{1,11})")


@dataclass(frozen=True)
class DraftRow:
    """A draft one line leads to. `procedure` None: a new code."""

    code: str
    procedure: Procedure | None
    content: dict[str, Any]


def write(procedures: Iterable[tuple[Procedure, Mapping[str, Any]]]) -> str:
    """Procedures with their definitions, one line each; reading it again changes nothing."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for row, content in procedures:
        fees = " ".join(f"{item['code']}={item['amount']}" for item in content["fees"])
        limit, name = content["limit"], content["name"]
        rows.writerow(
            [
                row.code,
                content["field"],
                content["level"],
                guarded(name["vi"]),
                guarded(name["en"]),
                limit["amount"],
                limit["unit"],
                fees,
                content["online"],
            ]
        )
    return out.getvalue()


def read(raw: bytes) -> tuple[list[DraftRow], int]:
    """The drafts a table leads to, and how many lines change nothing; ImportRefused names every bad cell."""
    lines = _lines(raw)
    codes = [line["code"] for _number, line in lines]
    held = {row.code: row for row in Procedure.objects.filter(code__in=codes).prefetch_related("versions")}
    fields = set(Field.objects.values_list("code", flat=True))
    found: list[Finding] = []
    drafts: list[DraftRow] = []
    seen: set[str] = set()
    for number, line in lines:
        row = held.get(line["code"])
        base = base_of(row) if row else skeleton()
        before = len(found)
        found += _faults(number, line, fields, base, seen)
        seen.add(line["code"])
        if len(found) == before and (content := _merged(base, line)) != base:
            drafts.append(DraftRow(line["code"], row, content))
    if found:
        raise ImportRefused(found)
    return drafts, len(lines) - len(drafts)


def base_of(procedure: Procedure) -> dict[str, Any]:
    """The definition an edit starts from: the draft, else the newest version."""
    return json.loads(procedure.draft) if procedure.draft else newest(procedure)


def newest(procedure: Procedure) -> dict[str, Any]:
    """The definition published last."""
    version = max(procedure.versions.all(), key=lambda row: row.number, default=None)
    return json.loads(version.content) if version else skeleton()


def skeleton() -> dict[str, Any]:
    """A definition with everything still to be said."""
    return {
        "name": {"vi": "", "en": ""},
        "field": "",
        "level": "commune",
        "audience": ["citizen"],
        "online": "none",
        "channels": ["counter"],
        "limit": {"unit": "working_days", "amount": 5},
        "legal_basis": [],
        "documents": [],
        "form": [],
        "fees": [],
        "steps": [],
        "result": {"name": {"vi": "", "en": ""}, "kind": ""},
    }


def _lines(raw: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused([Finding("", _("Tệp không phải UTF-8."), _("Lưu tệp bằng mã UTF-8."))]) from error
    if "\0" in text:
        raise ImportRefused([Finding("", _("Tệp chứa ký tự NUL."), _("Bỏ ký tự NUL khỏi tệp."))])
    try:
        rows = csv.DictReader(io.StringIO(text), strict=True)
        names = tuple(name.strip() for name in rows.fieldnames or ())
        if sorted(names) != sorted(COLUMNS):
            raise ImportRefused(
                [Finding(_("dòng 1"), _("Cột không đúng: %(names)s.") % {"names": ", ".join(names)},
                         _("Cần các cột: %(names)s.") % {"names": ", ".join(COLUMNS)})]
            )  # fmt: skip
        rows.fieldnames = names
        told = []
        for line in rows:
            if None in line or None in line.values():
                raise ImportRefused(
                    [Finding(_("dòng %(number)d") % {"number": rows.line_num}, _("Số ô không bằng số cột."))]
                )
            told.append((rows.line_num, {name: unguarded(value.strip()) for name, value in line.items()}))
        return told
    except csv.Error as error:
        raise ImportRefused([Finding("", _("CSV hỏng: %(what)s.") % {"what": error})]) from error


def _faults(
    number: int, line: Mapping[str, str], fields: set[str], base: Mapping[str, Any], seen: set[str]
) -> list[Finding]:
    found: list[Finding] = []

    def bad(column: str, why: str, mend: str = "") -> None:
        place = _("dòng %(number)d, cột %(column)s") % {"number": number, "column": column}
        found.append(Finding(place, why, mend))

    if not re.fullmatch(CODE, line["code"]):
        bad("code", _("«%(code)s» không phải mã thủ tục.") % {"code": line["code"]}, _("Viết như 1.001193."))
    elif line["code"] in seen:
        bad("code", _("Mã «%(code)s» đã có ở trên.") % {"code": line["code"]})
    if line["field"] not in fields:
        bad("field", _("Không có lĩnh vực «%(code)s».") % {"code": line["field"]}, ", ".join(sorted(fields)))
    for column, known in (("level", LEVELS), ("online", tuple(ONLINE)), ("limit_unit", tuple(UNITS))):
        if line[column] not in known:
            bad(column, _("«%(value)s» không thuộc danh sách.") % {"value": line[column]}, ", ".join(known))
    for column in ("name_vi", "name_en"):
        if not line[column] or len(line[column]) > 500:
            bad(column, _("Cần tên, không quá 500 chữ."))
    most = LARGEST.get(line["limit_unit"], 0)
    if not re.fullmatch(r"\d{1,5}", line["limit_amount"]) or int(line["limit_amount"]) > most:
        bad(
            "limit_amount",
            _("«%(value)s» không phải số từ 0 đến %(most)d.") % {"value": line["limit_amount"], "most": most},
        )
    known_fees = {item.get("code") for item in base.get("fees", ())} | FEES.keys()
    for part in line["fees"].split():
        match = _FEE.fullmatch(part)
        if match is None or match[1] not in known_fees:
            bad("fees", _("Không hiểu phí «%(fee)s».") % {"fee": part}, _("Viết mã=số đồng, ví dụ le_phi=10000."))
    return found


def _merged(base: Mapping[str, Any], line: Mapping[str, str]) -> dict[str, Any]:
    kept = {item.get("code"): item for item in base.get("fees", ())}
    fees = []
    for part in line["fees"].split():
        code, amount = part.split("=")
        name = FEES.get(code, Text("", ""))
        old = kept.get(code, {"code": code, "name": {"vi": name.vi, "en": name.en}})
        fees.append({**old, "amount": int(amount)})
    return {
        **base,
        "field": line["field"],
        "level": line["level"],
        "name": {"vi": line["name_vi"], "en": line["name_en"]},
        "limit": {**base.get("limit", {}), "unit": line["limit_unit"], "amount": int(line["limit_amount"])},
        "fees": fees,
        "online": line["online"],
    }


def lines_of(drafts: Sequence[DraftRow]) -> list[str]:
    """The difference for a reader: + new draft, ~ changed draft with the parts that differ."""
    from tinhso.government.services.catalogue.comparing import differences

    told = []
    for item in drafts:
        if item.procedure is None:
            told.append(f"+ {item.code}: {item.content['name']['vi']}")
            continue
        for change in differences(base_of(item.procedure), item.content):
            told.append(f"~ {item.code} {change.part}: {change.before or '—'} → {change.after or '—'}")
    return told
