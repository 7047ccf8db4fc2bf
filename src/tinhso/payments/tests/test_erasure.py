"""What payers wrote goes after its term; what accounting needs, and what says whose money it still is, stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.payments.commands import complete_refund, erase_texts, erase_texts_of, match, return_money
from tinhso.payments.models import BankTransaction, BankTransactionText, Refund
from tinhso.payments.reconciling import reconcile
from tinhso.payments.schedules import erase_old_texts
from tinhso.payments.tests.recipes import COMMUNE, account, asked, credit
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _account(db, settings):
    settings.SECOND_FACTOR_ROLES = ()
    account()


def words() -> list[str]:
    rows = BankTransactionText.objects.order_by("transaction__bank_id")
    return [row.transaction.bank_id for row in rows.select_related("transaction") if row.payer or row.description]


def erase(days: int = -1) -> int:
    return erase_texts(before=timezone.now() - timedelta(days=days), actor=SYSTEM)


@pytest.mark.both_databases
def test_words_go_but_for_money_that_waits_for_somebody():
    paid, late = asked(), asked()
    credit(paid, bank_id="A-settled")
    credit(bank_id="B-open")
    credit(bank_id="C-matched")
    match(actor=SYSTEM, transactions=[BankTransaction.objects.get(bank_id="C-matched").uid], request=late, reason="?")
    credit(bank_id="D-returning")
    returning = return_money(actor=SYSTEM, transaction=BankTransaction.objects.get(bank_id="D-returning"), reason="?")
    assert erase(days=1) == 0, "its term is not over"
    assert (erase(), erase()) == (2, 0)
    assert words() == ["B-open", "D-returning"]
    complete_refund(actor=SYSTEM, refund=Refund.objects.get(pk=returning.pk), way="bank", voucher="FT-back")
    assert (erase(), words()) == (1, ["B-open"])
    assert AuditRecord.objects.filter(verb="payments.erase_texts").count() == 2
    rows = BankTransaction.objects.exclude(bank_id="B-open")
    assert [(row.amount, row.text.erased_at is not None) for row in rows] == [(10_000, True)] * 3
    assert credit(paid, bank_id="A-settled").repeated, "told again, it is still known"
    assert words() == ["B-open"]


def test_the_term_is_a_setting_and_what_is_counted_stays(settings):
    request = asked()
    row = credit(request, bank_id="A").transaction
    user, day = someone("leader", agency=COMMUNE), timezone.localdate()
    leader = signed_in(user)
    before = reconcile(user, day)
    erase_old_texts()
    assert words() == ["A"]
    settings.PAYMENT_TEXT_DAYS = 30
    erase_old_texts()
    assert words() == ["A"]
    settings.PAYMENT_TEXT_DAYS = -1
    erase_old_texts()
    assert words() == [] and reconcile(user, day) == before
    page = leader.get(reverse("payments:transaction", args=[row.uid])).content.decode()
    assert f"Đã xóa theo thời hạn lưu ngày {day:%d/%m/%Y}" in page and "NGUYEN VAN AN" not in page


def test_a_source_that_is_erased_takes_the_words_about_it_along():
    mine, other = asked(source_key="mine"), asked(source_key="other")
    credit(mine, bank_id="A")
    credit(mine, bank_id="B-beyond")
    credit(other, bank_id="C")
    assert erase_texts_of(source_app="test", source_keys=["mine"], actor=SYSTEM) == 1
    assert words() == ["B-beyond", "C"]
    assert erase_texts_of(source_app="test", source_keys=["mine"], actor=SYSTEM) == 0
