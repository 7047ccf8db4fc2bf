"""Reading vietnamadminunits: behaviour on a small country, and on the real files when they are at hand.

The real wheel is not shipped: `pip download --no-deps vietnamadminunits` and name it in VIETNAMADMINUNITS.
"""

import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Invalid
from tinhso.places.commands import UNITS, import_vietnam, set_signing_province
from tinhso.places.models import Unit, UnitGeometry, UnitLink
from tinhso.places.queries import parts_of, points
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.state import snapshot
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, SHARED, TESTER, country, nam_dinh

pytestmark = pytest.mark.django_db
BEFORE = date(2025, 6, 1)
WHEEL = Path(os.environ.get("VIETNAMADMINUNITS", "absent"))
needs_wheel = pytest.mark.skipif(not WHEEL.exists(), reason="VIETNAMADMINUNITS names no vietnamadminunits wheel")


def ward(code, name, lat, lon, district="001", **more):
    box = f"{lat - 0.02},{lon - 0.02} – {lat + 0.02},{lon + 0.02}"
    return {
        "province": "Tỉnh Thử",
        "provinceCode": "01",
        "provinceKey": "tinhthu",
        "district": f"Huyện {district}",
        "districtCode": district,
        "districtKey": f"huyen{district}",
        "ward": name,
        "wardCode": code,
        "wardKey": f"k{code}",
        "wardLat": lat,
        "wardLon": lon,
        "wardBounds": box,
        **more,
    }


def small_country(folder, *, former=(), area=20.0):
    """Six communes in a row, one of them geocoded 60 km away, and an island district without communes."""
    rows = [ward(f"0000{n}", f"Xã {n}", 20.0 + n * 0.03, 106.0) for n in range(1, 6)]
    rows += [ward("00006", "Xã Lạc", 20.6, 106.2)]
    island = dict.fromkeys(("ward", "wardCode", "wardKey", "wardLat", "wardLon", "wardBounds"))
    rows += [ward(None, None, 20.0, 107.0, "002") | island, *former]
    present = [
        {
            "province": "Tỉnh Thử",
            "provinceCode": "01",
            "provinceKey": "tinhthu",
            "ward": name,
            "wardCode": code,
            "wardKey": key,
            "wardLat": lat,
            "wardLon": 106.0,
            "wardAreaKm2": area,
        }
        for code, key, name, lat in (
            ("00001", "xamot", "Xã Một Mới", 20.04),
            ("00004", "xabon", "Xã Bốn Mới", 20.13),
            ("00009", "dackhu", "Đặc khu Đảo", 20.0),
        )
    ]
    mapping = {
        "DICT_PROVINCE": {"tinhthu": ["tinhthu"]},
        "DICT_PROVINCE_WARD_NO_DIVIDED": {
            "tinhthu": {
                "xamot": ["tinhthu_huyen001_k00001", "tinhthu_huyen001_k00002"],
                "xabon": ["tinhthu_huyen001_k00004"],
                "dackhu": ["tinhthu_huyen002_"],
            }
        },
        "DICT_PROVINCE_WARD_DIVIDED": {
            "tinhthu": {"tinhthu_huyen001_k00003": [{"newWardKey": "xamot"}, {"newWardKey": "xabon"}]}
        },
    }
    return country(folder, rows, present, mapping)


def load(path, **options):
    return import_vietnam(actor=TESTER, path=path, **options)


def test_a_province_starts_from_the_files(tmp_path):
    load(small_country(tmp_path))
    assert [len(units_in("unit:01", day)) for day in (DAY_2024, BEFORE, DAY_2025)] == [0, 6, 3]
    assert [unit.type for unit in units_in("unit:01", DAY_2025)] == ["xa", "dac_khu", "xa"]
    parts = parts_of(["00001@2025-07-01", "00009@2025-07-01"])
    assert [(part.code, part.resolved) for part in parts["00001@2025-07-01"]] == [
        ("00001", True),
        ("00002", True),
        ("00003", False),
    ]
    assert [part.code for part in parts["00009@2025-07-01"]] == ["002"]


def test_the_signing_province_follows_any_province(tmp_path):
    load(small_country(tmp_path))
    set_signing_province(actor=TESTER, province="01")
    assert [len(units_in(SIGNING_PROVINCE, day)) for day in (BEFORE, DAY_2025)] == [6, 3]


def test_a_namesake_far_away_is_reported_and_not_counted_with(tmp_path):
    outcome = load(small_country(tmp_path))
    assert [(finding.place, finding.fatal) for finding in outcome.findings] == [("admin_units_legacy, 00006", False)]
    assert UnitGeometry.objects.get(unit_uid="00006@2025-03-01").quality == "suspect"
    assert "00006@2025-03-01" not in points(["00006@2025-03-01"])


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (ward("00007", "Xã Hộp", 20.1, 106.02, wardBounds="21.0,106.0 – 21.1,106.1"), "khung bao của chính"),
        (ward("00007", "Xã Trùng", 20.09, 106.0001), "trùng điểm"),
        (ward("00007", "Xã Rộng", 20.1, 106.03, wardBounds="19.8,105.8 – 20.4,106.4"), "km²"),
    ],
)
def test_impossible_points_are_found(tmp_path, odd, told):
    outcome = load(small_country(tmp_path, former=[odd]))
    assert any(told in finding.reason for finding in outcome.findings if finding.place.endswith("00007"))
    assert UnitGeometry.objects.get(unit_uid="00007@2025-03-01").quality == "suspect"


def test_an_impossible_area_is_reported(tmp_path):
    outcome = load(small_country(tmp_path, area=900.0))
    told = [finding for finding in outcome.findings if "Diện tích" in finding.reason]
    assert {finding.place for finding in told} == {"admin_units, 00001", "admin_units, 00004"}


@pytest.mark.both_databases
def test_repeating_changes_nothing_and_undoing_removes_all(tmp_path):
    path = small_country(tmp_path)
    assert load(path, dry_run=True).diff.added
    assert not Unit.objects.exists()
    assert load(path).batch
    assert load(path).batch is None
    undo_last_import(actor=TESTER, importer=UNITS)
    assert not Unit.objects.known_at().exists()
    assert not UnitLink.objects.known_at().exists()


def test_a_province_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ImportRefused):
        load(small_country(tmp_path), provinces=["99"])


def test_the_wheel_itself_is_read_without_unpacking(tmp_path):
    folder = small_country(tmp_path)
    wheel = tmp_path / "vietnamadminunits-0.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("dataset.db", "converter_2025.json"):
            archive.write(folder / "data" / name, f"vietnamadminunits/data/{name}")
    assert len(load(wheel).diff.added) > 10


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vietnamadminunits/data/dataset.db", b"\0" * (65 * 2**20))
        archive.writestr("vietnamadminunits/data/converter_2025.json", "{}")


def no_database(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("vietnamadminunits/data/dataset.db", b"not a database")
        archive.writestr("vietnamadminunits/data/converter_2025.json", json.dumps({}))


@pytest.mark.parametrize("make", [bomb, no_database, lambda path: path.write_bytes(b"PK broken"), lambda path: None])
def test_what_is_not_the_data_is_refused(tmp_path, make):
    path = tmp_path / "file.whl"
    make(path)
    with pytest.raises(Invalid):
        load(path)
    assert not Unit.objects.exists()


@needs_wheel
def test_nam_dinh_of_the_files_is_the_nam_dinh_we_hold():
    nam_dinh()
    outcome = load(WHEEL, provinces=["36"])
    assert outcome.batch is None
    assert outcome.diff.unchanged == 1 + 9 + 175 + 1 + 57
    told = {finding.place for finding in outcome.findings if "điểm đang có" in finding.reason}
    assert {"admin_units_legacy, 13972", "admin_units_legacy, 14167", "admin_units, 14161"} <= told


@needs_wheel
@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/places is not beside the repository")
def test_every_point_more_than_5_km_off_in_nam_dinh_is_marked_suspect():
    from tinhso.places.point_checks import kilometres
    from tinhso.places.tests.test_shipped import source_rows

    load(WHEEL, provinces=["36"])
    true = {
        row["code"]: (round(float(row["lat"]) * 1e7), round(float(row["lon"]) * 1e7))
        for row in source_rows()
        if row["valid_to"] == "2025-06-30"
    }
    rows = {row.unit_uid: row for row in UnitGeometry.objects.filter(unit_uid__endswith="@2025-03-01")}
    off = {
        code: kilometres(point, (rows[f"{code}@2025-03-01"].lat_e7, rows[f"{code}@2025-03-01"].lon_e7))
        for code, point in true.items()
    }
    wrong = {code for code, distance in off.items() if distance > 5}
    suspect = {code for code in true if rows[f"{code}@2025-03-01"].quality == "suspect"}
    assert len(wrong) == 5
    assert off["13972"] > 45
    assert wrong <= suspect
    assert len(suspect) <= 12


@needs_wheel
def test_the_whole_country_loads_beside_nam_dinh(django_assert_max_num_queries):
    nam_dinh()
    outcome = load(WHEEL)
    assert len(outcome.diff.added) > 30_000
    levels = [sum(unit.level == level for unit in snapshot(BEFORE).units) for level in (1, 2, 3)]
    assert levels == [63, 696, 10_035]
    assert [sum(unit.level == level for unit in snapshot(DAY_2025).units) for level in (1, 2, 3)] == [34, 0, 3321]
    assert [len(units_in(SIGNING_PROVINCE, day)) for day in (DAY_2021, DAY_2024, DAY_2025)] == [226, 175, 57]
    assert len(units_in("unit:37", DAY_2025)) == 129
    nam_dinh()
    assert len(units_in("unit:37", BEFORE)) > 100
