"""States of the territory that tests begin from."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tinhso.places.commands import Outcome, import_units, load_shipped
from tinhso.proof.audit import Actor

TESTER = Actor("test", "Người kiểm thử")
DAY_2021, DAY_2024, DAY_2025 = date(2021, 12, 31), date(2024, 10, 1), date(2025, 8, 1)
SHARED = Path(__file__).resolve().parents[5] / "shared" / "data" / "places"
HEADER = "code,name,type,parent,valid_from,valid_to,lat,lon,population,population_year,predecessors\n"
# Two provinces merge; of their three communes one is whole in the new one, one unsure, one divided.
MERGED = """\
01,Tỉnh Một,tinh,,2020-01-01,2024-01-01,,,,,
001,Huyện Một,huyen,01,2020-01-01,2024-01-01,,,,,
00001,Xã Đông,xa,001,2020-01-01,2024-01-01,20.10,106.10,100,2019,
00002,Xã Tây,xa,001,2020-01-01,2024-01-01,20.10,106.20,200,2019,
00003,Xã Nam,xa,001,2020-01-01,2024-01-01,20.05,106.15,400,2019,
02,Tỉnh Hai,tinh,,2024-01-01,,,,,,01:resolution
00004,Xã Sáng,xa,02,2024-01-01,,20.10,106.11,,,00001:published-mapping
00005,Xã Mờ,xa,02,2024-01-01,,20.10,106.21,,,00002?:area-overlap
00006,Xã Chia,xa,02,2024-01-01,,20.05,106.15,,,00003:published-mapping
00007,Xã Sẻ,xa,02,2024-01-01,,20.04,106.16,,,00003:published-mapping
"""


def nam_dinh() -> None:
    """Nam Định's three generations, its outline and the scope of the signing province."""
    load_shipped(actor=TESTER, province="36")


def csv_file(folder: Path, rows: str, name: str = "units.csv", header: str = HEADER) -> Path:
    """A file in the documented format."""
    path = folder / name
    path.write_text(header + rows)
    return path


def import_csv(folder: Path, rows: str, **options: object) -> Outcome:
    """Import rows in the documented format."""
    return import_units(actor=TESTER, path=csv_file(folder, rows), **options)


def square(west: float, south: float, side: float = 0.02) -> dict:
    """A GeoJSON square."""
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def geojson_file(folder: Path, shapes: dict[str, object], name: str = "shapes.geojson", **head: object) -> Path:
    """A FeatureCollection of geometries by code."""
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": geometry} for code, geometry in shapes.items()
    ]
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", **head, "features": features}))
    return path


def country(folder: Path, former: Iterable[dict], present: Iterable[dict], mapping: dict) -> Path:
    """Data files as vietnamadminunits lays them out."""
    legacy = ["province", "district", "ward", "provinceCode", "districtCode", "districtLat", "districtLon", "wardCode"]
    legacy += ["wardLat", "wardLon", "wardBounds", "provinceKey", "districtKey", "wardKey"]
    new = [
        "province",
        "ward",
        "provinceCode",
        "wardCode",
        "wardLat",
        "wardLon",
        "wardAreaKm2",
        "provinceKey",
        "wardKey",
    ]
    data = folder / "data"
    data.mkdir()
    with sqlite3.connect(data / "dataset.db") as connection:
        for table, columns, rows in (("admin_units_legacy", legacy, former), ("admin_units", new, present)):
            connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})", [[row.get(name) for name in columns] for row in rows]
            )
    connection.close()
    (data / "converter_2025.json").write_text(json.dumps(mapping))
    return folder
