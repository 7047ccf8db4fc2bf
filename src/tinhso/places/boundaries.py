"""Reading boundaries: GeoJSON, longitude and latitude on WGS 84 (CRS84), matched to units by code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.places.json_stream import BadJSON, features
from tinhso.places.models import UnitGeometry
from tinhso.places.state import Snapshot

MAX_VERTICES = 500_000
MAX_FINDINGS = 200
CRS84 = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326")


@dataclass
class Reading:
    """What a file holds: rows to store, what is wrong, and its SHA-256."""

    rows: list[UnitGeometry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sha256: str = ""


class _Fault(Exception):
    def __init__(self, reason: str, mend: str = "") -> None:
        super().__init__(reason)
        self.reason, self.mend = reason, mend


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code(feature: Any, code_property: str) -> str:
    if not isinstance(feature, dict):
        raise _Fault(_("Không phải một đối tượng GeoJSON."))
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise _Fault(_("“properties” không phải một đối tượng."))
    found = properties.get(code_property) if code_property else feature.get("id", properties.get("code"))
    if not isinstance(found, str | int) or not str(found).isalnum():
        raise _Fault(
            _("Thiếu mã đơn vị."),
            _("Ghi mã vào “id” hoặc thuộc tính “code”, hoặc nêu tên thuộc tính (--property TÊN)."),
        )
    return str(found)


def _geometry(feature: dict[str, Any]) -> tuple[shapely.Geometry, str]:
    """The polygon and, where it had to be repaired, why."""
    given = feature.get("geometry")
    if not isinstance(given, dict) or given.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Fault(_("Hình không phải Polygon hay MultiPolygon."), _("Chỉ nhập đường bao dạng vùng."))
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(given)))
    except (shapely.GEOSException, ValueError, TypeError, RecursionError) as error:
        raise _Fault(_("Không đọc được hình: %(error)s.") % {"error": str(error)[:120]}) from error
    coords = shapely.get_coordinates(shape)
    if not len(coords) or not np.isfinite(coords).all():
        raise _Fault(_("Hình rỗng hoặc có toạ độ không phải số."))
    if len(coords) > MAX_VERTICES:
        raise _Fault(_("Hình có quá nhiều đỉnh: %(number)d.") % {"number": len(coords)}, _("Đơn giản hoá đường bao."))
    _check_range(coords)
    shape = shapely.transform(shape, lambda values: values.round(7))
    why = "" if shape.is_valid else shapely.is_valid_reason(shape)
    if why:
        mended = shapely.make_valid(shape)
        parts = [part for part in shapely.get_parts(mended) if part.geom_type in ("Polygon", "MultiPolygon")]
        shape = shapely.union_all(parts)
        if shape.is_empty:
            raise _Fault(_("Hình tự cắt, không chữa được: %(why)s.") % {"why": why})
    return shape, why


def _check_range(coords: np.ndarray) -> None:
    low, high = coords.min(axis=0), coords.max(axis=0)
    if low[0] >= -180 and high[0] <= 180 and low[1] >= -90 and high[1] <= 90:
        return
    example = f"({coords[0][0]:g}, {coords[0][1]:g})"
    swapped = low[1] >= -180 and high[1] <= 180 and low[0] >= -90 and high[0] <= 90
    raise _Fault(
        _("Toạ độ nằm ngoài trái đất: %(example)s.") % {"example": example},
        _("Kinh độ trước, vĩ độ sau.")
        if swapped
        else _("Chuyển từ VN-2000 hay hệ mét sang WGS 84 (CRS84), đơn vị độ, kinh độ trước."),
    )


@dataclass
class _Wanted:
    """How features become rows: the units in force, where the code stands, what to do with a strange one."""

    at: Snapshot
    source: str
    code_property: str
    skip_unknown: bool
    seen: dict[str, str] = field(default_factory=dict)

    def read(self, feature: Any, place: str, reading: Reading) -> None:
        code = _code(feature, self.code_property)
        if code in self.seen:
            raise _Fault(_("Mã %(code)s đã có ở %(place)s.") % {"code": code, "place": self.seen[code]})
        self.seen[code] = place
        unit = self.at.by_code.get(code)
        if unit is None:
            reading.findings.append(
                Finding(
                    place,
                    _("Không có đơn vị mã %(code)s vào ngày đã chọn.") % {"code": code[:20]},
                    _("Nhập đơn vị trước, chọn ngày khác (--valid-on), hoặc bỏ qua đơn vị chưa có (--skip-unknown)."),
                    fatal=not self.skip_unknown,
                )
            )
            return
        shape, repaired = _geometry(feature)
        if repaired:
            told = _("Đường bao tự cắt, đã chữa: %(why)s.") % {"why": repaired}
            reading.findings.append(Finding(place, told, fatal=False))
        properties = feature.get("properties") or {}
        reading.rows.append(
            UnitGeometry(
                unit_uid=unit.uid,
                kind=UnitGeometry.POLYGON,
                geojson=json.dumps(shapely.geometry.mapping(shape), separators=(",", ":")),
                source=str(properties.get("source") or self.source).replace("\0", "")[:200],
                quality="simplified" if properties.get("quality") == "simplified" else "published",
            )
        )


def read_boundaries(
    path: Path,
    at: Snapshot,
    *,
    name: str,
    source: str,
    code_property: str = "",
    skip_unknown: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Reading:
    """Rows for the units in force that the file names by code, and every fault with its place."""
    reading = Reading(sha256=_sha256(path))
    wanted = _Wanted(at, source, code_property, skip_unknown)
    head: dict[str, Any] = {}
    number = -1
    try:
        for number, feature in enumerate(features(path, head)):
            if number and number % 1000 == 0:
                say(_("đã đọc %(number)d hình") % {"number": number})
            try:
                wanted.read(feature, f"/features/{number}", reading)
            except _Fault as fault:
                reading.findings.append(Finding(f"/features/{number}", fault.reason, fault.mend))
            if len(reading.findings) > MAX_FINDINGS:
                break
    except BadJSON as error:
        reading.findings.append(Finding(name, _("JSON hỏng: %(error)s.") % {"error": error}))
    except UnicodeError:
        reading.findings.append(Finding(name, _("Tệp không phải văn bản UTF-8."), _("Lưu lại dạng UTF-8.")))
    if number < 0 and not reading.findings:
        reading.findings.append(Finding("/features", _("Tệp không có hình nào."), _("Cần một FeatureCollection.")))
    crs = head.get("crs")
    if isinstance(crs, dict) and (named := str((crs.get("properties") or {}).get("name"))) not in CRS84:
        reading.findings.append(
            Finding("/crs", _("Hệ toạ độ %(crs)s không nhận.") % {"crs": named[:60]}, _("Chuyển sang WGS 84 (CRS84)."))
        )
    return reading
