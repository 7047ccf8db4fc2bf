"""What is shipped for Nam Định says the same as the sources it was made from."""

import csv
import json
from datetime import date, timedelta

import pytest
import shapely

from tinhso.places.models import UnitLink, code_of
from tinhso.places.queries import parts_of, points, populations
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.state import snapshot
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, SHARED, nam_dinh

pytestmark = pytest.mark.django_db
SOURCE = SHARED / "namdinh_units.csv"
needs_source = pytest.mark.skipif(not SOURCE.exists(), reason="../shared/data/places is not beside the repository")


def source_rows():
    with SOURCE.open(newline="") as file:
        return list(csv.DictReader(file))


@needs_source
@pytest.mark.parametrize("day", [DAY_2021, DAY_2024, DAY_2025])
def test_each_generation_has_the_names_types_districts_and_points_of_the_source(day):
    nam_dinh()
    at = snapshot(day)
    units = units_in(SIGNING_PROVINCE, day)
    placed = points(unit.uid for unit in units)
    found = {
        unit.code: (
            unit.name,
            str(unit.type_title.vi).lower(),
            code_of(unit.parent_uid),
            placed[unit.uid],
        )
        for unit in units
    }
    expected = {
        row["code"]: (
            row["name"],
            row["type"],
            row["district_code"] or "37",
            (round(float(row["lat"]) * 1e7), round(float(row["lon"]) * 1e7)),
        )
        for row in source_rows()
        if date.fromisoformat(row["valid_from"]) <= day
        and (not row["valid_to"] or day <= date.fromisoformat(row["valid_to"]))
    }
    assert found == expected
    assert all(unit.parent_uid in at.by_uid for unit in units)


@needs_source
def test_through_2024_every_first_unit_arrives_where_the_source_says_it_went_in_2025():
    nam_dinh()
    arrived = {
        part.code: code_of(uid)
        for uid, parts in parts_of(unit.uid for unit in units_in(SIGNING_PROVINCE, DAY_2025)).items()
        for part in parts
    }
    assert arrived == {
        row["code"]: row["successors_2025"] for row in source_rows() if row["valid_from"] == "2020-02-01"
    }


@needs_source
def test_first_generation_weights_are_those_of_the_source_and_labelled_as_weights():
    nam_dinh()
    units = units_in(SIGNING_PROVINCE, DAY_2021)
    people = populations(unit.uid for unit in units)
    expected = {row["code"]: row["population_2009"] for row in source_rows() if row["valid_from"] == "2020-02-01"}
    assert {unit.code: str(people[unit.uid].persons) for unit in units} == expected
    assert {(found.year, found.quality) for found in people.values()} == {(2009, "census-weight")}


def test_later_weights_are_sums_and_say_so():
    nam_dinh()
    people = populations(unit.uid for unit in units_in(SIGNING_PROVINCE, DAY_2025))
    assert len(people) == 57
    assert {found.quality for found in people.values()} == {"summed"}


def test_the_51_units_dissolved_in_2024_have_one_successor_each_with_its_basis():
    nam_dinh()
    change = date(2024, 9, 1)
    before = {unit.uid for unit in snapshot(change - timedelta(days=1)).units if unit.level == 3}
    links = list(UnitLink.objects.known_at().filter(valid_from=change, predecessor_uid__in=before))
    dissolved = [link for link in links if link.basis != "same-code"]
    assert len(dissolved) == 51
    assert len({link.predecessor_uid for link in links}) == len(links) == 51 + 34
    assert {link.basis for link in dissolved} == {"former-names", "same-name"}
    assert all(link.resolved for link in links)


@pytest.mark.skipif(
    not (SHARED / "namdinh_communes_2021.geojson").exists(), reason="../shared/data/places is not beside the repository"
)
def test_units_joined_in_2024_touch_each_other():
    """An independent check of the derived links: what was joined is connected land."""
    nam_dinh()
    with (SHARED / "namdinh_communes_2021.geojson").open() as file:
        shapes = {
            item["id"]: shapely.geometry.shape(item["geometry"]).buffer(0) for item in json.load(file)["features"]
        }
    apart = []
    for uid, parts in parts_of(unit.uid for unit in units_in(SIGNING_PROVINCE, DAY_2024)).items():
        if len(parts) == 1:
            continue
        # The boundaries are coarse: gaps of a few hundred metres between neighbours are theirs.
        joined = shapely.union_all([shapes[part.code].buffer(0.002) for part in parts])
        if joined.geom_type != "Polygon":
            apart.append(uid)
    assert apart == []
