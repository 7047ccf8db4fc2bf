from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.places.commands import UNITS, import_units
from tinhso.places.models import Population, Unit, UnitGeometry, UnitLink
from tinhso.places.state import snapshot
from tinhso.places.tests.recipes import HEADER, MERGED, TESTER, csv_file, import_csv
from tinhso.places.units_csv import read_units_csv

GOOD = "01,Tỉnh Một,tinh,,2020-01-01,,,,,,\n"


def state():
    return [
        sorted(str(sorted(row.facts().items(), key=str)) for row in model.objects.known_at())
        for model in (Unit, UnitLink, UnitGeometry, Population)
    ]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_importing_twice_changes_nothing_and_undoing_returns_to_before(tmp_path):
    import_csv(tmp_path, GOOD)
    before = state()
    first = import_csv(tmp_path, MERGED)
    assert first.batch is not None
    after = state()
    second = import_csv(tmp_path, MERGED)
    assert (second.batch, second.diff.unchanged) == (None, 10 + 5 + 7 + 3)
    undo_last_import(actor=TESTER, importer=UNITS)
    assert state() == before
    import_csv(tmp_path, MERGED)
    assert state() == after


@pytest.mark.django_db
@pytest.mark.both_databases
def test_imports_are_undone_one_after_the_other(tmp_path):
    states = [state()]
    for rows in (GOOD, MERGED, MERGED.replace("Xã Sáng", "Xã Sáng Hơn")):
        import_csv(tmp_path, rows)
        states.append(state())
    for earlier in reversed(states[:-1]):
        undo_last_import(actor=TESTER, importer=UNITS)
        assert state() == earlier
    with pytest.raises(Conflict):
        undo_last_import(actor=TESTER, importer=UNITS)


@pytest.mark.django_db
def test_a_dry_run_tells_and_writes_nothing(tmp_path):
    outcome = import_csv(tmp_path, MERGED, dry_run=True)
    assert len(outcome.diff.added) == 25
    assert "+ Xã Đông (00001@2020-01-01)" in outcome.diff.lines()
    assert state() == [[], [], [], []]


@pytest.mark.django_db
def test_a_file_gives_the_whole_history_of_the_codes_it_names(tmp_path):
    import_csv(tmp_path, MERGED)
    renewed = import_csv(
        tmp_path,
        MERGED.replace("00004,Xã Sáng,xa,02,2024-01-01", "00004,Xã Sáng,xa,02,2024-06-01").replace(
            "00004,Xã Sáng,xa,02,2024-06-01,,20.10,106.11,,,00001:published-mapping",
            "00004,Xã Sáng,xa,02,2024-06-01,,20.10,106.11,,,",
        ),
    )
    assert "- Xã Sáng (00004@2024-01-01)" in renewed.diff.lines()
    assert [unit.valid_from for unit in Unit.objects.known_at().filter(code="00004")] == [date(2024, 6, 1)]
    assert not UnitGeometry.objects.known_at().filter(unit_uid="00004@2024-01-01").exists()


@pytest.mark.django_db
def test_the_day_before_can_still_be_read_as_it_was_known_then(tmp_path):
    from django.utils import timezone

    import_csv(tmp_path, MERGED)
    known_at = timezone.now()
    import_csv(tmp_path, MERGED.replace("Xã Đông", "Xã Đông Mới"))
    day = date(2021, 1, 1)
    assert snapshot(day).by_code["00001"].name == "Xã Đông Mới"
    assert snapshot(day, known_at).by_code["00001"].name == "Xã Đông"


BAD_ROWS = {
    "unknown type": ("01,Tỉnh,bang,,2020-01-01,,,,,,\n", "dòng 2"),
    "code of another level": ("001,Tỉnh,tinh,,2020-01-01,,,,,,\n", "dòng 2"),
    "code not a number": ("0x,Tỉnh,tinh,,2020-01-01,,,,,,\n", "dòng 2"),
    "no name": ("01,,tinh,,2020-01-01,,,,,,\n", "dòng 2"),
    "name too long": (f"01,{'a' * 121},tinh,,2020-01-01,,,,,,\n", "dòng 2"),
    "bad day": ("01,Tỉnh,tinh,,2020-13-01,,,,,,\n", "dòng 2, valid_from"),
    "ends before it begins": ("01,Tỉnh,tinh,,2020-01-01,2019-01-01,,,,,\n", "dòng 2"),
    "off the earth": ("01,Tỉnh,tinh,,2020-01-01,,200,106,,,\n", "dòng 2"),
    "not a degree": ("01,Tỉnh,tinh,,2020-01-01,,20°25',106,,,\n", "dòng 2, lat"),
    "infinite": ("01,Tỉnh,tinh,,2020-01-01,,Infinity,106,,,\n", "dòng 2, lat"),
    "half a point": ("01,Tỉnh,tinh,,2020-01-01,,20.1,,,,\n", "dòng 2, lon"),
    "people without a year": ("01,Tỉnh,tinh,,2020-01-01,,,,5,,\n", "dòng 2"),
    "people not a number": ("01,Tỉnh,tinh,,2020-01-01,,,,1.5,2019,\n", "dòng 2, population"),
    "unknown basis": (GOOD + "02,Hai,tinh,,2021-01-01,,,,,,01:guess\n", "dòng 3"),
    "unreadable predecessors": (GOOD + "02,Hai,tinh,,2021-01-01,,,,,,(01)\n", "dòng 3, predecessors"),
    "unknown predecessor": (GOOD + "02,Hai,tinh,,2021-01-01,,,,,,77:declared\n", "dòng 3"),
    "predecessor without a beginning": (GOOD + "02,Hai,tinh,,,,,,,,01:declared\n", "dòng 3"),
    "no parent": ("001,Huyện,huyen,,2020-01-01,,,,,,\n", "dòng 2"),
    "unknown parent": ("001,Huyện,huyen,09,2020-01-01,,,,,,\n", "dòng 2"),
    "parent below": (GOOD + "001,A,huyen,002,2020-01-01,,,,,,\n002,B,huyen,01,2020-01-01,,,,,,\n", "dòng 3"),
    "overlap": (GOOD + "01,Tỉnh Khác,tinh,,2021-01-01,,,,,,\n", "dòng 3"),
    "the same twice": (GOOD + GOOD, "dòng 3"),
    "too many cells": ("01,Tỉnh,tinh,,2020-01-01,,,,,,,,,\n", "dòng 2"),
    "broken quotes": ('01,"Tỉnh,tinh\n', "dòng 2"),
    "nothing": ("", "dòng 1"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_named_and_nothing_is_written(tmp_path, case):
    rows, place = BAD_ROWS[case]
    with pytest.raises(ImportRefused) as refused:
        import_csv(tmp_path, rows)
    assert refused.value.place == place
    assert all(finding.reason for finding in refused.value.findings)
    assert state() == [[], [], [], []]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff\xfe" + HEADER.encode(), "byte 0"),
        (HEADER.encode() + b"01,T\0inh,tinh,,,,,,,,\n", "dòng 2"),
        (b"code,name\n", "dòng 1"),
        (HEADER.replace("lat", "latitude").encode(), "dòng 1"),
        (b"", "dòng 1"),
    ],
)
def test_a_file_that_is_not_the_format_is_refused(tmp_path, content, place):
    path = tmp_path / "units.csv"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        import_units(actor=TESTER, path=path)
    assert refused.value.place == place


@pytest.mark.django_db
def test_a_file_of_200_megabytes_is_refused_by_its_size(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(Invalid) as refused:
        import_units(actor=TESTER, path=path)
    assert refused.value.status == 413


def test_types_are_read_by_code_or_by_name_and_days_in_either_form():
    rows, findings = read_units_csv((HEADER + "13633,Phường Hạ Long,Phường,356,01/02/2020,,,,,,\n").encode(), "x")
    assert findings == []
    assert (rows[0].type, rows[0].valid_from) == ("phuong", date(2020, 2, 1))


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=13), max_size=6))
def test_no_text_in_the_cells_breaks_the_reader(rows):
    content = HEADER + "\n".join(",".join(cells) for cells in rows)
    read, findings = read_units_csv(content.encode("utf-8", "surrogatepass"), "x")
    assert read or findings


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content):
    read, findings = read_units_csv(content, "x")
    assert read or findings


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize(
    "changes",
    [
        {"level": 4},
        {"type": "bang"},
        {"valid_from": date(2020, 1, 2), "valid_to": date(2020, 1, 2)},
    ],
)
def test_the_table_itself_refuses_what_a_unit_cannot_be(changes):
    facts = {"code": "01", "name": "Một", "level": 1, "type": "tinh", "valid_from": None, "source": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.of(**{**facts, **changes}).save()
    Unit.of(**facts).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.of(**facts).save()


@pytest.mark.django_db
def test_thousands_of_units_are_compared_in_a_handful_of_statements(tmp_path, django_assert_max_num_queries):
    rows = "".join(
        f"{code:05},Xã {code},xa,001,2020-01-01,,{20 + code / 1e5:.5f},106.1,{code},2019,\n" for code in range(10, 3010)
    )
    path = csv_file(tmp_path, GOOD + "001,Huyện,huyen,01,2020-01-01,,,,,,\n" + rows)
    with django_assert_max_num_queries(200):
        import_units(actor=TESTER, path=path)
    with django_assert_max_num_queries(12):
        import_units(actor=TESTER, path=path)
