"""The register a province starts with: what is shipped for it, and the committees every unit of its territory has."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tinhso.files.imports import ImportRefused
from tinhso.identity.agency_file import AgencyFile, read
from tinhso.identity.codes import old_form
from tinhso.identity.commands.agencies import write_register
from tinhso.identity.models import Agency, AgencySuccession
from tinhso.places.models import COMMUNE, DISTRICT, PROVINCE, Unit, UnitLink, code_of, short_name
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.proof.audit import Actor

DATA = Path(__file__).parent / "data"
SOURCE = "Lập từ danh mục đơn vị hành chính; số hiệu mã và trụ sở chỉ để minh họa"
FIRST_DAY = date(2020, 2, 1)
RESOLUTIONS = {
    date(2024, 9, 1): "Nghị quyết 1104/NQ-UBTVQH15",
    date(2025, 7, 1): "Nghị quyết 1674/NQ-UBTVQH15",
}
LEVEL_NAMES = {PROVINCE: "province", DISTRICT: "district", COMMUNE: "commune"}
TYPES_EN = {
    "tinh": "Province",
    "thanh_pho_tw": "City",
    "thanh_pho": "City",
    "thi_xa": "Town",
    "quan": "District",
    "huyen": "District",
    "xa": "Commune",
    "phuong": "Ward",
    "thi_tran": "Township",
    "dac_khu": "Special Zone",
}


@dataclass(frozen=True)
class Committee:
    """One of the three committees every unit has: key in uids, kind, names by unit."""

    key: str
    kind: str
    name: str
    name_en: str


COMMITTEES = (
    Committee("ubnd", "peoples_committee", "Ủy ban nhân dân {}", "People's Committee of {}"),
    Committee("du", "party_committee", "Đảng ủy {}", "Party Committee of {}"),
    Committee("mttq", "fatherland_front", "Ủy ban Mặt trận Tổ quốc Việt Nam {}", "Fatherland Front Committee of {}"),
)


@dataclass
class Territory:
    """The signing province's communes over time, their links, and the uid their committees carry."""

    units: dict[str, Unit] = field(default_factory=dict)
    links: list[UnitLink] = field(default_factory=list)
    roots: dict[str, str] = field(default_factory=dict)

    def root(self, uid: str) -> str:
        """The first unit of an unbroken line of the same code: its committee kept its identity through renaming."""
        while uid in self.roots:
            uid = self.roots[uid]
        return uid


def territory(levels: tuple[int, ...]) -> Territory:
    """Read the units of the signing province, in every generation, from places."""
    found = Territory()
    starts = Unit.objects.known_at().filter(level=COMMUNE).order_by("valid_from").values_list("valid_from", flat=True)
    for day in sorted({start or FIRST_DAY for start in starts.distinct()}):
        for level in levels:
            found.units |= {unit.uid: unit for unit in units_in(SIGNING_PROVINCE, day, level)}
    for link in UnitLink.objects.known_at().filter(resolved=True).order_by("id"):
        if link.predecessor_uid in found.units and link.successor_uid in found.units:
            found.links.append(link)
            if link.basis == "same-code":
                found.roots[link.successor_uid] = link.predecessor_uid
    return found


def _unit_titles(unit: Unit) -> tuple[str, str]:
    lowered = unit.name[:1].lower() + unit.name[1:]
    return lowered, f"{short_name(unit.name)} {TYPES_EN.get(unit.type, '')}".strip()


def _codes(land: Territory, shipped: dict[str, str]) -> dict[str, str]:
    """Demonstration codes: communes numbered in order of their own code below their district's, or the province's."""
    counters: dict[str, int] = defaultdict(int)
    numbered: dict[str, str] = {}
    for uid in sorted(land.units):
        above = _parent(land.units[uid], "ubnd")
        if top := shipped.get(above, ""):
            counters[above] += 1
            base = 30 if "." not in top else 0
            numbered[uid] = f"{top}.{counters[above] + base:02}"
    return numbered


def _parent(unit: Unit, key: str) -> str:
    """The shipped committee above: the district's while there were districts, else the merged province's."""
    if len(code_of(unit.parent_uid)) == 3:
        return f"nd.{key}-{code_of(unit.parent_uid)}"
    return {"ubnd": "nb.ubnd", "du": "nb.tu", "mttq": "nb.mttq"}[key]


def committees(land: Territory, shipped: dict[str, str]) -> list[Agency]:
    """The three committees of every commune; `shipped` gives the codes of those above, by uid."""
    codes = _codes(land, shipped)
    rows = []
    for uid, unit in sorted(land.units.items()):
        name, name_en = _unit_titles(unit)
        for kind in COMMITTEES:
            above = _parent(unit, kind.key)
            if above not in shipped:
                above = f"{kind.key}.{unit.parent_uid}" if unit.parent_uid and not shipped else ""
            code = codes.get(uid, "") if kind.key == "ubnd" else ""
            rows.append(
                Agency(
                    uid=f"{kind.key}.{land.root(uid)}",
                    code_new=code,
                    code_old=old_form(code),
                    name=kind.name.format(name),
                    name_en=kind.name_en.format(name_en),
                    kind=kind.kind,
                    level=LEVEL_NAMES[unit.level],
                    parent_uid=above,
                    seat_unit_code=unit.code if unit.level == COMMUNE else "",
                    valid_from=unit.valid_from,
                    valid_to=unit.valid_to,
                    source=SOURCE,
                )
            )
    return rows


def successions(land: Territory, shipped: dict[str, str]) -> list[AgencySuccession]:
    """Committees follow their units; a district's follow its communes when districts ended."""
    pairs: dict[tuple[str, str], tuple[date, str]] = {}
    for link in land.links:
        before, after = land.units[link.predecessor_uid], land.units[link.successor_uid]
        day = after.valid_from
        if day is None or land.root(link.predecessor_uid) == land.root(link.successor_uid):
            continue
        basis = f"{RESOLUTIONS.get(day, '')}; {link.basis_title.vi}".lstrip("; ")
        for kind in COMMITTEES:
            new = f"{kind.key}.{land.root(after.uid)}"
            pairs[(f"{kind.key}.{land.root(before.uid)}", new)] = (day, basis)
            above = _parent(before, kind.key)
            if above in shipped and _parent(after, kind.key) != above and _parent(after, kind.key).startswith("nb."):
                pairs[(above, new)] = (day, RESOLUTIONS.get(day, "") or basis)
    return [
        AgencySuccession(predecessor_uid=old, successor_uid=new, valid_from=day, basis=basis)
        for (old, new), (day, basis) in sorted(pairs.items())
    ]


def load_register(*, actor: Actor, province_code: str) -> int:
    """Load the agencies of a province: the file shipped for it, where there is one, and its units' committees.

    Where no file is shipped, the committees of all levels are made from the units alone, without codes. Repeating it
    changes nothing. Returns how many rows the register holds.
    """
    path = DATA / f"agencies_{province_code}.csv"
    content = path.read_bytes() if path.exists() else b""
    file = read(content) if content else AgencyFile()
    if file.findings:
        raise ImportRefused(file.findings)
    shipped = {row.uid: row.code_new for row in file.agencies}
    land = territory((COMMUNE,) if shipped else (PROVINCE, DISTRICT, COMMUNE))
    agencies = [*file.agencies, *committees(land, shipped)]
    write_register(
        actor=actor,
        source_name=path.name if content else f"places:{province_code}",
        source_sha256=hashlib.sha256(content).hexdigest(),
        agencies=agencies,
        successions=[*file.successions, *successions(land, shipped)],
    )
    return len(agencies)
