"""From rows of a file to units: every importer of units reads its file into `UnitRow`, one path checks and builds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding, Plan
from tinhso.foundation.versioned import Versioned
from tinhso.places.models import (
    BASES,
    COMMUNE,
    DISTRICT,
    PROVINCE,
    QUALITIES,
    Population,
    Unit,
    UnitGeometry,
    UnitLink,
    code_of,
    uid_of,
)

LEVEL_OF = {
    **dict.fromkeys(["tinh", "thanh_pho_tw"], PROVINCE),
    **dict.fromkeys(["thanh_pho", "thi_xa", "quan", "huyen"], DISTRICT),
    **dict.fromkeys(["xa", "phuong", "thi_tran", "dac_khu"], COMMUNE),
}
DIGITS = {PROVINCE: 2, DISTRICT: 3, COMMUNE: 5}
E7 = 10_000_000


@dataclass(frozen=True)
class Origin:
    """Where a unit came from: the former unit's code, the basis, and whether that is certain.

    `joined`: the day a living unit took the former one in; without it, the day the unit began.
    """

    code: str
    basis: str
    resolved: bool = True
    joined: date | None = None


@dataclass
class UnitRow:
    """One unit in one time of its life, as a file says it. `place` names the row; `valid_to` is exclusive."""

    place: str
    code: str
    name: str
    type: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    point: tuple[int, int] | None = None
    point_quality: str = "geocoded"
    population: int | None = None
    population_year: int | None = None
    population_quality: str = "published"
    population_source: str = ""
    source: str = ""
    origins: list[Origin] = field(default_factory=list)
    level: int = 0

    def __post_init__(self) -> None:
        self.level = LEVEL_OF.get(self.type, 0)

    @property
    def uid(self) -> str:
        return uid_of(self.code, self.valid_from)


def _in_force(row: UnitRow | Unit, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to > day)


def _overlap(one: UnitRow | Unit, other: UnitRow | Unit) -> bool:
    return (one.valid_to is None or other.valid_from is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from is None or one.valid_from < other.valid_to
    )


class Draft:
    """The units of a file beside those already held; finds what is wrong, then plans the tables.

    For every code it names, a file gives the whole history: other times of that code are removed. With `partial`
    (files that know one moment only) they stay.
    """

    def __init__(self, rows: Sequence[UnitRow], held: Iterable[Unit], *, partial: bool = False) -> None:
        self.rows, self.partial = rows, partial
        self.codes = {row.code for row in rows}
        self.wanted_uids = {row.uid for row in rows}
        self.by_code: dict[str, list[UnitRow | Unit]] = defaultdict(list)
        for row in rows:
            self.by_code[row.code].append(row)
        for unit in held:
            if unit.code not in self.codes or (partial and unit.uid not in self.wanted_uids):
                self.by_code[unit.code].append(unit)

    def at(self, code: str, day: date | None) -> UnitRow | Unit | None:
        """The unit that carries a code on a day, in the file or already held."""
        moment = day or date.min
        return next((row for row in self.by_code.get(code, []) if _in_force(row, moment)), None)

    def findings(self) -> list[Finding]:
        """Faults of single rows are the readers' business; here: what rows say about each other."""
        found = []
        for rows in self.by_code.values():
            for index, one in enumerate(rows):
                for other in rows[:index]:
                    if _overlap(one, other):
                        place = one.place if isinstance(one, UnitRow) else getattr(other, "place", one.code)
                        found.append(
                            Finding(
                                place,
                                _("Mã %(code)s có hai khoảng hiệu lực chồng nhau: “%(one)s” và “%(other)s”.")
                                % {"code": one.code, "one": one.name, "other": other.name},
                                _("Sửa valid_from hoặc valid_to; valid_to là ngày đầu tiên hết hiệu lực."),
                            )
                        )
        for row in self.rows:
            found += self._parent_findings(row) + self._origin_findings(row)
        return found

    def _parent_findings(self, row: UnitRow) -> list[Finding]:
        if not row.parent:
            return (
                []
                if row.level == PROVINCE
                else [Finding(row.place, _("Thiếu đơn vị cấp trên (cột parent)."), _("Ghi mã đơn vị cấp trên."))]
            )
        parent = self.at(row.parent, row.valid_from)
        if parent is None:
            return [
                Finding(
                    row.place,
                    _("Không có đơn vị cấp trên %(code)s vào ngày %(day)s.")
                    % {"code": row.parent, "day": row.valid_from or "—"},
                    _("Thêm đơn vị đó vào tệp, hoặc nhập nó trước."),
                )
            ]
        if parent.level >= row.level:
            return [
                Finding(
                    row.place,
                    _("Đơn vị cấp trên %(code)s không ở cấp cao hơn.") % {"code": row.parent},
                    _("Cấp tỉnh > cấp huyện > cấp xã."),
                )
            ]
        return []

    def _origin_findings(self, row: UnitRow) -> list[Finding]:
        return [
            Finding(
                row.place,
                _("Tiền thân %(code)s không có hiệu lực ngay trước ngày %(day)s.")
                % {"code": origin.code, "day": origin.joined or row.valid_from or "—"},
                _("Thêm đơn vị tiền thân vào tệp, hoặc sửa mã hay ngày (valid_from)."),
            )
            for origin in row.origins
            if self._before(row, origin) is None
        ]

    def _before(self, row: UnitRow, origin: Origin) -> UnitRow | Unit | None:
        day = origin.joined or row.valid_from
        return self.at(origin.code, day - timedelta(days=1)) if day else None

    def units(self) -> list[Unit]:
        made = []
        for row in self.rows:
            parent = self.at(row.parent, row.valid_from) if row.parent else None
            made.append(
                Unit.of(
                    code=row.code,
                    name=row.name,
                    level=row.level,
                    type=row.type,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                    parent_uid=parent.uid if parent else "",
                    source=row.source[:200],
                )
            )
        return made

    def links(self) -> list[UnitLink]:
        return [
            UnitLink(
                predecessor_uid=before.uid,
                successor_uid=row.uid,
                basis=origin.basis,
                resolved=origin.resolved,
                valid_from=origin.joined or row.valid_from,
                source=row.source[:200],
            )
            for row in self.rows
            for origin in row.origins
            if (before := self._before(row, origin)) is not None
        ]

    def geometries(self) -> list[UnitGeometry]:
        return [
            UnitGeometry(
                unit_uid=row.uid,
                kind=UnitGeometry.POINT,
                lat_e7=row.point[0],
                lon_e7=row.point[1],
                source=row.source[:200],
                quality=row.point_quality,
            )
            for row in self.rows
            if row.point is not None
        ]

    def populations(self) -> list[Population]:
        return [
            Population(
                unit_uid=row.uid,
                year=row.population_year,
                persons=row.population,
                source=(row.population_source or row.source)[:200],
                quality=row.population_quality,
            )
            for row in self.rows
            if row.population is not None and row.population_year is not None
        ]

    def plans(self) -> list[Plan]:
        """What the tables should hold for the codes of this file."""
        orphan = self._is_orphan

        def mine(model: type[Versioned], key: Callable[[Versioned], tuple], wanted: Sequence[Versioned]) -> list:
            keys = {key(row) for row in wanted}
            return [row for row in model.objects.known_at() if key(row) in keys or orphan(row)]

        def plan(names: tuple[str, ...], model: type[Versioned], wanted: Sequence[Versioned]) -> Plan:
            def key(row: Versioned) -> tuple:
                return tuple(getattr(row, name) for name in names)

            return Plan(key=names, existing=mine(model, key, wanted), wanted=wanted, removes=True)

        return [
            plan(("uid",), Unit, self.units()),
            plan(("predecessor_uid", "successor_uid"), UnitLink, self.links()),
            plan(("unit_uid", "kind"), UnitGeometry, self.geometries()),
            plan(("unit_uid", "year"), Population, self.populations()),
        ]

    def _is_orphan(self, row: Versioned) -> bool:
        """Whether a held row speaks of a time of a code that this file does not know."""
        if self.partial:
            return False
        match row:
            case Unit():
                return row.code in self.codes and row.uid not in self.wanted_uids
            case UnitLink():
                # A successor in the file names all its predecessors there; a vanished predecessor takes its link along.
                return code_of(row.successor_uid) in self.codes or self._gone(row.predecessor_uid)
            case UnitGeometry() | Population():
                return self._gone(row.unit_uid)
        return False

    def _gone(self, uid: str) -> bool:
        return code_of(uid) in self.codes and uid not in self.wanted_uids


def row_findings(row: UnitRow) -> list[Finding]:
    """What is wrong with one row by itself."""
    found: list[Finding] = []

    def wrong(reason: str, mend: str = "") -> None:
        found.append(Finding(row.place, reason, mend))

    if not row.level:
        wrong(_("Loại “%(type)s” không có.") % {"type": row.type}, ", ".join(LEVEL_OF))
    elif not (row.code.isascii() and row.code.isdigit() and len(row.code) == DIGITS[row.level]):
        wrong(
            _("Mã “%(code)s” sai.") % {"code": row.code[:20]},
            _("Mã của Tổng cục Thống kê: tỉnh 2, huyện 3, xã 5 chữ số."),
        )
    if not row.name or len(row.name) > 120:
        wrong(_("Thiếu tên, hoặc tên dài quá 120 ký tự."))
    if row.valid_from and row.valid_to and row.valid_to <= row.valid_from:
        wrong(_("valid_to phải sau valid_from."), _("valid_to là ngày đầu tiên hết hiệu lực."))
    if row.point is not None and not (abs(row.point[0]) <= 90 * E7 and abs(row.point[1]) <= 180 * E7):
        wrong(_("Toạ độ nằm ngoài trái đất."), _("lat từ -90 đến 90, lon từ -180 đến 180."))
    for quality in (row.point_quality, row.population_quality):
        if quality not in QUALITIES:
            wrong(_("Chất lượng “%(quality)s” không có.") % {"quality": quality}, ", ".join(QUALITIES))
    if row.population is not None and row.population_year is None:
        wrong(_("Có số dân mà không có năm (population_year)."))
    if row.population_year is not None and not 1900 <= row.population_year <= 2200:
        wrong(_("Năm %(year)s sai.") % {"year": row.population_year})
    for origin in row.origins:
        if origin.basis not in BASES:
            wrong(_("Căn cứ “%(basis)s” không có.") % {"basis": origin.basis}, ", ".join(BASES))
    return found
