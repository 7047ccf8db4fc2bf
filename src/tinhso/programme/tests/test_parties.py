"""Each side names the agency that is its party; what was before can be read back."""

from datetime import date

import pytest
from django.urls import reverse

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.programme import commands
from tinhso.programme.models import Party
from tinhso.programme.queries import agreement_at, view_of
from tinhso.programme.tests import recipes
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db
NEW = "nd.so-tttt"
PAGE = f"/thoa-thuan/{recipes.AGREEMENT}/ben/"


@pytest.fixture(autouse=True)
def agreement(settings):
    settings.SECOND_FACTOR_ROLES = []
    recipes.signed_agreement()
    recipes.agency(NEW, "Sở Thông tin và Truyền thông", kind="department")


def own() -> Party:
    return commands.present_party(recipes.AGREEMENT, "province")


def change(**given):
    said = {"by": recipes.PROVINCE_SIDE, "version": own().pk, "agency_uid": NEW, "reason": "Quyết định 5"}
    return commands.change_party(actor=SYSTEM, **{**said, **given})


def party_on(day):
    view = view_of(agreement_at(recipes.AGREEMENT, day), day)
    return next(row for row in view.parties if row.side == "province")


@pytest.mark.both_databases
def test_a_correction_holds_from_the_first_day_and_the_former_row_stays():
    old = own()
    change()
    assert party_on(date(2021, 12, 31)).agency_uid == NEW
    assert Party.objects.filter(pk=old.pk).exclude(superseded_at=None).exists()
    note = AuditRecord.objects.get(verb="programme.change_party")
    assert note.target == f"agreement:{recipes.AGREEMENT}"


@pytest.mark.both_databases
def test_a_change_from_a_day_on_keeps_what_was_before():
    change(effective=date(2023, 1, 1))
    assert party_on(date(2022, 12, 31)).agency_uid == recipes.PROVINCE_AGENCY
    now = party_on(date(2023, 1, 1))
    assert now.agency_uid == NEW and "nay là Sở Thông tin" in now.title.vi


def test_the_same_again_changes_nothing():
    first = change()
    assert change(version=first.pk).pk == first.pk
    assert AuditRecord.objects.filter(verb="programme.change_party").count() == 1


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"agency_uid": "không-có"}, "agency_uid"),
        ({"agency_uid": recipes.OPERATOR_AGENCY}, "agency_uid"),
        ({"reason": "  "}, "reason"),
        ({"effective": date(2001, 1, 1)}, "effective"),
    ],
)
def test_refused_at_its_field(given, place):
    with pytest.raises(Invalid) as refused:
        change(**given)
    assert refused.value.place == place and own().agency_uid == recipes.PROVINCE_AGENCY


def test_an_agency_not_yet_in_force_is_refused():
    recipes.agency("nd.moi", "Sở Mới", valid_from=date(2024, 1, 1))
    with pytest.raises(Invalid):
        change(agency_uid="nd.moi", effective=date(2023, 1, 1))
    assert change(agency_uid="nd.moi", effective=date(2024, 1, 1)).agency_uid == "nd.moi"


def test_who_looked_at_an_older_version_is_told():
    old = own()
    change()
    with pytest.raises(Conflict):
        change(version=old.pk, agency_uid=recipes.PROVINCE_AGENCY)


def test_by_page_each_side_its_own(client):
    client.force_login(recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY))
    page = client.get(PAGE).content.decode()
    assert "Sở Thông tin và Truyền thông" in page and f'value="{own().pk}"' in page
    refused = client.post(PAGE, {"agency_uid": NEW, "reason": "Quyết định 5", "effective": "mai", "version": own().pk})
    assert refused.status_code == 422 and "Quyết định 5" in refused.content.decode()
    done = client.post(
        PAGE, {"agency_uid": NEW, "reason": "Quyết định 5", "effective": "2023-01-01", "version": own().pk}, follow=True
    )
    text = done.content.decode()
    assert "Các bên qua thời gian" in text and "được thay lúc" in text and "Đổi cơ quan của một bên" in text
    client.force_login(recipes.person("doanhnghiep", "programme_operator", recipes.OPERATOR_AGENCY))
    assert "Tập đoàn" in client.get(PAGE).content.decode().split("<main")[1].split("</h1>")[1]


@pytest.mark.parametrize("role", ["", "citizen", "engineer", "administrator"])
def test_others_may_not(client, role):
    if role:
        client.force_login(recipes.person("ai", role))
    answer = client.post(PAGE, {"agency_uid": NEW, "reason": "x", "version": own().pk})
    assert answer.status_code == (403 if role else 302) and own().agency_uid == recipes.PROVINCE_AGENCY


def test_by_api(client):
    address = reverse("api:change_party", args=[recipes.AGREEMENT])
    body = {"agency_uid": NEW, "reason": "Quyết định 5", "version": own().pk}
    assert client.put(address, body, content_type="application/json").status_code == 401
    client.force_login(recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY))
    made = client.put(address, body, content_type="application/json").json()
    assert (made["agency_uid"], made["side"]) == (NEW, "province")
    assert client.put(address, body, content_type="application/json").status_code == 403, "the new agency speaks now"
    client.force_login(recipes.person("so", "programme_province", NEW))
    assert client.put(address, body, content_type="application/json").status_code == 409
