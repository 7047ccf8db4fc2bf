"""Home, search, data, API for people, frame of every page."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from tinhso.foundation.search import Hit, providers
from tinhso.foundation.text import Text
from tinhso.portal.searching import search
from tinhso.portal.tests.recipes import finder, no_layers, only

pytestmark = pytest.mark.django_db
PLAIN = ["/", "/tim-kiem/", "/du-lieu/", "/du-lieu/api/", "/gioi-thieu/", "/tro-nang/", "/giay-phep/", "/ban-do/"]
PLACE, AGENCY = Text("Địa bàn", "Places"), Text("Cơ quan", "Agencies")


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.mark.parametrize("address", [*PLAIN, *(f"/en{address}" for address in PLAIN)])
def test_pages_open_on_an_empty_database(client: Client, address: str):
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert f'lang="{"en" if address.startswith("/en") else "vi"}"' in page


def test_home_says_that_nothing_is_measured_yet(client: Client):
    with no_layers():
        page = client.get("/").content.decode()
    assert "Chưa có cam kết nào được đo" in page and "Chưa có chỉ số nào được đo" in page


def test_no_page_carries_inline_code(client: Client):
    for address in PLAIN:
        page = client.get(address).content.decode()
        assert not re.search(r"\s(style|on\w+)=", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_best_hit_first_and_an_address_only_once():
    exact, close = Hit("Xã A", "/a", PLACE, score=1.0), Hit("Xã A cũ", "/b", PLACE, score=0.4)
    other, double = Hit("UBND xã A", "/c", AGENCY, score=0.8), Hit("A", "/a", AGENCY, score=0.2)
    with only(providers, finder("one", close, exact), finder("two", double, other)):
        groups = search("Xã Á", None)
    assert [(group.kind, [hit.url for hit in group.hits]) for group in groups] == [
        ("Địa bàn", ["/a", "/b"]),
        ("Cơ quan", ["/c"]),
    ]


def test_providers_get_what_was_typed_folded():
    asked: list[str] = []
    seen = finder("one")
    spy = type(seen)("spy", seen.kind, lambda query, user, limit: asked.append(query) or [])
    with only(providers, spy):
        assert search("  ĐỒNG   Sơn ", None) == []
        assert search("   ", None) == []
        search("x" * 5000, None)
    assert asked == ["dong son", "x" * 120]


def test_what_was_typed_is_shown_escaped(client: Client):
    page = client.get("/tim-kiem/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_every_download_on_the_data_page_opens(client: Client):
    from tinhso.portal.datasets import offered

    request = client.get("/du-lieu/").wsgi_request
    for offer in offered(request):
        for _label, _format, address in offer.links:
            assert client.get(address).status_code == 200, address


def test_api_page_lists_every_operation_of_the_document(client: Client):
    page = client.get("/du-lieu/api/").content.decode()
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        assert page.count(f"<code>{path}</code>") == len(methods.keys() - {"parameters"}), path


def test_machines_find_the_sitemap(client: Client):
    robots = client.get("/robots.txt").content.decode()
    sitemap = client.get("/sitemap.xml")
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert sitemap["Content-Type"] == "application/xml"
    assert b"http://testserver/en/ban-do/" in sitemap.content
    assert client.get("/favicon.ico").status_code == 301


def test_demonstration_is_said_on_every_page(client: Client):
    from tinhso.identity.models import User

    assert "Dữ liệu minh họa" not in client.get("/").content.decode()
    User.objects.create(username="demo", demonstration=True)
    cache.clear()
    for address in PLAIN:
        assert "Dữ liệu minh họa" in client.get(address).content.decode()


def test_frame_names_the_province_that_signed(client: Client):
    from tinhso.places.tests.recipes import nam_dinh

    nam_dinh()
    assert "Tỉnh Nam Định" in client.get("/gioi-thieu/").content.decode()
    assert '<span lang="vi">Nam Định</span> Province' in client.get("/en/gioi-thieu/").content.decode()


def test_home_has_a_query_budget(client: Client, django_assert_max_num_queries):
    client.get("/")
    with no_layers(), django_assert_max_num_queries(6):
        client.get("/")
