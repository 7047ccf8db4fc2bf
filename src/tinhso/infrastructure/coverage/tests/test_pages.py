"""Pages, API, map layers and permissions of coverage."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from tinhso.foundation.layers import layers
from tinhso.identity.tests.recipes import someone
from tinhso.infrastructure.coverage.models import ServiceLevel
from tinhso.infrastructure.coverage.tests.recipes import level, lines, measurements
from tinhso.infrastructure.network.tests.coverage_recipes import network, write
from tinhso.infrastructure.network.tests.test_indicators import every_commune
from tinhso.infrastructure.planning.tests.recipes import costs
from tinhso.places.tests.recipes import DAY_2021, nam_dinh

pytestmark = pytest.mark.django_db
ON = {"ngay": DAY_2021.isoformat()}
FORM = {
    "valid_from": "2025-01-01",
    "download_mbps": "80",
    "upload_mbps": "40",
    "latency_ms": "50",
    "share_percent": "80",
    "basis": "Quyết định 1",
}


@pytest.fixture(autouse=True)
def territory(db):
    nam_dinh()
    write(network(), [node for node in every_commune() if node["id"] != "n13639"])


@pytest.fixture
def complete():
    costs()
    level(date(2021, 1, 1))
    measurements(lines() + lines(code="13636", rates="10,5,90"))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/do-phu/con-thieu/", ("13639", "1.300", "1,300")),
        ("/do-phu/bang-rong/", ("50,0 Mbit/s", "50.0 Mbit/s")),
        ("/do-phu/bang-rong/muc-dich-vu/", ("Quyết định thử",)),
        ("/do-phu/13633/", ("50,0 Mbit/s", "50.0 Mbit/s")),
        ("/do-phu/13639/", ("triệu đồng", "million dong")),
    ],
)
def test_pages_tell_what_they_promise(client, complete, page, said, prefix):
    answer = client.get(prefix + page, ON)
    assert answer.status_code == 200
    assert any(words in answer.content.decode() for words in said)


@pytest.mark.parametrize("page", ["/do-phu/con-thieu/", "/do-phu/bang-rong/", "/do-phu/bang-rong/muc-dich-vu/"])
def test_empty_states_say_what_to_do(client, page):
    from tinhso.infrastructure.network.models import Network, Node, Reading
    from tinhso.places.models import Scope, ScopeSegment, Unit

    for model in (Reading, Node, Network, ScopeSegment, Scope, Unit):
        model.objects.all().delete()
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Chưa" in answer.content.decode()


def test_a_day_before_the_units_shows_the_first_units(client):
    assert client.get("/do-phu/13633/", {"ngay": "2019-06-30"}).status_code == 200
    assert client.get("/do-phu/99999/", ON).status_code == 404
    assert client.get("/do-phu/356/", ON).status_code == 404, "a district has no sheet"
    assert client.get("/do-phu/13633/", {"ngay": "hôm qua"}).status_code == 422


def test_what_is_missing_can_be_taken_away_as_a_spreadsheet(client, complete):
    answer = client.get("/do-phu/con-thieu/", {**ON, "dang": "xlsx"})
    assert answer.content[:2] == b"PK"
    assert "con-thieu-2021-12-31.xlsx" in answer["Content-Disposition"]


@pytest.mark.parametrize(("role", "code"), [("programme_province", 302), ("engineer", 403), ("citizen", 403)])
def test_only_the_province_sets_the_level(client, role, code):
    client.force_login(someone(role))
    assert client.post("/do-phu/bang-rong/muc-dich-vu/", FORM).status_code == code
    assert ServiceLevel.objects.count() == (code == 302)


def test_nobody_sets_a_level_unsigned_and_a_wrong_one_keeps_what_was_typed(client):
    assert client.post("/do-phu/bang-rong/muc-dich-vu/", FORM).status_code == 403
    client.force_login(someone("programme_province"))
    answer = client.post("/do-phu/bang-rong/muc-dich-vu/", {**FORM, "share_percent": "140"})
    assert answer.status_code == 422
    assert 'value="140"' in answer.content.decode() and "Quyết định 1" in answer.content.decode()


def test_the_api_tells_the_same(client, complete):
    one = client.get("/api/coverage/units/13633", {"as_of": "2021-12-31"}).json()
    assert (one["fibre"], one["broadband"]["state"], one["broadband"]["download_kbps"]) == ("on", "reached", 50_000)
    assert one["ways"] == {"by_span": None, "by_node": None}
    missing = client.get("/api/coverage/gaps", {"as_of": "2021-12-31"}).json()
    assert [item["unit"] for item in missing["items"]] == ["13639"] and missing["cost"] > 0
    rows = client.get("/api/coverage/broadband", {"as_of": "2021-12-31", "limit": 500}).json()
    assert (rows["reached"], rows["with_data"], rows["count"]) == (1, 2, 226)
    assert client.get("/api/coverage/service-levels").json()[0]["basis"] == "Quyết định thử"
    assert client.get("/api/coverage/units/99999").status_code == 404


@pytest.mark.parametrize("layer", ["coverage.distance", "coverage.service_level"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_layers_draw_every_unit_once(complete, layer, language):
    with override(language):
        drawn = layers[layer].features(DAY_2021, AnonymousUser())["features"]
    assert len(drawn) == 226
    known = {one.value for one in layers[layer].legend}
    assert {feature["properties"]["class"] for feature in drawn} <= known
    assert len({feature["properties"]["class"] for feature in drawn}) >= 2


def test_the_pages_ask_the_database_a_fixed_number_of_times(client, complete, django_assert_max_num_queries):
    client.get("/do-phu/bang-rong/", ON)
    with django_assert_max_num_queries(25):
        client.get("/do-phu/bang-rong/", ON)
    client.get("/do-phu/con-thieu/", ON)
    with django_assert_max_num_queries(25):
        client.get("/do-phu/con-thieu/", ON)


def test_an_upload_is_checked_and_applied(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tinhso.infrastructure.coverage.models import SpeedTest
    from tinhso.infrastructure.coverage.tests.recipes import HEAD

    client.force_login(someone("engineer"))
    sent = SimpleUploadedFile("do.csv", (HEAD + lines(count=3)).encode())
    answer = client.post("/nhap-lieu/moi/bang-rong/", {"file": sent, "publisher": "i-Speed"}, follow=True)
    assert answer.status_code == 200 and not SpeedTest.objects.exists()
    check = answer.redirect_chain[-1][0]
    assert client.post(check, {"publisher": "i-Speed", "do": "apply", "apply": "1"}, follow=True).status_code == 200
    assert SpeedTest.objects.count() == 3
