"""Broadband: what a file may hold, which unit a test counts for, when a unit reaches the level."""

from datetime import date

import pytest

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.coverage.importers import SPEED_TESTS
from tinhso.infrastructure.coverage.models import ServiceLevel, SpeedTest
from tinhso.infrastructure.coverage.rules import service_level
from tinhso.infrastructure.coverage.speeds import level_on, speeds
from tinhso.infrastructure.coverage.tests.recipes import HEAD, level, lines, measurements
from tinhso.infrastructure.network.tests.coverage_recipes import point_of
from tinhso.places.scopes import SIGNING_PROVINCE
from tinhso.places.tests.recipes import DAY_2021, DAY_2025, TESTER, nam_dinh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def territory(db):
    nam_dinh()


@pytest.mark.both_databases
def test_importing_again_changes_nothing_and_can_be_taken_back():
    assert len(measurements(lines()).diff.added) == 12
    assert measurements(lines()).batch is None
    changed = measurements(lines(count=1, rates="70,30,20"))
    assert [(old.download_kbps, new.download_kbps) for old, new in changed.diff.changed] == [(50_000, 70_000)]
    assert SpeedTest.objects.known_at().count() == 12
    undo_last_import(actor=TESTER, importer=SPEED_TESTS)
    assert set(SpeedTest.objects.known_at().values_list("download_kbps", flat=True)) == {50_000}


def test_a_dry_run_writes_nothing():
    assert len(measurements(lines(), dry_run=True).diff.added) == 12
    assert not SpeedTest.objects.exists()


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("a,2021-10-01,13633,fast,1,1", "download_mbps"),
        ("a,2021-10-01,13633,,1,1", "download_mbps"),
        ("a,2021-10-01,13633,-1,1,1", "download_mbps"),
        ("a,2021-10-01,13633,Infinity,1,1", "download_mbps"),
        ("a,2021-10-01,13633,1e400,1,1", "download_mbps"),
        ("a,2021-10-01,13633,1,1,NaN", "latency_ms"),
        ("a,yesterday,13633,1,1,1", "tested_at"),
        ("a,2199-01-01,13633,1,1,1", "tested_at"),
        ("a,2021-10-01,99999,1,1,1", "unit_code"),
        ("a,2021-10-01,,1,1,1", "unit_code"),
        (",2021-10-01,13633,1,1,1", "test_id"),
        ("a,2021-10-01,13633,1,1,1,1", "dòng 2"),
        ('a,2021-10-01,"13633,1,1,1', "dòng 2"),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_written(row, place):
    with pytest.raises(ImportRefused) as refused:
        measurements(lines(count=1, first=100) + "\n" + row)
    assert any(place in finding.place or "dòng 3" in finding.place for finding in refused.value.findings)
    assert not SpeedTest.objects.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "test_id"),
        (b"test_id,tested_at\n", "download_mbps"),
        (b"test_id,tested_at,download_mbps\na,2021-01-01,1", "unit_code"),
        (HEAD.encode() + b",colour\n", "colour"),
        (HEAD.encode() + b"\n", "dòng dữ liệu"),
        (b"\xff\xfe\x00", "UTF-8"),
        (HEAD.encode() + b"\n\0", "NUL"),
    ],
)
def test_a_file_that_is_no_table_of_tests_is_refused(content, reason):
    from tinhso.infrastructure.coverage.commands import import_speed_tests

    with pytest.raises(ImportRefused) as refused:
        import_speed_tests(actor=TESTER, content=content, source_name="x", publisher="p")
    told = " ".join(f"{finding.reason} {finding.mend}" for finding in refused.value.findings)
    assert reason in told


def test_the_same_number_twice_is_refused():
    with pytest.raises(ImportRefused, match="đã có ở dòng 2"):
        measurements(lines(count=1) + lines(count=1))


def test_a_point_is_placed_and_not_kept():
    lat, lon = point_of("13633")
    head = "test_id,tested_at,lat,lon,download_mbps"
    outcome = measurements(f"\na,2021-10-01T20:00:00Z,{lat / 1e7},{lon / 1e7},50\nb,2021-10-01,0,0,50", head=head)
    (row,) = SpeedTest.objects.all()
    assert row.unit_uid.startswith("13633@") and row.placed in ("polygon", "cell")
    assert row.valid_from == date(2021, 10, 2), "by Vietnam's clock"
    assert not {"lat", "lon", "point"} & {field.name for field in SpeedTest._meta.fields}
    assert [finding.fatal for finding in outcome.findings] == [False]


def test_a_publisher_is_named():
    with pytest.raises(Invalid, match="đơn vị đo"):
        measurements(lines(), publisher=" ")


LEVEL = {"download_kbps": 40, "upload_kbps": 20, "latency_us": 60, "share_permille": 800}


@pytest.mark.parametrize(
    ("rates", "good"),
    [
        ([40, 20, 60], True),
        ([39, 20, 60], False),
        ([40, 19, 60], False),
        ([40, 20, 61], False),
        ([40, None, None], True),
        ([39, None, None], False),
    ],
)
def test_a_test_reaches_the_level(rates, good):
    assert service_level.reaches(rates, LEVEL) is good


@pytest.mark.parametrize(
    ("good", "bad", "state"),
    [(8, 2, "reached"), (7, 3, "below"), (9, 0, "no_data"), (0, 10, "below"), (0, 0, "no_data")],
)
def test_a_unit_reaches_the_level_with_enough_of_its_tests(good, bad, state):
    unit = {"unit": "1", "tests": [[50, 30, 10]] * good + [[10, 30, 10]] * bad}
    (row,) = service_level.count({"level": LEVEL, "enough": 10, "units": [unit]})
    assert row["state"] == state
    assert row["denominator"] == (state != "no_data")
    (row,) = service_level.count({"level": None, "enough": 10, "units": [unit]})
    assert row["state"] == "no_data"


def test_only_tests_of_the_last_year_count():
    level(date(2020, 1, 1))
    measurements(lines(day="2020-12-31") + lines(code="13636", day="2021-01-01"))
    found = speeds(SIGNING_PROVINCE, DAY_2021)
    assert (found.rows["13633"]["tests"], found.rows["13636"]["tests"]) == (0, 12)
    assert found.value.numerator == 1


def test_a_test_counts_for_the_unit_that_took_the_old_one_in():
    level(date(2020, 1, 1))
    measurements(lines(day="2025-05-01", code="13693"))
    found = speeds(SIGNING_PROVINCE, DAY_2025)
    assert sum(row["tests"] for row in found.rows.values()) == 12


@pytest.mark.both_databases
def test_a_level_holds_until_the_next_and_a_correction_keeps_the_former():
    level(date(2021, 1, 1), download=40)
    level(date(2025, 1, 1), download=80)
    level(date(2023, 1, 1), download=60)
    assert [level_on(date(year, 6, 1)).download_kbps for year in (2021, 2023, 2025)] == [40_000, 60_000, 80_000]
    assert level_on(date(2020, 6, 1)) is None
    level(date(2023, 1, 1), download=50)
    assert level_on(date(2024, 6, 1)).download_kbps == 50_000
    assert level_on(date(2021, 6, 1)).valid_to == date(2023, 1, 1)
    assert ServiceLevel.objects.filter(download_kbps=60_000).get().superseded_at is not None


@pytest.mark.parametrize(("wrong", "place"), [({"download": 0}, "download_mbps"), ({"share": 101}, "share_percent")])
def test_a_level_out_of_range_is_refused(wrong, place):
    with pytest.raises(Invalid) as refused:
        level(date(2021, 1, 1), **wrong)
    assert refused.value.place == place
