"""Ways in: whoever may open a page finds it, whoever may not does not."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tinhso.foundation.access import ROLES
from tinhso.government.services import panels as services
from tinhso.government.services.tests.recipes import procedure
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.payments import panels as payments

pytestmark = pytest.mark.django_db
STAFF = [entry.route for entry in (*services.WORK, *payments.WORK)]


def offered(client: Client, page: str) -> set[str]:
    """Addresses in the part of a page that says what a person may do."""
    found = BeautifulSoup(client.get(page).content, "html.parser").select_one("[aria-labelledby=viec-cua-ban]")
    return {str(link["href"]) for link in found.select("a")} if found else set()


@pytest.mark.parametrize("role", ROLES)
def test_a_person_is_offered_what_opens_and_nothing_else(role: str) -> None:
    client = signed_in(someone(role))
    shown = offered(client, "/")
    assert shown == offered(client, reverse("identity:account"))
    opens = {reverse(route) for route in STAFF if client.get(reverse(route)).status_code == 200}
    assert {reverse(route) for route in STAFF} & shown == opens
    assert (reverse("services:mine") in shown) == (role == "citizen")


def test_what_each_role_begins_with(client: Client) -> None:
    kept = {role: offered(signed_in(someone(role)), "/") for role in ROLES}
    assert {"/mot-cua/", "/so-theo-doi-ho-so/", "/thanh-toan/"} <= kept["clerk"]
    assert {"/mot-cua/bang/", "/bao-cao-thu-tuc/", "/dong-bo/", "/chi-so-766/"} <= kept["leader"]
    assert "/thanh-toan/tai-khoan/" in kept["administrator"] and "/thanh-toan/" not in kept["administrator"]
    assert kept["engineer"] == set() == offered(client, "/")


def test_strangers_reach_tracking_and_the_index_from_every_page_and_no_desk(client: Client) -> None:
    links = {str(link["href"]) for link in BeautifulSoup(client.get("/").content, "html.parser").select("a[href]")}
    assert {"/tra-cuu/", "/chi-so-766/", "/xac-minh/"} <= links
    assert not links & {reverse(route) for route in (*STAFF, "services:mine")}


def test_the_way_above_a_page_links_only_what_opens() -> None:
    page = BeautifulSoup(signed_in(someone("administrator")).get("/thanh-toan/tai-khoan/").content, "html.parser")
    [trail] = page.select(".ts-crumbs")
    assert [link["href"] for link in trail.select("a")] == ["/"] and "Thanh toán" in trail.text


@pytest.mark.parametrize(
    ("role", "ways"),
    [("", {"start"}), ("citizen", {"start"}), ("clerk", {"counter"}), ("officer", set()), ("auditor", set())],
)
def test_a_procedure_is_filed_by_the_way_that_opens_to_the_reader(client: Client, role: str, ways: set[str]) -> None:
    procedure()
    reader = signed_in(someone(role)) if role else client
    page = BeautifulSoup(reader.get("/thu-tuc/1.000001/").content, "html.parser")
    links = {str(link["href"]) for link in page.select("main a[href]")}
    known = {name: reverse(f"services:{name}", args=["1.000001"]) for name in ("start", "counter")}
    assert links & set(known.values()) == {known[name] for name in ways}
    assert all(reader.get(known[name]).status_code in ({200, 302} if not role else {200}) for name in ways)


def test_the_desk_leads_to_registers_money_and_reports_by_role() -> None:
    def links(role: str) -> set[str]:
        page = BeautifulSoup(signed_in(someone(role)).get("/mot-cua/").content, "html.parser")
        return {str(link["href"]) for link in page.select("nav[aria-label='Bàn làm việc'] a")}

    assert {"/so-theo-doi-ho-so/", "/thanh-toan/", "/chi-so-766/"} <= links("clerk")
    assert not links("officer") & {"/thanh-toan/", "/bao-cao-thu-tuc/", "/mot-cua/bang/"}
    assert {"/bao-cao-thu-tuc/", "/mot-cua/bang/", "/thanh-toan/"} <= links("leader")
