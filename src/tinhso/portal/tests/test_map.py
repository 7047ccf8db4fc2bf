"""The map: layers by right and day, answers kept until a write, the picture, the list."""

from __future__ import annotations

import gzip
import json
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from tinhso.foundation import still
from tinhso.foundation.layers import layers
from tinhso.foundation.text import Text
from tinhso.portal import maps
from tinhso.portal.tests.recipes import SQUARE, no_layers, only, squares
from tinhso.proof import log

pytestmark = pytest.mark.django_db
GEOJSON = "/ban-do/lop/test.squares.geojson"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


def test_features_of_a_day_with_etag_and_gzip(client: Client):
    with only(layers, squares()):
        plain = client.get(GEOJSON, {"ngay": "2021-12-31"})
        packed = client.get(GEOJSON, {"ngay": "2021-12-31"}, headers={"Accept-Encoding": "gzip"})
        again = client.get(GEOJSON, {"ngay": "2021-12-31"}, headers={"If-None-Match": plain["ETag"]})
    assert plain["Content-Type"] == "application/geo+json"
    assert len(json.loads(plain.content)["features"]) == 3
    assert gzip.decompress(packed.content) == plain.content
    assert (again.status_code, again.content) == (304, b"")


def test_answer_is_kept_until_something_is_written(client: Client):
    calls: list[date] = []
    with only(layers, squares(calls=calls)):
        client.get(GEOJSON, {"ngay": "2021-12-31"})
        client.get(GEOJSON, {"ngay": "2021-12-31"})
        assert len(calls) == 1
        log.append("test", "anything", {})
        client.get(GEOJSON, {"ngay": "2021-12-31"})
    assert len(calls) == 2


def test_languages_are_kept_apart(client: Client):
    with only(layers, squares()):
        vi = client.get("/ban-do/anh.svg", {"lop": "test.squares"})
        en = client.get("/en/ban-do/anh.svg", {"lop": "test.squares"})
    assert "Ô vuông" in vi.content.decode() and "Squares" in en.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{GEOJSON}?ngay=hôm+qua", 422),
        (f"{GEOJSON}?ngay=0001-01-01", 422),
        ("/ban-do/?ngay=2021-02-30", 422),
        ("/ban-do/?lop=nowhere", 404),
        ("/ban-do/lop/nowhere.geojson", 404),
        ("/ban-do/lop/test.secret.geojson", 403),
        ("/ban-do/anh.svg?lop=test.secret", 403),
        ("/ban-do/?lop=test.secret", 403),
    ],
)
def test_refusals_say_what_and_where(client: Client, address: str, status: int):
    secret = squares("test.secret", permission="test.nobody")
    with only(layers, squares(), secret):
        answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json()["title"]


def test_layer_without_right_is_not_offered(client: Client):
    with only(layers, squares(), squares("test.secret", permission="test.nobody", title=Text("Bí mật", "Secret"))):
        assert "Bí mật" not in client.get("/ban-do/").content.decode()


def test_list_says_what_the_map_shows(client: Client):
    with only(layers, squares()):
        page = client.get("/ban-do/", {"ngay": "2021-12-31", "lop": "test.squares"}).content.decode()
    assert "Xã Ấp" in page and "31/12/2021" in page
    assert "Xã Bình &lt;b&gt;" in page and "<b>" not in page


def test_empty_states(client: Client):
    with no_layers():
        assert client.get("/ban-do/").status_code == 200
        assert client.get("/ban-do/anh.svg").content.startswith(b"<svg")
    with only(layers, squares()):
        assert "Chưa chọn lớp nào" in client.get("/ban-do/", {"chon": "1"}).content.decode()


def test_picture_draws_the_legend_and_nothing_else():
    layer = squares()
    picture = ET.fromstring(still.draw([(layer, layer.features(date(2021, 12, 31), None))], "A & B"))
    groups = picture.findall("{*}g")
    assert [len(group.findall("{*}path")) for group in groups] == [1, 1]
    assert groups[0].get("fill") == still.colours()["light"]["--ts-map-yes"]
    assert groups[1].get("fill", "").startswith("url(#")
    assert picture.findtext("{*}title") == "A & B"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_map_token_has_a_colour_in_both_themes(theme: str):
    assert still.colours()[theme].keys() == still.colours()["light"].keys()


@pytest.mark.parametrize(
    ("geometry", "paths"),
    [
        ({"type": "Point", "coordinates": [106.1, 20.1]}, 1),
        ({"type": "LineString", "coordinates": SQUARE[0]}, 1),
        ({"type": "MultiPolygon", "coordinates": [SQUARE, SQUARE]}, 1),
        ({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [106, 20]}]}, 1),
        (None, 0),
    ],
)
def test_every_kind_of_geometry_is_drawn(geometry: dict | None, paths: int):
    feature = {"type": "Feature", "geometry": geometry, "properties": {"class": "yes"}}
    svg = still.draw([(squares(), {"type": "FeatureCollection", "features": [feature]})], "x")
    assert svg.count(b"<path d=") == paths


def test_slider_stops_at_year_ends_and_at_changes_of_communes():
    from tinhso.places.tests.recipes import nam_dinh

    nam_dinh()
    stops = {stop.day: stop.change for stop in maps.stops()}
    assert stops[date(2016, 12, 31)] is False
    assert stops[date(2024, 9, 1)] is True and stops[date(2025, 7, 1)] is True
    assert list(stops) == sorted(stops)


def test_map_page_has_a_query_budget(client: Client, django_assert_max_num_queries):
    with only(layers, squares(default=True)), django_assert_max_num_queries(9):
        client.get("/ban-do/")
