"""Who answers for the site stands at the foot of every page."""

import pytest
from django.core.checks import run_checks
from django.test import Client

from tinhso.portal.context import contact_link

pytestmark = pytest.mark.django_db
NOBODY = {"owner": "", "owner_en": "", "address": "", "contact": ""}
SOMEBODY = {
    "owner": "Văn phòng <Tỉnh>",
    "owner_en": "Province Office",
    "address": "57 Vị Hoàng",
    "contact": "so@namdinh.gov.vn",
}


def test_the_foot_names_who_answers_in_both_languages(client: Client, settings):
    settings.IMPRINT = SOMEBODY
    vietnamese, english = (client.get(address).content.decode() for address in ("/trang-khong-co/", "/en/gioi-thieu/"))
    assert "Văn phòng &lt;Tỉnh&gt;" in vietnamese and "57 Vị Hoàng" in vietnamese
    assert 'href="mailto:so@namdinh.gov.vn"' in vietnamese
    assert "Province Office" in english


def test_nobody_named_is_said(client: Client, settings):
    settings.IMPRINT = NOBODY
    assert "Đơn vị vận hành chưa ghi tên mình." in client.get("/").content.decode()
    assert "<address>" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("so@namdinh.gov.vn", "mailto:so@namdinh.gov.vn"),
        ("+84 228 3849 225", "tel:+842283849225"),
        ("https://namdinh.gov.vn/lien-he", "https://namdinh.gov.vn/lien-he"),
        ("javascript:alert(1)", ""),
        ("Phòng 5, gặp chị Lan", ""),
        ("", ""),
    ],
)
def test_only_addresses_become_links(contact, link):
    assert contact_link(contact) == link


@pytest.mark.parametrize(("imprint", "warned"), [(NOBODY, True), (SOMEBODY, False)])
def test_a_deployment_that_names_nobody_is_warned(settings, imprint, warned):
    settings.IMPRINT = imprint
    found = [message.id for message in run_checks(include_deployment_checks=True, tags=["security"])]
    assert ("portal.W001" in found) == warned
