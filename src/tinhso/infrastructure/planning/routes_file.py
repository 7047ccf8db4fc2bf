"""Reading GeoJSON lines: where cable may run, and what it costs to cross. Every bad feature is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.columns import e7, line_lengths
from tinhso.infrastructure.network.ofds.jsontext import loads
from tinhso.infrastructure.planning.models import CROSSINGS, METHODS
from tinhso.infrastructure.planning.models.plans import OBSTACLE, ROUTE

MOST_FEATURES = 200_000
MOST_POINTS = 20_000
LONGEST_M = 2_000_000_000
Points = list[list[int]]


@dataclass(frozen=True)
class Line:
    """A line of a file: its key, where it was found, its points [lat, lon] in 1e-7 degree and its properties."""

    key: str
    place: str
    points: Points
    properties: dict[str, Any]
    metres: int


def read_lines(raw: bytes, key_names: tuple[str, ...] = ("id",)) -> tuple[list[Line], list[Finding]]:
    """The lines of a GeoJSON FeatureCollection (RFC 7946) and a finding for every feature that cannot be taken.

    A MultiLineString gives a line a part, a Polygon its outline. Keys are a property of `key_names`, the feature's id,
    else its number.
    """
    document = loads(raw)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise Invalid(
            _("Tệp không phải GeoJSON FeatureCollection."), place="/type", mend=_("Xuất lại từ phần mềm bản đồ.")
        )
    features = document.get("features")
    if not isinstance(features, list):
        raise Invalid(_("Tệp thiếu danh sách features."), place="/features")
    if len(features) > MOST_FEATURES:
        raise Invalid(
            _("Tệp có %(count)d đối tượng, giới hạn là %(limit)d.") % {"count": len(features), "limit": MOST_FEATURES},
            place="/features",
            mend=_("Cắt theo phạm vi cần lập phương án."),
        )
    findings: list[Finding] = []
    found: list[tuple[str, str, Points, dict[str, Any]]] = []
    seen: dict[str, str] = {}
    for number, feature in enumerate(features):
        place = f"/features/{number}"
        try:
            for part, (key, points, properties) in enumerate(_feature(feature, number, key_names)):
                name = key if part == 0 else f"{key}/{part}"
                if name in seen:
                    raise Invalid(_("Trùng mã “%(key)s” với %(other)s.") % {"key": name, "other": seen[name]})
                seen[name] = place
                found.append((name, place, points, properties))
        except Invalid as refused:
            findings.append(Finding(place, refused.what, refused.mend))
    lengths = line_lengths([[(lon / 1e7, lat / 1e7) for lat, lon in points] for _key, _place, points, _more in found])
    lines = []
    for (key, place, points, properties), metres in zip(found, lengths, strict=True):
        lines.append(Line(key, place, points, properties, metres or 0))
    return lines, findings


def _feature(feature: Any, number: int, key_names: tuple[str, ...]) -> Iterator[tuple[str, Points, dict[str, Any]]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Invalid(_("Không phải Feature."))
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise Invalid(_("properties không phải đối tượng."))
    named = next((properties[name] for name in key_names if properties.get(name) not in (None, "")), None)
    key = str(named if named is not None else feature.get("id", f"#{number}"))[:70]
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "LineString":
        parts = [coordinates]
    elif kind == "MultiLineString" and isinstance(coordinates, list):
        parts = coordinates
    elif kind == "Polygon" and isinstance(coordinates, list):
        parts = coordinates[:1]
    else:
        raise Invalid(
            _("Hình học %(kind)s không phải đường.") % {"kind": kind or "—"}, mend=_("Chỉ nhận LineString, Polygon.")
        )
    for part in parts:
        yield key, _points(part), properties


def _points(part: Any) -> Points:
    if not isinstance(part, list) or len(part) < 2:
        raise Invalid(_("Đường phải có ít nhất hai điểm."))
    if len(part) > MOST_POINTS:
        raise Invalid(_("Đường có quá %(limit)d điểm.") % {"limit": MOST_POINTS}, mend=_("Chia thành nhiều đường."))
    points = []
    for position in part:
        if (
            not isinstance(position, list)
            or len(position) < 2
            or any(isinstance(value, bool) or not isinstance(value, int | float | Decimal) for value in position[:2])
        ):
            raise Invalid(_("Có điểm không phải [kinh độ, vĩ độ]."))
        lon, lat = position[0], position[1]
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise Invalid(
                _("Điểm [%(lon)s, %(lat)s] không nằm trên trái đất.") % {"lon": lon, "lat": lat},
                mend=_("GeoJSON ghi kinh độ trước, vĩ độ sau, theo độ."),
            )
        points.append([e7(lat), e7(lon)])
    if all(point == points[0] for point in points):
        raise Invalid(_("Mọi điểm của đường trùng nhau."), mend=_("Bỏ đối tượng này."))
    return points


def whole(value: Any, name: str, *, least: int = 0, most: int = LONGEST_M) -> int | None:
    """A whole number of a property, None where it is absent; Invalid for anything else."""
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError as broken:
        raise Invalid(_("%(name)s “%(value)s” không phải số.") % {"name": name, "value": str(value)[:40]}) from broken
    if isinstance(value, bool) or not number.is_finite() or not least <= number <= most:
        raise Invalid(
            _("%(name)s %(value)s ngoài khoảng %(least)d–%(most)d.")
            % {"name": name, "value": str(value)[:40], "least": least, "most": most}
        )
    return round(number)


def route_rows(raw: bytes) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Fields of CandidateRoute, and every finding; a fatal finding means that nothing may be written.

    Properties: `method` (one of METHODS; empty: the price list's usual one), `length_m`, and `crossing` (river, road,
    rail) which makes the line an obstacle.
    """
    lines, findings = read_lines(raw)
    rows = []
    for line in lines:
        try:
            rows.append(_row(line))
        except Invalid as refused:
            findings.append(Finding(line.place, refused.what, refused.mend))
    if not rows and not findings:
        findings.append(Finding("/features", _("Tệp không có đường nào."), _("Chọn tệp có ít nhất một LineString.")))
    return rows, findings


def _row(line: Line) -> dict[str, Any]:
    crossing, method = line.properties.get("crossing") or "", line.properties.get("method") or ""
    if crossing and crossing not in CROSSINGS:
        raise Invalid(_("crossing “%(value)s” không có.") % {"value": str(crossing)[:40]}, mend=", ".join(CROSSINGS))
    if method and method not in METHODS:
        raise Invalid(_("method “%(value)s” không có.") % {"value": str(method)[:40]}, mend=", ".join(METHODS))
    if crossing and method:
        raise Invalid(_("Một đường không thể vừa là tuyến (method) vừa là vật cản (crossing)."))
    given = whole(line.properties.get("length_m"), "length_m", least=1)
    straight_m = line_lengths([[(p[1] / 1e7, p[0] / 1e7) for p in (line.points[0], line.points[-1])]])[0] or 0
    if given is not None and given + 1 < straight_m:
        raise Invalid(
            _("length_m %(given)d ngắn hơn đường thẳng giữa hai đầu (%(straight)d m).")
            % {"given": given, "straight": straight_m},
            mend=_("Sửa chiều dài, đơn vị là mét."),
        )
    return {
        "key": line.key,
        "role": OBSTACLE if crossing else ROUTE,
        "method": method,
        "crossing": crossing,
        "length_m": given if given is not None else line.metres,
        "points": json.dumps(line.points, separators=(",", ":")),
    }
