import json
import random
from datetime import date

import numpy as np
import pytest
import shapely
from django.utils import timezone

from tinhso.places.cells import Located, cells, locate, tessellation
from tinhso.places.commands import import_boundaries, import_units
from tinhso.places.models import UnitGeometry
from tinhso.places.queries import points
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.tests.recipes import (
    DAY_2021,
    DAY_2024,
    DAY_2025,
    HEADER,
    SHARED,
    TESTER,
    csv_file,
    geojson_file,
    import_csv,
    nam_dinh,
    square,
)

pytestmark = pytest.mark.django_db
DAYS = [DAY_2021, DAY_2024, DAY_2025]


@pytest.mark.parametrize("day", DAYS)
def test_every_commune_has_a_cell_that_holds_its_own_point(day):
    nam_dinh()
    units = units_in(SIGNING_PROVINCE, day)
    drawn = cells(day)
    assert {unit.uid for unit in units} == drawn.keys()
    assert {kind for _geometry, kind in drawn.values()} == {"cell"}
    placed = points(drawn)
    assert [found.uid for found in locate([placed[uid] for uid in drawn], day)] == list(drawn)


@pytest.mark.parametrize("day", DAYS)
def test_cells_cover_the_province_without_overlap(day):
    nam_dinh()
    shapes = list(tessellation(day).cells.values())
    covered = shapely.union_all(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(covered.area, rel=1e-6)
    outline = shapely.from_geojson(UnitGeometry.objects.get(unit_uid="36@2020-02-01", kind="polygon").geojson)
    assert outline.difference(covered).area < outline.area * 1e-6
    # Beside the outline only the surroundings of the few points that lie outside it.
    assert covered.difference(outline).area < outline.area * 0.02


@pytest.mark.parametrize("day", DAYS)
def test_a_place_belongs_to_the_nearest_point(day):
    """The oracle: distances to all points, on the same plane."""
    nam_dinh()
    units = units_in(SIGNING_PROVINCE, day)
    placed = points(unit.uid for unit in units)
    uids = list(placed)
    flat = np.array(list(placed.values()), dtype=float)
    shrink = np.cos(np.radians(flat[:, 0].mean() / 1e7))
    rng = random.Random(36)
    coords = [(rng.randint(199_500_000, 205_000_000), rng.randint(1_059_000_000, 1_066_000_000)) for _ in range(2000)]
    checked = 0
    for (lat, lon), found in zip(coords, locate(coords, day), strict=True):
        if found.uid is None:
            assert found.method == "outside"
            continue
        gaps = np.hypot(flat[:, 0] - lat, (flat[:, 1] - lon) * shrink)
        assert gaps[uids.index(found.uid)] <= gaps.min() + 1e-3
        checked += 1
    assert checked > 500


def test_a_higher_level_answers_through_the_parent():
    nam_dinh()
    here = points(["13633@2020-02-01"])["13633@2020-02-01"]
    assert [locate([here], DAY_2021, level=level)[0].uid for level in (1, 2)] == ["36@2020-02-01", "356@2020-02-01"]
    assert locate([here], DAY_2025, level=2) == [Located(None, "outside")]


@pytest.mark.parametrize("place", [(0, 0), (900_000_000, 1_800_000_000), (210_000_000, 1_058_000_000)])
def test_a_place_outside_the_loaded_units_is_said_so(place):
    nam_dinh()
    assert [(found.uid, found.method) for found in locate([place], DAY_2021)] == [(None, "outside")]
    assert locate([], DAY_2021) == []


def test_without_units_everything_is_outside():
    assert cells(DAY_2021) == {}
    assert locate([(204_000_000, 1_062_000_000)], DAY_2021)[0].method == "outside"


ISLAND = """\
01,Tỉnh Một,tinh,,2020-01-01,,,,,,
001,Huyện Một,huyen,01,2020-01-01,,,,,,
00001,Xã Đông,xa,001,2020-01-01,,20.10,106.10,,,
"""


def test_one_commune_alone_has_a_cell_and_a_suspect_point_has_none(tmp_path):
    import_csv(tmp_path, ISLAND)
    assert list(cells(DAY_2021)) == ["00001@2020-01-01"]
    suspect = HEADER.replace("lon,", "lon,point_quality,")
    rows = ISLAND.replace(",20.10,106.10,", ",20.10,106.10,suspect,").replace(",,,,,,\n", ",,,,,,,\n")
    import_units(actor=TESTER, path=csv_file(tmp_path, rows, header=suspect))
    assert cells(DAY_2021) == {}


def test_a_boundary_goes_before_the_cell(tmp_path):
    nam_dinh()
    lat, lon = points(["13633@2020-02-01"])["13633@2020-02-01"]
    # A boundary drawn around another ward's point: the boundary decides, however near the point.
    path = geojson_file(tmp_path, {"13642": square(lon / 1e7 - 0.001, lat / 1e7 - 0.001, 0.002)})
    import_boundaries(actor=TESTER, path=path, valid_on=DAY_2021)
    assert [(found.uid, found.method) for found in locate([(lat, lon)], DAY_2021)] == [("13642@2020-02-01", "polygon")]
    drawn = cells(DAY_2021)
    assert drawn["13642@2020-02-01"][1] == "polygon"
    inside = shapely.geometry.shape(drawn["13642@2020-02-01"][0])
    assert shapely.geometry.shape(drawn["13633@2020-02-01"][0]).intersection(inside).area < 1e-9


def test_what_was_known_before_a_boundary_was_loaded_can_still_be_read(tmp_path):
    nam_dinh()
    known_at = timezone.now()
    lat, lon = points(["13633@2020-02-01"])["13633@2020-02-01"]
    path = geojson_file(tmp_path, {"13633": square(lon / 1e7 - 0.001, lat / 1e7 - 0.001, 0.002)})
    import_boundaries(actor=TESTER, path=path, valid_on=DAY_2021)
    assert locate([(lat, lon)], DAY_2021)[0].method == "polygon"
    assert locate([(lat, lon)], DAY_2021, known_at)[0].method == "cell"


def test_reading_again_asks_only_what_is_newest(django_assert_max_num_queries):
    nam_dinh()
    cells(DAY_2021)
    with django_assert_max_num_queries(6):
        cells(date(2022, 5, 5))
        locate([(204_000_000, 1_062_000_000)] * 100, date(2022, 5, 6))


@pytest.mark.skipif(
    not (SHARED / "namdinh_communes_2021.geojson").exists(), reason="../shared/data/places is not beside the repository"
)
def test_cells_agree_with_the_real_boundaries_often_enough_to_be_called_approximate():
    nam_dinh()
    with (SHARED / "namdinh_communes_2021.geojson").open() as file:
        shapes = {
            item["id"]: shapely.geometry.shape(item["geometry"]).buffer(0) for item in json.load(file)["features"]
        }
    rng = random.Random(2021)
    coords, truth = [], []
    for code, shape in shapes.items():
        west, south, east, north = shape.bounds
        while len(truth) < 10 * (list(shapes).index(code) + 1):
            lon, lat = rng.uniform(west, east), rng.uniform(south, north)
            if shapely.contains_xy(shape, lon, lat):
                coords.append((round(lat * 1e7), round(lon * 1e7)))
                truth.append(code)
    located = locate(coords, DAY_2021)
    right = sum(found.uid == f"{code}@2020-02-01" for found, code in zip(located, truth, strict=True))
    assert right / len(truth) > 0.7
