"""The clerk files for a person, anywhere in the province."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import Dossier
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, Desk
from tinhso.government.services.tests.test_filing import ANSWERS, FORM, PEOPLE, PLACE, client_of, photo

pytestmark = pytest.mark.django_db


def sent(**changes: Any) -> dict[str, Any]:
    return {
        "counter-key": str(uuid4()),
        "counter-channel": "counter",
        "counter-received": COMMUNE,
        **{**PLACE, "place-competent": OTHER},
        **PEOPLE,
        **ANSWERS,
        "papers-don__given": "on",
        "papers-don__kind": "original",
        "file": "1",
        **changes,
    }


@pytest.fixture
def desk() -> Desk:
    return Desk(form=FORM)


ADDRESS = ("services:counter", ["1.000001"])


def test_a_clerk_files_for_somebody_of_another_commune_once(desk):
    client, given = client_of(desk.clerk), sent(**{"papers-cccd__files": photo("cccd.jpg")})
    first = client.post(reverse(ADDRESS[0], args=ADDRESS[1]), given)
    given["papers-cccd__files"] = photo("cccd.jpg")
    assert first.url == client.post(reverse(ADDRESS[0], args=ADDRESS[1]), given).url
    row = Dossier.objects.get()
    assert (row.competent_uid, row.received_uid, row.helped_uid, row.owner) == (OTHER, COMMUNE, COMMUNE, None)
    assert row.code.startswith("H40.12.03-")
    papers = {(paper.document, paper.copy_kind, paper.file is None) for paper in row.papers.all()}
    assert papers == {("don", "original", True), ("cccd", "copy", False)}
    page = client.get(first.url).content.decode()
    assert secret_of(row) in page


def test_the_page_asks_again_for_what_is_missing_and_keeps_the_rest(desk):
    client = client_of(desk.clerk)
    answer = client.post(reverse(ADDRESS[0], args=ADDRESS[1]), sent(**{"papers-don__given": "", "people-name": ""}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cần giấy tờ này" in page
    assert "036123456789" in page
    assert "Nguyễn Thị Bé" in page


def test_rows_and_people_for_others_are_asked_without_filing(desk):
    client = client_of(desk.clerk)
    given = sent(**{"place-who": "authorised", "add": "thanh_vien"})
    del given["file"]
    answer = client.post(reverse(ADDRESS[0], args=ADDRESS[1]), given)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "answers-thanh_vien__2__ten" in page
    assert "people-rep_name" in page
    assert "Chưa nộp được" not in page
    assert not Dossier.objects.exists()


def test_others_have_no_counter_and_nobody_receives_for_another_agency(desk):
    assert client_of(desk.citizen).get(reverse(ADDRESS[0], args=ADDRESS[1])).status_code == 403
    client = client_of(desk.clerk)
    assert client.get(reverse(ADDRESS[0], args=ADDRESS[1])).status_code == 200
    refused = client.post(reverse(ADDRESS[0], args=ADDRESS[1]), sent(**{"counter-received": OTHER}))
    assert refused.status_code == 422
    assert not Dossier.objects.exists()
