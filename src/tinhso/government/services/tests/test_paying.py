"""Fees between a dossier and its payments: each hears the other, nothing is paid or given back twice."""

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.foundation.errors import Conflict
from tinhso.government.services.models import Dossier, DossierFact
from tinhso.government.services.paying.queries import payment_of
from tinhso.government.services.tests.recipes import COMMUNE, Desk
from tinhso.identity.tests.recipes import signed_in
from tinhso.payments.codes import CASH
from tinhso.payments.commands import complete_refund, match, renew_key, set_account
from tinhso.payments.models import PaymentRequest, Refund
from tinhso.payments.tests.recipes import BIN, NUMBER, credit
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    from datetime import date

    made = Desk()
    given = {"agency_uid": COMMUNE, "bank": BIN, "number": NUMBER, "holder": "UBND xã", "basis": "QĐ 1"}
    set_account(actor=SYSTEM, valid_from=date(2020, 1, 1), **given)
    renew_key(actor=SYSTEM, bin=BIN, number=NUMBER)
    return made


def asked(dossier: Dossier, state: str = "open") -> PaymentRequest:
    return PaymentRequest.objects.get(source_key=str(dossier.uid), state=state)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.both_databases
def test_the_banks_notification_pays_the_fee_once(desk):
    dossier = desk.file()
    request = asked(dossier)
    assert (request.amount, request.payee_uid) == (10_000, COMMUNE)
    assert credit(request, bank_id="FT1").outcome.kind == "settled"
    after = fresh(dossier)
    assert (after.payment, after.paid, after.owed) == ("paid", 10_000, 0)
    assert credit(request, bank_id="FT1").repeated
    assert fresh(dossier).events_count == after.events_count
    assert credit(request, bank_id="FT2").outcome.cause == "already_paid"


def test_money_that_a_person_matched_is_paid_online_all_the_same(desk):
    dossier = desk.file()
    request = asked(dossier)
    unmatched = credit(request, text="le phi").transaction
    match(actor=desk.leader.actor(), transactions=[unmatched.uid], request=request, reason="Đúng người nộp")
    fact = DossierFact.objects.get(dossier=dossier, until=None)
    assert (fact.paid, fact.paid_online, fresh(dossier).payment) == (True, True, "paid")


def test_cash_closes_the_request_and_money_after_it_waits(desk):
    dossier = desk.file()
    request = asked(dossier)
    desk.act(dossier, "pay", desk.clerk, reference=request.reference)
    assert fresh(dossier).payment == "paid"
    entry = asked(dossier, "paid").entries.get(kind="paid")
    assert (entry.way, entry.receipt[5:]) == (CASH, "000001")
    assert credit(request).outcome.cause == "already_paid"


def test_a_further_obligation_replaces_the_request_and_payment_moves_the_dossier_on(desk):
    dossier = desk.in_process()
    first = asked(dossier)
    desk.act(dossier, "request_payment", desk.officer, amount=50_000, reason="Nghĩa vụ tài chính")
    second = asked(dossier)
    assert (second.amount, fresh(dossier).status) == (60_000, 6)
    assert credit(first).outcome.cause == "cancelled"
    assert credit(second, 60_000).outcome.kind == "settled"
    assert (fresh(dossier).payment, fresh(dossier).status) == ("paid", 4)


def test_an_end_drops_what_is_owed_and_gives_back_what_was_paid(desk):
    unpaid, paid = desk.file(), desk.file()
    credit(asked(paid))
    for dossier in (unpaid, paid):
        dossier.refresh_from_db()
        desk.act(dossier, "refuse", desk.clerk, reason="Không đúng thẩm quyền")
    assert (fresh(unpaid).payment, asked(unpaid, "cancelled").amount) == ("none", 10_000)
    refund = Refund.objects.get()
    assert (fresh(paid).payment, refund.request) == ("refund_due", asked(paid, "paid"))
    complete_refund(actor=SYSTEM, refund=refund, way="bank", voucher="FT9")
    assert (fresh(paid).payment, asked(paid, "refunded").amount) == ("refunded", 10_000)
    with pytest.raises(Conflict):
        complete_refund(actor=SYSTEM, refund=refund, way="bank", voucher="FT9")


def test_the_clerks_own_refund_completes_the_list(desk):
    dossier = desk.file()
    credit(asked(dossier))
    dossier.refresh_from_db()
    desk.act(dossier, "withdraw", desk.citizen, reason="Không cần nữa")
    desk.act(dossier, "refund", desk.clerk, reference="PC 1")
    assert not Refund.objects.waiting().exists()
    assert asked(dossier, "refunded")


def test_a_dossier_without_a_fee_asks_for_nothing():
    dossier = Desk(fees=[]).file()
    assert payment_of(dossier) is None and not PaymentRequest.objects.exists()


def test_the_counter_takes_cash_on_a_page_and_only_its_own(desk):
    dossier = desk.file()
    page, given = reverse("services:take_cash", args=[dossier.code]), {"reference": asked(dossier).reference}
    clerk = signed_in(desk.clerk)
    assert "10.000" in clerk.get(page).content.decode() and "<svg" in clerk.get(page).content.decode()
    assert clerk.post(page, given).status_code == 302
    assert clerk.post(page, given).status_code == 302
    assert "phiếu thu" in clerk.get(page).content.decode()
    assert asked(dossier, "paid").entries.count() == 2
    assert signed_in(desk.officer).post(page, given).status_code == 403
    assert signed_in(desk.citizen).get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_the_owner_sees_amount_reference_and_code(desk):
    dossier = desk.file()
    text = signed_in(desk.citizen).get(reverse("services:dossier", args=[dossier.code])).content.decode()
    assert asked(dossier).reference in text and "<svg" in text and "ACB" in text
