"""The API of money: single requests and credits, deciding about them, refunds; roles and agencies as on the pages."""

from uuid import uuid4

import pytest
from django.test import Client

from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.payments.commands import ask_refund
from tinhso.payments.models import BankTransaction, Refund
from tinhso.payments.tests.recipes import COMMUNE, OTHER, account, agency, asked, credit
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
BASE, JSON = "/api/payments", "application/json"
ROLES = ("citizen", "clerk", "officer", "leader", "administrator", "auditor")


@pytest.fixture(autouse=True)
def _account(db, settings):
    settings.SECOND_FACTOR_ROLES = ()
    account()


def client(role: str, agency: str = COMMUNE) -> Client:
    return signed_in(someone(role, agency="" if role in {"auditor", "administrator", "citizen"} else agency))


def test_who_reads_and_decides_what():
    request, lost = asked(), credit(text="rieng tu").transaction
    paid = asked()
    credit(paid)
    refund = ask_refund(actor=SYSTEM, request=paid, reason="Rút hồ sơ")
    read, match, out = {"clerk", "leader", "auditor"}, {"leader"}, {"clerk", "leader"}
    table = [
        (read, "get", f"requests/{request.uid}", None),
        (read, "get", f"transactions/{lost.uid}", None),
        (read, "get", "refunds", None),
        (match, "post", f"transactions/{lost.uid}/match", {"reference": "TS123", "reason": "x"}),
        (match, "post", f"transactions/{lost.uid}/return", {"reason": " "}),
        (out, "post", f"refunds/{refund.uid}/done", {"way": "bank", "voucher": " "}),
    ]
    agency(OTHER)
    clients = {role: client(role) for role in ROLES}
    far = client("leader", OTHER)
    for roles, method, path, body in table:
        more = {} if body is None else {"data": body, "content_type": JSON}
        for role, one in clients.items():
            status = getattr(one, method)(f"{BASE}/{path}", **more).status_code
            assert status == ((200 if method == "get" else 422) if role in roles else 403), (role, path)
        assert getattr(Client(), method)(f"{BASE}/{path}", **more).status_code == 401, path
        if path != "refunds":
            assert getattr(far, method)(f"{BASE}/{path}", **more).status_code == 404, path
    words = {role: clients[role].get(f"{BASE}/transactions/{lost.uid}").json()["description"] for role in read}
    assert words == {"leader": "rieng tu", "clerk": None, "auditor": None}


def test_unmatched_money_is_matched_returned_and_paid_out_as_on_the_pages():
    leader, request = client("leader"), asked()
    part, rest, lost = (credit(text="x", amount=amount).transaction for amount in (9_000, 1_000, 500))
    page = f"{BASE}/transactions/{part.uid}/match"
    body = {"reference": f" {request.reference.lower()}", "reason": "Nộp hai lần"}
    assert leader.post(page, body, content_type=JSON).status_code == 422, "together too little"
    unknown = leader.post(page, {**body, "others": [str(uuid4())]}, content_type=JSON)
    assert (unknown.status_code, unknown.json()["place"]) == (422, "others")
    done = leader.post(page, {**body, "others": [str(rest.uid)]}, content_type=JSON).json()
    assert (done["outcomes"][-1]["request"], done["outcomes"][-1]["reason"]) == (request.reference, "Nộp hai lần")
    assert leader.post(page, {**body, "others": [str(rest.uid)]}, content_type=JSON).status_code == 409
    told = leader.get(f"{BASE}/requests/{request.uid}").json()
    assert (told["state"], told["code"], len(told["credits"])) == ("paid", "", 2)
    back = leader.post(f"{BASE}/transactions/{lost.uid}/return", {"reason": "Chuyển nhầm"}, content_type=JSON).json()
    assert not BankTransaction.objects.unmatched().exists() and back["amount"] == 500
    paid = {"way": "bank", "voucher": "FT77"}
    answers = [leader.post(f"{BASE}/refunds/{back['uid']}/done", paid, content_type=JSON) for _n in range(2)]
    assert [one.status_code for one in answers] == [200, 409] and answers[0].json()["voucher"] == "FT77"
    assert leader.get(f"{BASE}/refunds?done=true").json()["items"][0]["uid"] == back["uid"]
    assert leader.post(f"{BASE}/refunds/{back['uid']}/done", {**paid, "way": "?"}, content_type=JSON).status_code == 422


def test_the_money_of_another_agency_is_not_matched():
    account(OTHER, "123")
    theirs, mine = asked(payee=OTHER), credit(text="y").transaction
    given = {"reference": theirs.reference, "reason": "lấy nhầm"}
    refused = client("leader").post(f"{BASE}/transactions/{mine.uid}/match", given, content_type=JSON)
    assert refused.status_code == 403 and mine in BankTransaction.objects.unmatched()


def test_lists_ask_the_database_a_fixed_number_of_times(django_assert_max_num_queries):
    for _n in range(6):
        credit(text="x")
        paid = asked()
        credit(paid)
        ask_refund(actor=SYSTEM, request=paid, reason="Rút hồ sơ")
    leader = client("leader")
    for path, count in (("refunds?limit=3", 6), ("requests", 6), (f"requests?reference={paid.reference}", 1)):
        with django_assert_max_num_queries(10):
            assert leader.get(f"{BASE}/{path}").json()["count"] == count
    with django_assert_max_num_queries(10):
        assert len(leader.get(f"{BASE}/unmatched").json()) == 6
    assert leader.get(f"{BASE}/unmatched?page=2").json() == []
    assert Refund.objects.waiting().count() == 6
