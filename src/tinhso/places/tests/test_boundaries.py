import json
import tracemalloc

import pytest

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.places.cells import cells
from tinhso.places.commands import BOUNDARIES, UNITS, import_boundaries
from tinhso.places.models import UnitGeometry
from tinhso.places.tests.recipes import (
    DAY_2021,
    DAY_2025,
    HEADER,
    SHARED,
    TESTER,
    csv_file,
    geojson_file,
    import_csv,
    square,
)

pytestmark = pytest.mark.django_db
UNITS_CSV = """\
01,Tỉnh Một,tinh,,2020-01-01,,,,,,
001,Huyện Một,huyen,01,2020-01-01,,,,,,
00001,Xã Đông,xa,001,2020-01-01,,20.01,106.01,,,
00002,Xã Tây,xa,001,2020-01-01,,20.01,106.05,,,
"""


def load(tmp_path, shapes, **options):
    path = shapes if hasattr(shapes, "open") else geojson_file(tmp_path, shapes)
    return import_boundaries(actor=TESTER, path=path, valid_on=DAY_2021, **options)


def polygons():
    return UnitGeometry.objects.known_at().filter(kind="polygon").count()


@pytest.mark.both_databases
def test_boundaries_are_imported_once_changed_and_taken_back(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    shapes = {"00001": square(106.0, 20.0), "00002": square(106.04, 20.0)}
    assert len(load(tmp_path, shapes, dry_run=True).diff.added) == 2
    assert polygons() == 0
    assert load(tmp_path, shapes).batch is not None
    assert load(tmp_path, shapes).batch is None
    changed = load(tmp_path, {"00001": square(106.0, 20.0, 0.03)})
    assert (len(changed.diff.changed), polygons()) == (1, 2)
    undo_last_import(actor=TESTER, importer=BOUNDARIES)
    assert load(tmp_path, shapes, dry_run=True).diff.unchanged == 2
    undo_last_import(actor=TESTER, importer=BOUNDARIES)
    assert polygons() == 0


def test_units_cannot_be_taken_back_from_under_their_boundaries(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    load(tmp_path, {"00001": square(106.0, 20.0)})
    with pytest.raises(Conflict, match="đường bao"):
        undo_last_import(actor=TESTER, importer=UNITS)
    undo_last_import(actor=TESTER, importer=BOUNDARIES)
    undo_last_import(actor=TESTER, importer=UNITS)


BOWTIE = {"type": "Polygon", "coordinates": [[[106, 20], [106.1, 20.1], [106.1, 20], [106, 20.1], [106, 20]]]}
BAD_SHAPES = {
    "unknown code": {"00009": square(106, 20)},
    "no code": {None: square(106, 20)},
    "a code that is no code": {"'; --": square(106, 20)},
    "a point": {"00001": {"type": "Point", "coordinates": [106, 20]}},
    "no geometry": {"00001": None},
    "geometry that is a list": {"00001": [1, 2]},
    "no coordinates": {"00001": {"type": "Polygon"}},
    "empty": {"00001": {"type": "Polygon", "coordinates": []}},
    "text for numbers": {"00001": {"type": "Polygon", "coordinates": [[["a", "b"], ["c", "d"]]]}},
    "ring of two points": {"00001": {"type": "Polygon", "coordinates": [[[106, 20], [106.1, 20]]]}},
    "ring not closed": {"00001": {"type": "Polygon", "coordinates": [[[106, 20], [106.1, 20], [106.1, 20.1]]]}},
    "metres of VN-2000": {"00001": square(595_000, 2_260_000, 100)},
    "beyond the pole": {"00001": square(106, 89.99, 1)},
    "without area": {"00001": {"type": "Polygon", "coordinates": [[[106, 20], [106.1, 20], [106, 20], [106, 20]]]}},
}


@pytest.mark.parametrize("case", BAD_SHAPES)
def test_a_bad_shape_is_named_by_its_place_and_nothing_is_written(tmp_path, case):
    import_csv(tmp_path, UNITS_CSV)
    shapes = {"00002": square(106.04, 20.0), **BAD_SHAPES[case]}
    with pytest.raises(ImportRefused) as refused:
        load(tmp_path, shapes)
    assert refused.value.place == "/features/1"
    assert polygons() == 0


def test_latitude_first_is_recognised(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    turned = {"type": "Polygon", "coordinates": [[[y, x] for x, y in square(106, 20)["coordinates"][0]]]}
    with pytest.raises(ImportRefused) as refused:
        load(tmp_path, {"00001": turned})
    assert "Kinh độ trước" in refused.value.mend


def test_the_same_unit_twice_is_refused(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    feature = {"type": "Feature", "id": "00001", "properties": None, "geometry": square(106, 20)}
    path = tmp_path / "twice.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, feature]}))
    with pytest.raises(ImportRefused) as refused:
        load(tmp_path, path)
    assert refused.value.place == "/features/1"


def test_a_boundary_that_crosses_itself_is_mended_and_told(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    outcome = load(tmp_path, {"00001": BOWTIE})
    assert [(finding.place, finding.fatal) for finding in outcome.findings] == [("/features/0", False)]
    assert cells(DAY_2021)["00001@2020-01-01"][1] == "polygon"


def test_unknown_units_can_be_left_out_and_codes_read_from_a_property(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    features = [
        {"type": "Feature", "properties": {"MA_XA": code}, "geometry": square(106, 20)} for code in ("00001", "77777")
    ]
    path = tmp_path / "named.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    outcome = load(tmp_path, path, code_property="MA_XA", skip_unknown=True)
    assert (len(outcome.diff.added), [finding.place for finding in outcome.findings]) == (1, ["/features/1"])


def test_another_reference_system_is_refused(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}
    with pytest.raises(ImportRefused) as refused:
        load(tmp_path, geojson_file(tmp_path, {"00001": square(106, 20)}, crs=crs))
    assert refused.value.place == "/crs"
    crs["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert load(tmp_path, geojson_file(tmp_path, {"00001": square(106, 20)}, crs=crs)).batch


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"type": "FeatureCollection"}',
        b'{"features": 5}',
        b'{"features": [}',
        b'{"features": [{"id": "00001"',
        b'{"features": []} trailing',
        b'{"features": [NaN]}',
        b'{"features": [{"id": "00001", "geometry": {"type": "Polygon", "coordinates": [[[1e999, 2]]]}}]}',
        b'{"features": [' + b"[" * 100_000 + b"]}",
        b'{"features": ["\xff"]}',
        b"\x00\x00\x00",
        b'{"features": [1, "a", null, []]}',
    ],
)
def test_broken_files_are_refused_with_a_reason(tmp_path, content):
    import_csv(tmp_path, UNITS_CSV)
    path = tmp_path / "broken.geojson"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        load(tmp_path, path)
    assert refused.value.what
    assert polygons() == 0


def test_a_nul_in_the_code_or_source_reaches_no_table(tmp_path):
    import_csv(tmp_path, UNITS_CSV)
    with pytest.raises(ImportRefused):
        load(tmp_path, {"00001\0": square(106, 20)})
    feature = {"type": "Feature", "id": "00001", "properties": {"source": "a\0b"}, "geometry": square(106, 20)}
    path = tmp_path / "nul.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    load(tmp_path, path)
    assert UnitGeometry.objects.get(kind="polygon").source == "ab"


def test_200_megabytes_are_refused_by_size_before_reading(tmp_path):
    path = tmp_path / "huge.geojson"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(Invalid) as refused:
        load(tmp_path, path)
    assert refused.value.status == 413


def test_memory_follows_the_largest_feature_not_the_file(tmp_path):
    """40 MB of features of units not loaded are read within a few megabytes."""
    import_csv(tmp_path, UNITS_CSV)
    path = tmp_path / "long.geojson"
    padding = "x" * 400_000
    with path.open("w") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for number in range(100):
            feature = {"type": "Feature", "id": f"9{number:04}", "properties": {"note": padding}, "geometry": None}
            file.write((", " if number else "") + json.dumps(feature))
        file.write("]}")
    tracemalloc.start()
    with pytest.raises(ImportRefused):
        load(tmp_path, path, skip_unknown=False)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 40e6
    assert peak < 12e6


@pytest.mark.skipif(
    not (SHARED / "namdinh_wards_2025.geojson").exists(), reason="../shared/data/places is not beside the repository"
)
def test_the_real_boundaries_of_all_three_files_load():
    from tinhso.places.tests.recipes import nam_dinh

    nam_dinh()
    for name, day, count in (
        ("namdinh_communes_2021.geojson", DAY_2021, 226),
        ("namdinh_districts_2021.geojson", DAY_2021, 10),
        ("namdinh_wards_2025.geojson", DAY_2025, 57),
    ):
        outcome = import_boundaries(actor=TESTER, path=SHARED / name, valid_on=day)
        assert len(outcome.diff.added) == count
    assert {kind for _geometry, kind in cells(DAY_2025).values()} == {"polygon"}


def test_missing_files_are_named(tmp_path):
    with pytest.raises(Invalid, match="Không có tệp"):
        load(tmp_path, tmp_path / "absent.geojson")
    assert csv_file(tmp_path, "").read_text() == HEADER
