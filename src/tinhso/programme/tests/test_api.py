"""The API: figures as of a day, exact; writing for one's own side only."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tinhso.programme import commands
from tinhso.programme.models import Claim, Commitment
from tinhso.programme.tests import recipes
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
FIBRE = "fibre-communes"
JSON = "application/json"


@pytest.fixture(autouse=True)
def agreement(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SECOND_FACTOR_ROLES = []
    recipes.signed_agreement()


@pytest.fixture
def province(client):
    client.force_login(recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY))
    return client


@pytest.fixture
def operator(client):
    client.force_login(recipes.person("vnpt", "programme_operator", recipes.OPERATOR_AGENCY))
    return client


def test_status_as_of_a_day(client):
    recipes.measured(recipes.FIBRE, "2020-06-30", 113, 226)
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    states = {}
    for day in ("2021-12-31", "2020-01-01"):
        found = client.get(f"/api/programme/commitments/{FIBRE}?as_of={day}")
        states[day] = found.json()["status"]["state"] if found.status_code == 200 else found.status_code
    assert states == {"2021-12-31": "met", "2020-01-01": 404}
    measured = client.get(f"/api/programme/commitments/{FIBRE}?as_of=2021-12-31").json()["measured"]
    assert measured["value"] == {"numerator": 226, "denominator": 226}


def test_lists_are_paged_and_filtered(client):
    page = client.get("/api/programme/commitments?limit=5&offset=10").json()
    assert page["count"] == 13 and len(page["items"]) == 3
    page = client.get(f"/api/programme/commitments?indicator={recipes.FIBRE}").json()
    assert [item["uid"] for item in page["items"]] == [FIBRE]
    assert client.get("/api/programme/commitments?limit=501").status_code == 422
    assert client.get("/api/programme/agreements").json()["count"] == 1
    full = client.get(f"/api/programme/agreements/{recipes.AGREEMENT}").json()
    assert full["signed_on"] == "2021" and len(full["pillars"]) == 5 and full["progress"]["measurable"] == 7


@pytest.mark.parametrize(
    "address",
    ["agreements/x", "commitments/x", "commitments/x/versions", "reviews/x"],
)
def test_what_is_not_there_is_a_problem(client, address):
    found = client.get(f"/api/programme/{address}")
    assert found.status_code == 404 and found["Content-Type"] == "application/problem+json"


def test_nobody_writes_without_signing_in(client):
    said = {"value": "100%", "as_of": "2020-12-31", "reason": "x"}
    assert client.post(f"/api/programme/commitments/{FIBRE}/claims", said, content_type=JSON).status_code == 401
    assert not Claim.objects.exists()


def test_a_citizen_may_not_claim(client):
    client.force_login(recipes.person("dan", "citizen"))
    said = {"value": "100%", "as_of": "2020-12-31", "reason": "x"}
    refused = client.post(f"/api/programme/commitments/{FIBRE}/claims", said, content_type=JSON)
    assert refused.status_code == 403 and refused.json()["place"] == "programme.claim"


def test_claim_evidence_and_appraisal(operator):
    said = {"value": "226/226", "as_of": "2020-12-31", "reason": "Biên bản"}
    made = operator.post(f"/api/programme/commitments/{FIBRE}/claims", said, content_type=JSON)
    assert made.status_code == 201 and made.json()["side"] == "operator"
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
    sent = operator.post(f"/api/programme/commitments/{FIBRE}/evidence", {"file": file, "label": "Biên bản"})
    assert sent.status_code == 201 and len(sent.json()["sha256"]) == 64
    own = operator.post(
        f"/api/programme/claims/{made.json()['id']}/appraisals", {"value": "100%", "reason": "x"}, content_type=JSON
    )
    assert own.status_code == 403
    operator.force_login(recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY))
    granted = operator.post(
        f"/api/programme/claims/{made.json()['id']}/appraisals", {"value": "90%", "reason": "x"}, content_type=JSON
    )
    assert granted.status_code == 201
    stated = operator.get(f"/api/programme/commitments/{FIBRE}?as_of=2021-12-31").json()["stated"]
    assert stated[0]["appraisal"]["numerator"] == 90
    assert operator.get(f"/api/programme/claims?commitment={FIBRE}").json()["count"] == 1
    assert operator.get(f"/api/programme/appraisals?commitment={FIBRE}&as_of=2020-01-01").json()["count"] == 0


def test_editing_needs_the_version_shown(province):
    row = Commitment.objects.known_at().get(uid="digital-economy")
    said = {"pillar": row.pillar, "text_vi": "a", "text_en": "b", "version": row.pk}
    address = f"/api/programme/commitments/{row.uid}"
    changed = province.put(address, said, content_type=JSON)
    assert changed.status_code == 200 and changed.json()["version"] != row.pk
    assert province.put(address, {**said, "text_vi": "c"}, content_type=JSON).status_code == 409
    assert province.get(f"{address}/versions").json()[0]["text"]["vi"] == "a"
    made = province.post(f"/api/programme/agreements/{recipes.AGREEMENT}/commitments", said, content_type=JSON)
    ended = province.post(
        f"/api/programme/commitments/{made.json()['uid']}/end",
        {"day": "2024-01-01", "reason": "thử", "version": made.json()["version"]},
        content_type=JSON,
    )
    assert made.status_code == 201 and ended.json()["valid_to"] == "2024-01-01"


def test_reviews_are_public_once_both_signed(province):
    said = {"title_vi": "a", "title_en": "b", "period_from": "2021-01-01", "period_to": "2021-06-30"}
    made = province.post(f"/api/programme/agreements/{recipes.AGREEMENT}/reviews", said, content_type=JSON)
    uid = made.json()["uid"]
    saved = province.put(
        f"/api/programme/reviews/{uid}",
        {"version": made.json()["version"], "summary": "s", "findings": [{"commitment": FIBRE, "finding": "f"}]},
        content_type=JSON,
    )
    sign = {"content_sha256": saved.json()["content_sha256"], "position": "p"}
    assert province.post(f"/api/programme/reviews/{uid}/signatures", sign, content_type=JSON).status_code == 201
    province.logout()
    assert province.get(f"/api/programme/reviews/{uid}").status_code == 404
    assert province.get("/api/programme/reviews").json()["count"] == 0
    province.force_login(recipes.person("vnpt", "programme_operator", recipes.OPERATOR_AGENCY))
    assert province.post(f"/api/programme/reviews/{uid}/signatures", sign, content_type=JSON).status_code == 201
    province.logout()
    assert province.get(f"/api/programme/reviews/{uid}").json()["state"] == "signed_by_both"
    assert province.get("/api/programme/reviews").json()["count"] == 1


def test_lists_cost_the_same_however_long(client, django_assert_max_num_queries):
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    commands.claim(
        actor=SYSTEM, by=recipes.OPERATOR_SIDE, commitment=FIBRE, value="1/1", as_of=date(2020, 12, 31), reason="x"
    )
    with django_assert_max_num_queries(7):
        assert client.get("/api/programme/commitments").status_code == 200


@pytest.mark.parametrize(
    "query", ["known_at=0001-01-01T00:00:00%2B14:00", "known_at=2021-01-01", "as_of=soon", "offset=-1", "limit=0"]
)
def test_odd_questions_get_plain_answers(client, query):
    assert client.get(f"/api/programme/commitments?{query}").status_code == 422


def test_a_day_far_away_is_answered(client):
    assert client.get("/api/programme/commitments?as_of=9999-12-31").json()["count"] == 13
    assert client.get("/api/programme/commitments?as_of=0001-01-01").json()["count"] == 0
    assert client.get("/api/programme/commitments?known_at=2020-01-01T00:00:00Z").json()["count"] == 0
