"""Administrative units over time: what a unit was, where it lay, what it came from and became."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text, fold, sort_key
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current

PROVINCE, DISTRICT, COMMUNE = 1, 2, 3
LEVELS = {
    PROVINCE: Text("Cấp tỉnh", "Province level"),
    DISTRICT: Text("Cấp huyện", "District level"),
    COMMUNE: Text("Cấp xã", "Commune level"),
}
TYPES = {
    "tinh": Text("Tỉnh", "Province"),
    "thanh_pho_tw": Text("Thành phố trực thuộc trung ương", "Centrally run city"),
    "thanh_pho": Text("Thành phố", "City"),
    "thi_xa": Text("Thị xã", "Town (district level)"),
    "quan": Text("Quận", "Urban district"),
    "huyen": Text("Huyện", "Rural district"),
    "xa": Text("Xã", "Commune"),
    "phuong": Text("Phường", "Ward"),
    "thi_tran": Text("Thị trấn", "Township"),
    "dac_khu": Text("Đặc khu", "Special zone"),
}
BASES = {
    "same-code": Text("Cùng mã", "Same code"),
    "same-name": Text("Cùng tên, cùng huyện, liền kề", "Same name in the same district, adjacent"),
    "published-mapping": Text("Bảng chuyển đổi đã công bố", "Published mapping"),
    "former-names": Text("Tên cũ đã công bố của đơn vị mới", "Published former names of the new unit"),
    "area-overlap": Text("Phần diện tích chung lớn nhất", "Largest overlap of areas"),
    "resolution": Text("Nghị quyết sắp xếp đơn vị hành chính", "Resolution on administrative units"),
    "declared": Text("Do người nhập khai", "Declared by the importer"),
}
QUALITIES = {
    "published": Text("Số liệu công bố", "Published"),
    "census-weight": Text("Trọng số tương đối, không phải số dân chính thức", "Relative weight, not an official count"),
    "summed": Text("Cộng từ các đơn vị trước sáp nhập", "Summed from the units before merging"),
    "total": Text("Cộng từ các xã trực thuộc", "Sum of its communes"),
    "inside": Text("Điểm nằm trong địa bàn", "A point inside the unit"),
    "geocoded": Text("Điểm do máy dò địa danh", "Geocoded by name"),
    "suspect": Text("Nghi sai, không dùng để tính", "Suspect, not used in counting"),
    "simplified": Text("Đường bao đơn giản hoá", "Simplified outline"),
}


def uid_of(code: str, valid_from: object) -> str:
    """The stable name of one unit in one time of its life: `13633@2020-02-01`; `36@` when it began before the data."""
    return f"{code}@{valid_from or ''}"


def code_of(uid: str) -> str:
    """The statistics office's code inside a uid."""
    return uid.partition("@")[0]


def short_name(name: str) -> str:
    """The name without its type: "Phường Hạ Long" → "Hạ Long"; by this name lists are sorted."""
    for kind in sorted((text.vi for text in TYPES.values()), key=len, reverse=True):
        if name.casefold().startswith(kind.casefold() + " "):
            return name[len(kind) + 1 :]
    return name


class Unit(Versioned):
    """One administrative unit while its name, type, parent and (for communes) territory stay the same.

    A code can live on under another name and area, so other tables refer to `uid`. The codes are the statistics
    office's: 2 digits for a province, 3 for a district, 5 for a commune. `sort_key` is compared bytewise: sort in
    Python, since a database's collation need not be.
    """

    uid = models.CharField(max_length=40, db_index=True)
    code = models.CharField(max_length=10, db_index=True)
    level = models.PositiveSmallIntegerField(choices=[(level, text.vi) for level, text in LEVELS.items()])
    type = models.CharField(max_length=20, choices=[(code, text.vi) for code, text in TYPES.items()])
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=260)
    parent_uid = models.CharField(max_length=40, blank=True, db_index=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            one_current("places_unit_once", "uid"),
            interval_ordered("places_unit_interval"),
            models.CheckConstraint(condition=Q(level__in=list(LEVELS)), name="places_unit_level"),
            models.CheckConstraint(condition=Q(type__in=list(TYPES)), name="places_unit_type"),
        ]
        indexes = [models.Index(fields=["level", "superseded_at", "valid_from"], name="places_unit_in_force")]

    def __str__(self) -> str:
        return f"{self.name} ({self.uid})"

    @classmethod
    def of(cls, *, code: str, name: str, valid_from: object, **fields: object) -> Unit:
        """A unit with its uid, folded name and sorting key filled in."""
        return cls(
            uid=uid_of(code, valid_from),
            code=code,
            name=name,
            folded=fold(name),
            sort_key=sort_key(short_name(name)),
            valid_from=valid_from,
            **fields,
        )

    @property
    def level_title(self) -> Text:
        return LEVELS[self.level]

    @property
    def type_title(self) -> Text:
        return TYPES[self.type]


class UnitLink(Versioned):
    """What a unit became on the day `valid_from`, and on what basis we say so.

    `resolved` False: the successor is only a candidate, so whatever counts that predecessor is "no data".
    """

    predecessor_uid = models.CharField(max_length=40, db_index=True)
    successor_uid = models.CharField(max_length=40, blank=True, db_index=True)
    basis = models.CharField(max_length=40, choices=[(code, text.vi) for code, text in BASES.items()])
    resolved = models.BooleanField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            one_current("places_link_once", "predecessor_uid", "successor_uid"),
            interval_ordered("places_link_interval"),
            models.CheckConstraint(condition=Q(resolved=False) | ~Q(successor_uid=""), name="places_link_resolved"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_uid} → {self.successor_uid or '?'}"

    @property
    def basis_title(self) -> Text:
        return BASES[self.basis]


class UnitGeometry(Versioned):
    """Where a unit lies: a point in it, or its boundary (GeoJSON geometry text, CRS84). Coordinates in 1e-7 degree."""

    POINT, POLYGON = "point", "polygon"

    unit_uid = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=10, choices=[("point", "điểm"), ("polygon", "vùng")])
    lat_e7 = models.IntegerField(null=True)
    lon_e7 = models.IntegerField(null=True)
    geojson = models.TextField(blank=True)
    source = models.CharField(max_length=200)
    quality = models.CharField(max_length=20, choices=[(code, text.vi) for code, text in QUALITIES.items()])

    class Meta:
        constraints = [
            one_current("places_geometry_once", "unit_uid", "kind"),
            interval_ordered("places_geometry_interval"),
            models.CheckConstraint(
                condition=Q(kind="point", lat_e7__isnull=False, lon_e7__isnull=False, geojson="")
                | (Q(kind="polygon") & ~Q(geojson="")),
                name="places_geometry_kind",
            ),
            models.CheckConstraint(
                condition=Q(lat_e7=None)
                | Q(lat_e7__range=(-900_000_000, 900_000_000), lon_e7__range=(-1_800_000_000, 1_800_000_000)),
                name="places_geometry_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_uid}"


class Population(Versioned):
    """How many people a unit had in a year, by which source, and how good the number is."""

    unit_uid = models.CharField(max_length=40, db_index=True)
    year = models.PositiveSmallIntegerField()
    persons = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    quality = models.CharField(max_length=20, choices=[(code, text.vi) for code, text in QUALITIES.items()])

    class Meta:
        constraints = [
            one_current("places_population_once", "unit_uid", "year"),
            interval_ordered("places_population_interval"),
            models.CheckConstraint(condition=Q(year__range=(1900, 2200)), name="places_population_year"),
        ]

    def __str__(self) -> str:
        return f"{self.persons} ({self.year}) {self.unit_uid}"


class Scope(models.Model):
    """A territory followed through time, by a code others measure it under."""

    code = models.CharField(max_length=60, unique=True)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> Text:
        return Text(self.title_vi, self.title_en)


class ScopeSegment(Versioned):
    """What a scope is during [valid_from, valid_to): everything under one unit, or the units listed."""

    UNDER, LISTED = "under", "listed"

    scope_code = models.CharField(max_length=60, db_index=True)
    selector = models.CharField(max_length=10, choices=[("under", "thuộc"), ("listed", "liệt kê")])
    codes = models.TextField(help_text="unit codes, separated by blanks")

    class Meta:
        constraints = [
            one_current("places_segment_once", "scope_code", "valid_from"),
            interval_ordered("places_segment_interval"),
            models.CheckConstraint(condition=~Q(codes=""), name="places_segment_codes"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_code} {self.valid_from or ''}–{self.valid_to or ''}"
