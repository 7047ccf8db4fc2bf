"""Pages and API: who may see and move whose money, what is refused and kept, the day's list as files."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from tinhso.foundation.dates import today
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.payments.commands import ask_refund, set_account, take_cash
from tinhso.payments.models import BankAccount, BankTransaction, Refund
from tinhso.payments.tests.recipes import BIN, COMMUNE, NUMBER, OTHER, account, agency, asked, credit
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
ROLES = ("citizen", "clerk", "officer", "leader", "administrator", "auditor")
READ, MATCH, REFUND, ACCOUNTS = {"clerk", "leader", "auditor"}, {"leader"}, {"clerk", "leader"}, {"administrator"}


@pytest.fixture(autouse=True)
def _account(db, settings):
    settings.SECOND_FACTOR_ROLES = ()
    account()


@pytest.fixture
def leader():
    return signed_in(someone("leader", agency=COMMUNE))


def paid_back() -> Refund:
    request = asked()
    credit(request)
    return ask_refund(actor=SYSTEM, request=request, reason="Rút hồ sơ")


def test_the_matrix_of_roles_pages_and_acts():
    lost, request, refund = credit(text="x").transaction, asked(), paid_back()
    held = BankAccount.objects.get()
    table = [
        (READ, "get", "requests", []),
        (READ, "get", "request", [request.uid]),
        (READ, "get", "unmatched", []),
        (READ, "get", "transaction", [lost.uid]),
        (READ, "get", "refunds", []),
        (READ, "get", "reconciliation", []),
        (READ, "get", "reconciliation_file", ["csv"]),
        (REFUND, "get", "refund", [refund.uid]),
        (MATCH, "post", "transaction", [lost.uid]),
        (REFUND, "post", "refund", [refund.uid]),
        (ACCOUNTS, "get", "accounts", []),
        (ACCOUNTS, "post", "accounts", []),
        (ACCOUNTS, "get", "account", [held.pk]),
    ]
    clients = {
        role: signed_in(someone(role, agency="" if role in {"auditor", "administrator", "citizen"} else COMMUNE))
        for role in ROLES
    }
    for roles, method, name, args in table:
        for role, client in clients.items():
            status = getattr(client, method)(reverse(f"payments:{name}", args=args), {"reason": ""}).status_code
            allowed = 200 if method == "get" else 422
            assert status == (allowed if role in roles else 403), (role, method, name)
    assert Client().get(reverse("payments:requests")).status_code == 302
    assert clients["leader"].get(reverse("payments:reconciliation_file", args=["pdf"])).status_code == 404


def test_the_money_of_another_agency_is_not_there():
    account(OTHER, "123")
    theirs = asked(payee=OTHER)
    lost = credit(text="x", number="123").transaction
    ours = signed_in(someone("leader", agency=COMMUNE))
    for name, args in (("request", [theirs.uid]), ("transaction", [lost.uid])):
        assert ours.get(reverse(f"payments:{name}", args=args)).status_code == 404
    assert theirs.reference not in ours.get(reverse("payments:requests")).content.decode()
    mine = credit(text="y").transaction
    asked_for = {"do": "match", "reference": theirs.reference, "reason": "lấy nhầm"}
    answer = ours.post(reverse("payments:transaction", args=[mine.uid]), asked_for)
    assert answer.status_code == 422 and "cơ quan khác" in answer.content.decode()
    assert mine in BankTransaction.objects.unmatched()


def test_matching_by_hand_keeps_what_was_typed_and_tells_history(leader):
    request = asked()
    part, rest = credit(request, 9_000).transaction, credit(text="x", amount=1_000).transaction
    page = reverse("payments:transaction", args=[part.uid])
    answer = leader.post(page, {"do": "match", "reference": "TS123", "reason": "Nộp hai lần"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "Nộp hai lần" in text and "Mã tham chiếu của khoản phải nộp" in text
    given = {"do": "match", "reference": f" {request.reference.lower()}", "others": [rest.uid], "reason": "Nộp hai lần"}
    assert leader.post(page, given).status_code == 302
    text = leader.get(page).content.decode()
    assert "Khớp bằng tay" in text and "Nộp hai lần" in text and 'name="reference"' not in text
    assert leader.post(page, given).status_code == 422


def test_returning_and_paying_out(leader):
    lost = credit(text="nham").transaction
    answer = leader.post(reverse("payments:transaction", args=[lost.uid]), {"do": "return", "reason": "Chuyển nhầm"})
    assert answer.status_code == 302
    refund = Refund.objects.get()
    page = reverse("payments:refund", args=[refund.uid])
    assert leader.post(page, {"way": "", "voucher": "FT77"}).status_code == 422
    assert leader.post(page, {"way": "bank", "voucher": "FT77"}).status_code == 302
    assert "FT77" in leader.get(reverse("payments:refunds") + "?xong=1").content.decode()
    assert leader.post(page, {"way": "bank", "voucher": "FT78"}).status_code == 422


def test_what_the_payer_wrote_is_for_those_who_match():
    lost = credit(text="rieng tu").transaction
    page = reverse("payments:transaction", args=[lost.uid])
    texts = {role: signed_in(someone(role, agency=COMMUNE)).get(page).content.decode() for role in ("leader", "clerk")}
    assert ("rieng tu" in texts["leader"], "rieng tu" in texts["clerk"]) == (True, False)


def test_an_administrator_sets_an_account_and_its_key(client):
    admin = signed_in(someone("administrator"))
    agency("moi")
    given = {"agency_uid": "moi", "bank": "970415", "number": "12 34", "holder": "UBND", "basis": "QĐ 5"}
    given["valid_from"] = "2026-01-01"
    wrong = admin.post(reverse("payments:accounts"), {**given, "agency_uid": "không-có"})
    assert wrong.status_code == 422 and "QĐ 5" in wrong.content.decode()
    assert admin.post(reverse("payments:accounts"), given).status_code == 302
    row = BankAccount.objects.get(agency_uid="moi")
    page = reverse("payments:account", args=[row.pk])
    shown = admin.post(page, {"do": "key"})
    assert shown["Cache-Control"] == "no-store" and f"{row.bin}-1234" in shown.content.decode()
    assert admin.post(page, {"do": "stop"}).status_code == 302
    late = admin.post(page, {"do": "end", "valid_to": "mai", "reason": "hết hạn"})
    assert late.status_code == 422 and "hết hạn" in late.content.decode()
    assert admin.post(page, {"do": "end", "valid_to": "2026-06-01", "reason": "hết hạn"}).status_code == 302
    assert BankAccount.objects.as_of(date(2026, 6, 1)).filter(agency_uid="moi").count() == 0
    assert BankAccount.objects.as_of(date(2026, 5, 31)).filter(agency_uid="moi").count() == 1


def test_a_new_account_ends_the_former_and_history_stays():
    before = BankAccount.objects.get()
    set_account(
        actor=SYSTEM, agency_uid=COMMUNE, bank="VietinBank", number="99", holder="UBND", basis="QĐ 2",
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    rows = BankAccount.objects.filter(agency_uid=COMMUNE)
    assert rows.as_of(date(2025, 12, 31)).get().number == NUMBER
    assert rows.as_of(date(2026, 1, 1)).get().number == "99"
    assert rows.filter(pk=before.pk).get().superseded_at is not None


def test_the_days_list_adds_up_as_page_and_files(leader):
    request = asked()
    credit(request, bank_id="=1+1")
    credit(text="x", amount=700)
    take_cash(actor=SYSTEM, request=asked(3_000))
    text = leader.get(reverse("payments:reconciliation")).content.decode()
    assert all(number in text for number in ("10.700", "700 đ", "3.000"))
    files = {form: leader.get(reverse("payments:reconciliation_file", args=[form])) for form in ("csv", "xlsx")}
    lines = files["csv"].content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4 and "'=1+1" in files["csv"].content.decode()
    book = load_workbook(BytesIO(files["xlsx"].content))
    assert [row[1].value for row in book.worksheets[1].iter_rows(min_row=2)] == [10_700, 700, 3_000, 0]
    assert len(list(book.worksheets[0].iter_rows())) == 4
    empty = leader.get(reverse("payments:reconciliation") + "?ngay=2021-01-01").content.decode()
    assert "Không có khoản tiền nào" in empty


def test_the_api_tells_the_same_to_the_same_people(leader):
    request = asked()
    credit(request)
    credit(text="x")
    found = leader.get("/api/payments/requests?state=paid").json()
    assert (found["count"], found["items"][0]["reference"]) == (1, request.reference)
    assert [one["account"] for one in leader.get("/api/payments/unmatched").json()] == [f"{BIN}-{NUMBER}"]
    assert len(leader.get(f"/api/payments/reconciliation?day={today()}").json()) == 2
    for path in ("requests", "unmatched", "reconciliation"):
        assert signed_in(someone("officer", agency=COMMUNE)).get(f"/api/payments/{path}").status_code == 403
        assert Client().get(f"/api/payments/{path}").status_code == 401


def test_lists_ask_the_database_a_fixed_number_of_times(leader, django_assert_max_num_queries):
    for _n in range(6):
        credit(asked())
        credit(text="x")
        paid_back()
    for name in ("requests", "unmatched", "refunds", "reconciliation"):
        with django_assert_max_num_queries(16):
            leader.get(reverse(f"payments:{name}"))


def test_pages_speak_english(leader):
    request = asked()
    with override("en"):
        pages = {reverse("payments:requests"): "Payment requests", reverse("payments:refunds"): "Refunds"}
        pages[reverse("payments:request", args=[request.uid])] = f"Payment {request.reference}"
    for page, title in pages.items():
        assert title in leader.get(page).content.decode()
