"""Reading as-built surveys: GeoJSON lines or CSV, one row a planned span. Every bad row is named."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.csv_cells import unguarded
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.columns import e7
from tinhso.infrastructure.planning.models import METHODS
from tinhso.infrastructure.planning.routes_file import read_lines, whole

COLUMNS = ("span_id", "built", "length_m", "fibre_count", "method", "wkt")
YES = {"": True, "true": True, "1": True, "yes": True, "x": True, "false": False, "0": False, "no": False}
MOST_ROWS = 50_000
WKT = re.compile(r"\s*LINESTRING\s*(?:Z\s*)?\(([^()]*)\)\s*", re.IGNORECASE)
Row = dict[str, Any]


def survey_rows(raw: bytes, planned: Mapping[str, int]) -> tuple[list[Row], list[Finding]]:
    """Fields of SurveyedSpan, and every finding. `planned`: the phase's spans with their planned metres.

    Properties or columns: span_id, built (true/false), length_m, fibre_count, method, and the line itself (GeoJSON
    geometry, or `wkt` LINESTRING with longitude first). What is left out is as planned.
    """
    text = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    given = _from_geojson(raw) if text.startswith(b"{") else _from_csv(raw)
    rows: list[Row] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for place, facts, refused in given:
        try:
            if refused:
                raise refused
            row = _row(facts, planned)
            if row["span_id"] in seen:
                raise Invalid(_("Đoạn “%(id)s” có hai lần trong tệp.") % {"id": row["span_id"]})
        except Invalid as problem:
            findings.append(Finding(place, problem.what, problem.mend))
            continue
        seen.add(row["span_id"])
        rows.append(row)
    if not rows and not findings:
        findings.append(Finding("/", _("Tệp không có đoạn nào.")))
    return rows, findings


Given = Iterator[tuple[str, Row, Invalid | None]]


def _from_geojson(raw: bytes) -> Given:
    lines, findings = read_lines(raw, ("span_id", "id"))
    for finding in findings:
        yield finding.place, {}, Invalid(finding.reason, mend=finding.mend)
    for line in lines:
        yield line.place, {**line.properties, "span_id": line.key, "points": line.points}, None


def _from_csv(raw: bytes) -> Given:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(_("Tệp không phải UTF-8."), place="file", mend=_("Lưu lại tệp bằng mã UTF-8.")) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    heads = reader.fieldnames or []
    if "span_id" not in heads or (unknown := [head for head in heads if head not in COLUMNS]):
        raise Invalid(
            _("Dòng đầu phải gồm span_id và các cột: %(columns)s.") % {"columns": ", ".join(COLUMNS)},
            place=_("dòng 1"),
            mend=", ".join(unknown) if "span_id" in heads else "",
        )
    for number, row in enumerate(reader, 2):
        place = _("dòng %(number)d") % {"number": number}
        if number > MOST_ROWS:
            yield place, {}, Invalid(_("Tệp có quá %(limit)d dòng.") % {"limit": MOST_ROWS})
            return
        if None in row or None in row.values():
            yield place, {}, Invalid(_("Số ô khác với dòng đầu."))
            continue
        try:
            points = _wkt(row.get("wkt") or "")
        except Invalid as refused:
            yield place, {}, refused
        else:
            yield place, {**row, "span_id": unguarded(row["span_id"]), "points": points}, None


def _wkt(text: str) -> list[list[int]]:
    if not text.strip():
        return []
    found = WKT.fullmatch(text)
    if not found:
        raise Invalid(_("Cột wkt không phải LINESTRING."), mend="LINESTRING (106.1 20.4, 106.2 20.5)")
    points = []
    for position in found[1].split(","):
        try:
            lon, lat = (float(number) for number in position.split()[:2])
        except ValueError as broken:
            raise Invalid(_("Điểm “%(point)s” không đọc được.") % {"point": position.strip()[:40]}) from broken
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise Invalid(_("Điểm “%(point)s” không nằm trên trái đất.") % {"point": position.strip()[:40]})
        points.append([e7(lat), e7(lon)])
    if len(points) < 2:
        raise Invalid(_("Đường phải có ít nhất hai điểm."))
    return points


def _row(facts: Row, planned: Mapping[str, int]) -> Row:
    span_id = str(facts.get("span_id") or "").strip()
    if span_id not in planned:
        raise Invalid(
            _("Đợt này không có đoạn “%(id)s”.") % {"id": span_id[:80]}, mend=_("Dùng mã đoạn trong bảng khối lượng.")
        )
    built = YES.get(str(facts.get("built", "")).strip().lower())
    if built is None:
        raise Invalid(_("built “%(value)s” phải là true hoặc false.") % {"value": str(facts["built"])[:20]})
    method = str(facts.get("method") or "").strip()
    if method and method not in METHODS:
        raise Invalid(_("method “%(value)s” không có.") % {"value": method[:40]}, mend=", ".join(METHODS))
    return {
        "span_id": span_id,
        "built": built,
        "length_m": whole(facts.get("length_m"), "length_m", least=1),
        "fibre_count": whole(facts.get("fibre_count"), "fibre_count", least=1, most=100_000),
        "method": method,
        "points": json.dumps(facts["points"], separators=(",", ":")) if facts.get("points") else "",
    }
