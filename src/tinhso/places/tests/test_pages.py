import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tinhso.foundation.layers import layers
from tinhso.places.commands import import_boundaries
from tinhso.places.demo import run
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.search import find
from tinhso.places.sketch import sketch
from tinhso.places.tests.recipes import (
    DAY_2021,
    DAY_2024,
    DAY_2025,
    MERGED,
    TESTER,
    geojson_file,
    import_csv,
    nam_dinh,
    square,
)

pytestmark = pytest.mark.django_db


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return BeautifulSoup(response.content, "html.parser")


def test_before_anything_is_loaded_the_page_says_what_to_do(client):
    assert "Chưa nạp địa bàn" in page(client, "/dia-ban/").get_text()


@pytest.mark.parametrize(("day", "count"), [("2021-12-31", 226), ("2024-10-01", 175), ("2025-08-01", 57)])
def test_the_list_shows_the_units_of_the_day(client, day, count):
    nam_dinh()
    found = page(client, f"/dia-ban/?ngay={day}")
    assert len(found.select("tbody tr")) == count
    assert f"{count} đơn vị cấp xã" in found.get_text()
    (chosen,) = found.select("a[aria-current=true].ds-button")
    assert chosen.get_text().endswith(f"{count} xã")


def test_a_day_before_the_data_is_an_empty_list_and_a_bad_day_is_refused(client):
    nam_dinh()
    assert "Không có đơn vị nào vào ngày này" in page(client, "/dia-ban/?ngay=1990-01-01").get_text()
    page(client, "/dia-ban/?ngay=31-31-2021", 422)
    page(client, "/dia-ban/?ngay=%00", 422)


@pytest.mark.parametrize("query", ["ha long", "Hạ Long", "HẠ LONG", "ha  long", "13633"])
def test_a_former_name_leads_to_what_it_is_now(client, query):
    nam_dinh()
    found = page(client, f"/dia-ban/?q={query}")
    links = [item["href"] for item in found.select("#tim-thay ~ ul a")]
    assert "/dia-ban/13633/?ngay=2024-08-31" in links
    assert "/dia-ban/13669/" in links


def test_a_place_page_tells_what_it_was_and_became(client):
    nam_dinh()
    text = page(client, "/dia-ban/13681/?ngay=2024-10-01").get_text(" ", strip=True)
    for expected in ("Phường Quang Trung", "Phường Hạ Long", "Tên cũ đã công bố", "Phường Nam Định", "2009", "Cộng từ"):
        assert expected in text


def test_a_code_no_longer_in_force_opens_at_its_last_day(client):
    nam_dinh()
    response = client.get("/dia-ban/13633/")
    assert (response.status_code, response["Location"]) == (302, "/dia-ban/13633/?ngay=2024-08-31")
    assert "Địa bàn nay thuộc" in page(client, response["Location"]).get_text()


def test_a_code_not_in_force_on_the_day_asked_offers_its_heirs(client):
    nam_dinh()
    found = page(client, "/dia-ban/13633/?ngay=2025-08-01", 404)
    assert "/dia-ban/13669/?ngay=2025-08-01" in [item["href"] for item in found.select("main a")]


@pytest.mark.parametrize("code", ["99999", "x", "signing-province"])
def test_an_unknown_code_is_not_found(client, code):
    nam_dinh()
    page(client, f"/dia-ban/{code}/", 404)


def test_provinces_and_districts_list_what_lies_below_and_sum_their_people(client):
    nam_dinh()
    province = page(client, "/dia-ban/36/?ngay=2021-12-31")
    assert len(province.select("tbody tr")) == 10
    assert "1.911.682" in province.get_text()
    district = page(client, "/dia-ban/356/?ngay=2021-12-31")
    assert len(district.select("tbody tr")) == 25


def test_unsure_parts_and_missing_numbers_are_shown_as_no_data(client, tmp_path):
    import_csv(tmp_path, MERGED)
    text = page(client, "/dia-ban/00005/?ngay=2024-06-01").get_text(" ", strip=True)
    assert "chưa có số liệu" in text
    assert "chưa chắc" in text


def test_pages_speak_english_too(client):
    nam_dinh()
    text = page(client, "/en/dia-ban/13681/?ngay=2024-10-01").get_text(" ", strip=True)
    for expected in ("Commune level", "Published former names", "Summed from the units before merging"):
        assert expected in text


@pytest.mark.parametrize("day", [DAY_2021, DAY_2024, DAY_2025])
def test_the_sketch_draws_the_unit_among_its_neighbours(day):
    nam_dinh()
    unit = units_in(SIGNING_PROVINCE, day)[0]
    drawn = sketch(unit, day)
    assert [area.unit.uid for area in drawn.areas if area.own] == [unit.uid]
    assert drawn.approximate
    ((x, y),) = drawn.points
    assert 0 <= x <= drawn.width and 0 <= y <= drawn.height


def test_page_budgets(client, django_assert_max_num_queries):
    nam_dinh()
    for address in ("/dia-ban/?ngay=2021-12-31", "/dia-ban/36/?ngay=2021-12-31", "/dia-ban/13669/"):
        client.get(address)
        with django_assert_max_num_queries(32):
            client.get(address)


@pytest.mark.parametrize(
    ("query", "first", "address"),
    [
        ("nam dinh", "Tỉnh Nam Định", "/dia-ban/36/?ngay=2025-06-30"),
        ("phuong nam dinh", "Phường Nam Định", "/dia-ban/13669/"),
        ("vi khe", "Phường Vị Khê", "/dia-ban/13972/"),
        ("13633", "Phường Hạ Long", "/dia-ban/13633/?ngay=2024-08-31"),
        ("dong a", "Phường Đông A", "/dia-ban/13693/"),
    ],
)
def test_search_finds_units_by_folded_name_and_code(query, first, address):
    nam_dinh()
    hits = {hit.title: hit for hit in find(query, None, 10)}
    assert hits[first].url == address


def test_search_says_what_a_former_unit_belongs_to_now_and_knows_its_limits():
    nam_dinh()
    (hit,) = find("hoanh son", None, 10)
    assert "nay thuộc Xã Giao Thủy" in hit.about
    assert list(find("", None, 10)) == []
    assert len(list(find("xa", None, 5))) == 5
    scores = [hit.score for hit in find("hai", None, 50)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("layer", "day", "count"),
    [
        ("places.communes", DAY_2021, 226),
        ("places.communes", DAY_2025, 57),
        ("places.districts", DAY_2021, 10),
        ("places.districts", DAY_2025, 0),
        ("places.outline", DAY_2024, 1),
    ],
)
def test_map_layers_say_that_cells_are_approximate(layer, day, count):
    nam_dinh()
    found = layers[layer].features(day, None)
    assert len(found["features"]) == count
    assert {item["properties"]["class"] for item in found["features"]} <= {"cell"}
    json.dumps(found)
    assert layers[layer].caveat
    assert {legend.value: legend.dashed for legend in layers[layer].legend} == {"polygon": False, "cell": True}


def test_a_layer_draws_an_imported_boundary_as_one(tmp_path):
    nam_dinh()
    path = geojson_file(tmp_path, {"13633": square(106.18, 20.44, 0.005)})
    import_boundaries(actor=TESTER, path=path, valid_on=DAY_2021)
    found = layers["places.communes"].features(DAY_2021, None)["features"]
    assert [item["properties"]["code"] for item in found if item["properties"]["class"] == "polygon"] == ["13633"]


def get(client, path, status=200, **query):
    response = client.get(f"/api/places/{path}", query)
    assert response.status_code == status, response.content
    return response.json()


def test_the_api_lists_filters_and_pages(client):
    nam_dinh()
    assert get(client, "units", as_of="2021-12-31", level=3)["count"] == 226
    assert get(client, "units", as_of="2021-12-31", parent="356")["count"] == 25
    assert [item["code"] for item in get(client, "units", q="HẢI HƯNG")["items"]] == ["14248"]
    first, second = (get(client, "units", level=3, limit=10, offset=offset)["items"] for offset in (0, 10))
    assert len({item["uid"] for item in first + second}) == 20
    for bad in ({"limit": 501}, {"level": 4}, {"as_of": "soon"}, {"offset": -1}):
        get(client, "units", 422, **bad)


def test_the_api_tells_one_unit_with_its_history(client):
    nam_dinh()
    found = get(client, "units/13681", as_of="2024-10-01")
    assert (found["valid_from"], found["valid_to"]) == ("2024-09-01", "2025-07-01")
    assert [item["unit"]["code"] for item in found["predecessors"]] == ["13633", "13645", "13681"]
    assert [item["unit"]["code"] for item in found["successors"]] == ["13669"]
    assert found["population"]["quality"] == "summed"
    missing = get(client, "units/13633", 404)
    assert "13669" in missing["mend"]
    get(client, "units/99999", 404)


def test_the_api_gives_scopes_cells_and_links(client):
    nam_dinh()
    assert get(client, "scopes/signing-province/units", as_of="2021-12-31")["count"] == 226
    get(client, "scopes/nowhere/units", 404)
    shapes = get(client, "cells", as_of="2025-08-01")
    assert {item["properties"]["kind"] for item in shapes["features"]} == {"cell"}
    assert len(shapes["features"]) == 57
    links = get(client, "links", as_of="2025-08-01")
    assert len(links) == 51 + 34 + 175


def test_the_demonstration_loads_once_and_says_what_another_province_needs():
    said = []
    run("36", DAY_2021, said.append)
    run("36", DAY_2021, said.append)
    assert said[-1].startswith("226 ")
    with pytest.raises(Exception, match="vietnamadminunits"):
        run("01", DAY_2021, said.append)
    assert reverse("places:index") == "/dia-ban/"
