"""Networks on the map and where their nodes lie: who sees what."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.translation import override

from tinhso.foundation.layers import layers
from tinhso.foundation.panels import render_panels
from tinhso.infrastructure.network.models import CoreChoice
from tinhso.infrastructure.network.tests.coverage_recipes import at, network, write
from tinhso.infrastructure.network.tests.test_indicators import ring
from tinhso.places.tests.recipes import DAY_2021, nam_dinh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def territory(db):
    nam_dinh()


class Engineer:
    """A signed-in reader with the engineer's role, for reads that ask for rights only."""

    is_authenticated = is_active = True

    def role_codes(self):
        return {"engineer"}


def lines_of(net, status="operational"):
    spans = ring("13633", "13636", "13639")
    write(
        net, [at(code, status=status) for code in ("13633", "13636", "13639")], [{**s, "status": status} for s in spans]
    )


def features(name, day=DAY_2021, user=None):
    return layers[f"infrastructure.{name}"].features(day, user or AnonymousUser())["features"]


def classes(name, **kwargs):
    return [feature["properties"]["class"] for feature in features(name, **kwargs)]


def test_generalised_routes_join_points_of_units_and_nothing_else():
    net = network()
    lines_of(net)
    drawn = features("routes_generalised")
    assert len(drawn) == 3
    for feature in drawn:
        assert len(feature["geometry"]["coordinates"]) == 2
        assert "n13633" not in json.dumps(feature)
    write(net, [], [{"id": "again", "start_id": "n13633", "end_id": "n13636", "status": "planned"}])
    assert classes("routes_generalised").count("operational") == 3


def test_exact_elements_are_the_engineers():
    net = network()
    lines_of(net)
    assert features("routes_exact") == []
    assert layers["infrastructure.nodes"].permission == "infrastructure.exact_routes"
    assert len(features("routes_exact", user=Engineer())) == 3
    assert classes("nodes", user=Engineer()) == ["operational"] * 3


def test_every_class_drawn_has_its_legend_and_differs_not_by_colour_alone():
    for item in layers:
        if item.id.startswith("infrastructure."):
            marks = [(legend.colour, legend.dashed) for legend in item.legend]
            assert len({legend.value for legend in item.legend}) == len(marks) == len(set(marks))
            assert all(legend.colour.startswith("--ts-map-") for legend in item.legend)


@pytest.mark.parametrize("page", ["loi", "co-quan"])
def test_the_public_may_not_choose(client, page):
    net = network()
    assert client.get(f"/mang-cap-quang/{net.uuid}/{page}/").status_code in (302, 403)
    assert client.post(f"/mang-cap-quang/{net.uuid}/{page}/", {"nodes": "n"}).status_code in (302, 403)
    assert not CoreChoice.objects.exists()


def test_the_network_page_says_how_nodes_were_placed_and_what_to_import():
    net = network()
    write(
        net, [at("13633"), at("13636", unit_code="13636"), {"id": "tbilisi", "lat_e7": 417000000, "lon_e7": 448000000}]
    )
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with override("vi"):
        text = "".join(render_panels("infrastructure.network", request, network=net, day=DAY_2021))
    for said in (
        "mã đơn vị ghi trong dữ liệu: 1",
        "ô gần đúng quanh điểm trung tâm: 1",
        "import_units",
        "Chưa chọn lõi",
    ):
        assert said in text
    assert "/loi/" not in text


def test_the_page_of_a_network_shows_where_its_nodes_lie(client):
    net = network()
    write(net, [at("13633")])
    text = client.get(f"/mang-cap-quang/{net.uuid}/", {"ngay": "2021-12-31"}).content.decode()
    assert "ô gần đúng quanh điểm trung tâm: 1" in text
