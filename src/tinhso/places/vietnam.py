"""Reading the data files of PyPI `vietnamadminunits` (MIT): every commune before and from 2025-07-01, any province.

Only its data are read, from the wheel as downloaded or from an unpacked folder; the package itself is never imported.
Its points are geocoded: doubtful ones are reported, and the impossible ones marked suspect.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold
from tinhso.places.draft import E7, Origin, UnitRow
from tinhso.places.models import COMMUNE, Unit, UnitLink, code_of
from tinhso.places.point_checks import Placed, area_doubts, doubts, kilometres

REFORM = date(2025, 7, 1)
# Reorganisations before the reform ended by then: the day from which the file's former communes are sure.
FORMER_SINCE = date(2025, 3, 1)
WANTED = {"dataset.db": 64 * 2**20, "converter_2025.json": 32 * 2**20}
COLUMNS = {
    "admin_units_legacy": "province, district, ward, provinceCode, districtCode, districtLat, districtLon, wardCode, "
    "wardLat, wardLon, wardBounds, provinceKey, districtKey, wardKey",
    "admin_units": "province, ward, provinceCode, wardCode, wardLat, wardLon, wardAreaKm2, provinceKey, wardKey",
}
TYPE_OF = {
    1: {"tỉnh": "tinh", "thành phố": "thanh_pho_tw"},
    2: {"quận": "quan", "huyện": "huyen", "thị xã": "thi_xa", "thành phố": "thanh_pho"},
    3: {"xã": "xa", "phường": "phuong", "thị trấn": "thi_tran", "đặc khu": "dac_khu"},
}


@dataclass
class Source:
    """The two data files, opened; `former` and `present` are rows by column name."""

    sha256: str
    name: str
    former: list[dict[str, Any]] = field(default_factory=list)
    present: list[dict[str, Any]] = field(default_factory=list)
    mapping: dict[str, Any] = field(default_factory=dict)


def _no_data(name: str) -> Invalid:
    return Invalid(
        _("Không thấy dữ liệu của vietnamadminunits (dataset.db, converter_2025.json)."),
        place=name,
        mend=_("Chạy: pip download --no-deps vietnamadminunits, rồi đưa tệp .whl."),
    )


@contextlib.contextmanager
def _data_files(path: Path, called: str) -> Iterator[dict[str, Path]]:
    if path.is_dir():
        here = {name: sorted(path.rglob(name)) for name in WANTED}
        if not all(here.values()):
            raise _no_data(called)
        yield {name: files[0] for name, files in here.items()}
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise _no_data(called) from error
    with archive, tempfile.TemporaryDirectory() as folder:
        found: dict[str, Path] = {}
        for name, limit in WANTED.items():
            member = next((item for item in archive.infolist() if item.filename.endswith(f"/data/{name}")), None)
            if member is None:
                raise _no_data(called)
            with archive.open(member) as packed:
                # Not trusting the size the archive claims: a bomb is cut off where the limit is.
                content = packed.read(limit + 1)
            if len(content) > limit:
                raise Invalid(_("Tệp trong gói quá lớn."), place=name)
            file = Path(folder) / name
            file.write_bytes(content)
            found[name] = file
        yield found


def open_source(path: Path, called: str = "") -> Source:
    """Read the data files; Invalid where they are missing or not what they should be. `called`: its name."""
    called = called or path.name
    if not path.exists():
        raise _no_data(called)
    with _data_files(path, called) as files:
        tally = hashlib.sha256()
        for name in sorted(files):
            if files[name].stat().st_size > WANTED[name]:
                raise Invalid(_("Tệp trong gói quá lớn."), place=name)
            tally.update(files[name].read_bytes())
        source = Source(tally.hexdigest(), called)
        try:
            source.mapping = json.loads(files["converter_2025.json"].read_text("utf-8"))
            connection = sqlite3.connect(f"file:{files['dataset.db']}?mode=ro&immutable=1", uri=True)
            with contextlib.closing(connection):
                connection.execute("PRAGMA trusted_schema=OFF")
                connection.row_factory = sqlite3.Row
                source.former, source.present = (
                    [dict(row) for row in connection.execute(f"SELECT {columns} FROM {table}")]  # noqa: S608 (ours)
                    for table, columns in COLUMNS.items()
                )
        except (sqlite3.Error, ValueError) as error:
            raise Invalid(_("Không đọc được dữ liệu: %(error)s.") % {"error": error}, place=called) from error
    return source


def _type(name: str, level: int) -> str:
    folded = name.casefold()
    return next((code for start, code in TYPE_OF[level].items() if folded.startswith(start)), "")


def _point(lat: float | None, lon: float | None) -> tuple[int, int] | None:
    return None if lat is None or lon is None else (round(lat * E7), round(lon * E7))


def _box(text: str | None) -> tuple[int, int, int, int] | None:
    numbers = [round(float(number) * E7) for number in re.findall(r"-?\d+\.?\d*", text or "")]
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


class Reader:
    """Turns the files' rows into `UnitRow`, beside the units already held."""

    def __init__(self, source: Source, held: Sequence[Unit], provinces: Sequence[str], since: date) -> None:
        self.source, self.since, self.provinces = source, since, set(provinces)
        self.findings: list[Finding] = []
        self.rows: dict[str, UnitRow] = {}
        self.boxes: dict[str, tuple[int, int, int, int] | None] = {}
        self.held: dict[str, list[Unit]] = defaultdict(list)
        for unit in held:
            self.held[unit.code].append(unit)
        self.by_key: dict[str, list[str]] = defaultdict(list)
        self.areas: dict[str, float | None] = {}
        self.heirs: dict[str, int] = defaultdict(int)

    def say(self, row: UnitRow, told: str, **values: object) -> None:
        """A finding that does not stop the import."""
        self.findings.append(Finding(row.place, told % {"name": row.name, **values}, fatal=False))

    def read(self) -> list[UnitRow]:
        known = {row["provinceCode"] for row in self.source.former}
        for code in sorted(self.provinces - known):
            self.findings.append(Finding("--province", _("Không có tỉnh mã %(code)s.") % {"code": code}))
        if self.findings:
            return []
        former = [row for row in self.source.former if not self.provinces or row["provinceCode"] in self.provinces]
        for row in former:
            self._former(row)
        self._present({row["provinceKey"] for row in former})
        return list(self.rows.values())

    def _add(self, row: UnitRow, era: str, day: date) -> UnitRow:
        """Keep a row; where the same unit is already held, take over its times and its source."""
        for unit in self.held[row.code]:
            begun = unit.valid_from is None or unit.valid_from <= day
            if begun and (unit.valid_to is None or unit.valid_to > day) and unit.folded == fold(row.name):
                row.valid_from, row.valid_to, row.name, row.type = unit.valid_from, unit.valid_to, unit.name, unit.type
                row.source = unit.source
        return self.rows.setdefault(f"{era}:{row.code}", row)

    def _former(self, row: dict[str, Any]) -> None:
        day = REFORM - timedelta(days=1)
        place, source = f"admin_units_legacy, {row['wardCode'] or row['districtCode']}", self.source.name
        times: dict[str, Any] = {"valid_from": self.since, "valid_to": REFORM, "source": source}
        province, district = row["provinceCode"], row["districtCode"]
        if f"former:{province}" not in self.rows:
            self._add(UnitRow(place, province, row["province"], _type(row["province"], 1), **times), "former", day)
        if f"former:{district}" not in self.rows:
            name = row["district"]
            self._add(UnitRow(place, district, name, _type(name, 2), parent=province, **times), "former", day)
        code = row["wardCode"]
        if code:
            point = _point(row["wardLat"], row["wardLon"])
            ward = UnitRow(place, code, row["ward"], _type(row["ward"], 3), parent=district, point=point, **times)
            self._add(ward, "former", day)
            self.boxes[code] = _box(row["wardBounds"])
        self.by_key[f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"].append(code or district)

    def _present(self, former_keys: set[str]) -> None:
        became = {old: new for new, olds in self.source.mapping["DICT_PROVINCE"].items() for old in olds}
        wanted = {became[key] for key in former_keys if key in became}
        origins = self._origins(wanted)
        for row in self.source.present:
            if row["provinceKey"] not in wanted:
                continue
            place, source = f"admin_units, {row['wardCode']}", self.source.name
            came_from = origins.get((row["provinceKey"], row["wardKey"]), [])
            if self.provinces and not came_from:
                continue
            province, name = row["provinceCode"], row["province"]
            times: dict[str, Any] = {"valid_from": REFORM, "source": source}
            if f"present:{province}" not in self.rows:
                merged = [
                    Origin(code, "published-mapping")
                    for key in self.source.mapping["DICT_PROVINCE"][row["provinceKey"]]
                    if key in former_keys
                    for code in sorted({old["provinceCode"] for old in self.source.former if old["provinceKey"] == key})
                ]
                self._add(UnitRow(place, province, name, _type(name, 1), origins=merged, **times), "present", REFORM)
            if not came_from:
                told = _("“%(name)s”: không rõ tiền thân.") % {"name": row["ward"]}
                self.findings.append(Finding(place, told, fatal=False))
            for origin in came_from:
                self.heirs[origin.code] += 1
            self.areas[row["wardCode"]] = row["wardAreaKm2"]
            ward = UnitRow(
                place,
                row["wardCode"],
                row["ward"],
                _type(row["ward"], 3),
                parent=province,
                point=_point(row["wardLat"], row["wardLon"]),
                origins=came_from,
                **times,
            )
            self._add(ward, "present", REFORM)

    def _origins(self, wanted: set[str]) -> dict[tuple[str, str], list[Origin]]:
        """By (province key, commune key) of 2025: the former units, unresolved where the key fits several."""
        found: dict[tuple[str, str], list[Origin]] = defaultdict(list)
        whole = self.source.mapping["DICT_PROVINCE_WARD_NO_DIVIDED"]
        divided = self.source.mapping["DICT_PROVINCE_WARD_DIVIDED"]
        pairs = [(new, ward, old) for new in wanted for ward, olds in whole.get(new, {}).items() for old in olds]
        pairs += [
            (new, part["newWardKey"], old)
            for new in wanted
            for old, parts in divided.get(new, {}).items()
            for part in parts
        ]
        for new, ward, old in pairs:
            codes = self.by_key.get(old, [])
            for code in codes:
                if all(origin.code != code for origin in found[new, ward]):
                    found[new, ward].append(Origin(code, "published-mapping", len(codes) == 1))
        return found


def _placed(reader: Reader, row: UnitRow, era: str) -> Placed:
    point = row.point or (0, 0)
    if era == "former":
        return Placed(row.code, row.name, row.parent, point, reader.boxes.get(row.code))
    before = [reader.rows.get(f"former:{origin.code}") for origin in row.origins]
    boxes = [reader.boxes.get(item.code) for item in before if item and item.point_quality != "suspect"]
    sound = tuple(box for box in boxes if box)
    return Placed(
        row.code,
        row.name,
        row.parent,
        point,
        origins=sound if len(sound) == len(before) else (),
        area=reader.areas.get(row.code),
        shared=any(reader.heirs[origin.code] > 1 for origin in row.origins),
    )


def check_points(reader: Reader) -> None:
    """Mark impossible points as suspect; report them, the doubtful ones and impossible areas."""
    for era in ("former", "present"):
        rows = {row.code: row for key, row in reader.rows.items() if key.startswith(f"{era}:") and row.level == COMMUNE}
        placed = [_placed(reader, row, era) for row in rows.values() if row.point]
        for code, doubt in sorted(doubts(placed).items()):
            if doubt.suspect:
                rows[code].point_quality = "suspect"
                told = _("Điểm của “%(name)s” sai, không dùng để tính: %(reason)s.")
            else:
                told = _("Nên xem lại điểm của “%(name)s”: %(reason)s.")
            reader.say(rows[code], told, reason=doubt.reason)
        for code, reason in sorted(area_doubts(placed).items()):
            reader.say(rows[code], _("Diện tích của “%(name)s” trong nguồn sai: %(reason)s."), reason=reason)


def keep_better(reader: Reader, points: dict[str, tuple[int, int]], before: dict[str, list[UnitLink]]) -> None:
    """What is already held stays: its points, since this source's are geocoded, and its links with their basis."""
    for row in reader.rows.values():
        linked = {code_of(link.predecessor_uid) for link in before.get(row.uid, [])}
        row.origins = [origin for origin in row.origins if origin.code not in linked]
        known = points.get(row.uid)
        if known is None or row.point is None:
            continue
        apart = kilometres(known, row.point)
        row.point = None
        if apart > 5:
            told = _("“%(name)s”: điểm cách điểm đang có %(km)d km; giữ điểm đang có.")
            reader.say(row, told, km=round(apart))
