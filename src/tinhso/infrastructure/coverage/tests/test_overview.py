"""The overview, the panel of a place, the layer of units and the API: who is on fibre, by which units, when."""

import gzip
import json
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.translation import override

from tinhso.foundation.layers import layers
from tinhso.foundation.panels import render_panels
from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.coverage import covered, generations
from tinhso.infrastructure.network.models import AgencyConnection
from tinhso.infrastructure.network.tests.coverage_recipes import DEMONSTRATION, at, network, write
from tinhso.infrastructure.network.tests.test_indicators import agency, every_commune, ring
from tinhso.places.queries import unit_at
from tinhso.places.scopes import SIGNING_PROVINCE
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, TESTER, nam_dinh

pytestmark = pytest.mark.django_db
PAGE = "/mang-cap-quang/do-phu/"


@pytest.fixture(autouse=True)
def territory(db):
    nam_dinh()


def lines_of(net, status="operational"):
    spans = ring("13633", "13636", "13639")
    write(
        net, [at(code, status=status) for code in ("13633", "13636", "13639")], [{**s, "status": status} for s in spans]
    )


def test_nothing_loaded_says_what_to_do(client, db):
    from tinhso.places.models import Scope, ScopeSegment, Unit

    ScopeSegment.objects.all().delete()
    Scope.objects.all().delete()
    Unit.objects.all().delete()
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "Hãy nhập các đơn vị hành chính trước" in answer.content.decode()


@pytest.mark.parametrize(("day", "units"), [(DAY_2021, 226), (DAY_2024, 175), (DAY_2025, 57)])
def test_the_page_lists_every_unit_of_the_day(client, day, units):
    write(network(), every_commune())
    answer = client.get(PAGE, {"ngay": day.isoformat()})
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == units
    assert f"{units} trên {units} đơn vị" in answer.content.decode()


def test_another_generation_divides_the_same_day(client):
    write(network(), every_commune()[1:])
    first, second, third = generations(SIGNING_PROVINCE)
    answer = client.get(PAGE, {"ngay": DAY_2025.isoformat(), "donvi": first.isoformat()})
    assert (answer.context["value"].numerator, answer.context["value"].denominator) == (225, 226)
    answer = client.get(PAGE, {"ngay": DAY_2021.isoformat(), "donvi": third.isoformat()})
    assert (answer.context["value"].numerator, answer.context["value"].denominator) == (56, 57)
    assert [row["fibre"]["state"] for row in answer.context["gaps"]] == ["partial"]
    assert second == date(2024, 9, 1)


def test_a_day_before_the_first_units_is_divided_by_them_and_says_so(client):
    write(network(), every_commune()[:3])
    answer = client.get(PAGE, {"ngay": "2018-06-30"})
    assert answer.context["value"].denominator == 226
    assert "có trước dữ liệu địa bàn" in answer.content.decode()


def test_years_show_progress(client):
    net = network()
    write(net, every_commune()[:100], since=date(2017, 5, 1), until=date(2019, 1, 1))
    write(net, every_commune()[:200], since=date(2019, 1, 1))
    answer = client.get(PAGE, {"ngay": DAY_2021.isoformat()})
    years = {end.year: past for end, past in answer.context["years"]}
    assert years[2016].fraction is None
    assert [years[year].numerator for year in (2017, 2018, 2019)] == [100, 100, 200]


def test_demonstration_is_said_so_and_no_network_is_no_data(client):
    assert "không có dữ liệu" in client.get(PAGE).content.decode()
    write(network(DEMONSTRATION, name="Mạng trình diễn", demonstration=True), every_commune())
    assert "không phải mạng thật" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("given", [{"ngay": "hôm nay"}, {"donvi": "x"}, {"ngay": "0001-01-01"}])
def test_a_wrong_day_is_refused(client, given):
    assert client.get(PAGE, given).status_code == 422


def test_an_unknown_scope_is_not_found(client):
    assert client.get(PAGE, {"pham-vi": "nowhere"}).status_code == 404


def test_the_page_speaks_english(client):
    write(network(), every_commune()[:9])
    text = client.get("/en" + PAGE, {"ngay": DAY_2021.isoformat()}).content.decode()
    assert "Fibre coverage" in text
    assert "Chưa có cáp quang" not in text


def test_coverage_is_read_again_once_something_is_written():
    net = network()
    write(net, every_commune()[:3])
    assert covered(SIGNING_PROVINCE, DAY_2021).value.numerator == 3
    write(net, every_commune()[3:7])
    assert covered(SIGNING_PROVINCE, DAY_2021).value.numerator == 7


def panel(code, day=DAY_2021):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with override("vi"):
        return "".join(render_panels("places.place", request, unit=unit_at(code, day), day=day))


def test_the_panel_of_a_commune():
    agency("ubnd")
    net = network()
    lines_of(net)
    text = panel("13633")
    for said in ("Có cáp quang", "từ 01/01/2018", "Chưa có lõi hoạt động", "0/1"):
        assert said in text
    AgencyConnection.objects.create(
        network=net, agency_uid="ubnd", node_id="n13633", basis="test", valid_from=date(2018, 1, 1)
    )
    choose_core(actor=TESTER, network=net, nodes=["n13636"], valid_from=date(2019, 1, 1), reason="trạm chính")
    text = panel("13633")
    assert "Có hai đường độc lập" in text
    assert "1/1" in text


def test_the_panel_of_a_district_and_of_a_commune_without_network():
    assert "không có dữ liệu" in panel("13633")
    write(network(), every_commune())
    assert "đơn vị cấp xã có cáp quang" in panel("356")


def features(name, day=DAY_2021, user=None):
    return layers[f"infrastructure.{name}"].features(day, user or AnonymousUser())["features"]


def classes(name, **kwargs):
    return [feature["properties"]["class"] for feature in features(name, **kwargs)]


def test_the_layer_of_units_follows_the_day():
    write(network(), every_commune()[1:])
    assert sorted(set(classes("communes_on_fibre"))) == ["off", "on"]
    assert len(classes("communes_on_fibre")) == 226
    assert classes("communes_on_fibre", day=DAY_2025).count("partial") == 1
    assert len(classes("communes_on_fibre", day=date(2016, 5, 1))) == 226


def test_every_class_drawn_has_its_legend_and_differs_not_by_colour_alone():
    for item in layers:
        if item.id.startswith("coverage."):
            marks = [(legend.colour, legend.dashed) for legend in item.legend]
            assert len({legend.value for legend in item.legend}) == len(marks) == len(set(marks))
            assert all(legend.colour.startswith("--ts-map-") for legend in item.legend)


def test_layers_stay_small():
    write(network(), every_commune())
    for name in ("communes_on_fibre", "routes_generalised"):
        body = json.dumps(layers[f"infrastructure.{name}"].features(DAY_2021, AnonymousUser())).encode()
        assert len(gzip.compress(body)) < 150_000


def test_the_api_gives_the_same_coverage(client):
    write(network(), every_commune()[1:])
    found = client.get("/api/infrastructure/coverage", {"as_of": "2025-08-01", "limit": 20, "offset": 40}).json()
    assert (found["units_on_fibre"], found["units_with_data"], found["count"]) == (56, 57, 57)
    assert len(found["items"]) == 17
    first = client.get("/api/infrastructure/coverage", {"as_of": "2025-08-01", "units_as_of": "2021-12-31"}).json()
    assert (first["units_on_fibre"], first["count"], first["units_as_of"]) == (225, 226, "2021-12-31")
    assert client.get("/api/infrastructure/coverage", {"scope": "nowhere"}).status_code == 404
    assert client.get("/api/infrastructure/coverage", {"limit": 501}).status_code == 422


def test_the_page_asks_the_database_little_once_warm(client, django_assert_max_num_queries):
    write(network(), every_commune())
    client.get(PAGE, {"ngay": "2021-12-31"})
    with django_assert_max_num_queries(40):
        client.get(PAGE, {"ngay": "2021-12-31"})
