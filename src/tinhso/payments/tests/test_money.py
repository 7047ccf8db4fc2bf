"""Requests and money case by case: what settles, what waits, what is given back; nothing is lost, nothing twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.dispatch import receiver

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.payments import references
from tinhso.payments.codes import ENTRIES
from tinhso.payments.commands import ask_refund, cancel, complete_refund, match, return_money, take_cash
from tinhso.payments.models import BankTransaction, PaymentEntry, PaymentRequest, Refund
from tinhso.payments.queries import code_of
from tinhso.payments.signals import payment_refunded, payment_settled
from tinhso.payments.tests.recipes import BIN, COMMUNE, NUMBER, OTHER, account, agency, asked, credit
from tinhso.payments.vietqr import Transfer, read
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def writers():
    """Several writers at a time, on a database that has them."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("a database in memory has one writer")
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture(autouse=True)
def _account(db):
    account()


@pytest.fixture
def news():
    """What the apps above hear."""
    heard = []

    @receiver(payment_settled, weak=False)
    def settled(sender, request, entry, **more):
        heard.append(("settled", request.reference, entry.way))

    @receiver(payment_refunded, weak=False)
    def refunded(sender, request, refund, **more):
        heard.append(("refunded", request.reference, refund.amount))

    yield heard
    payment_settled.disconnect(settled)
    payment_refunded.disconnect(refunded)


def told(request: PaymentRequest) -> str:
    """The state its entries tell; the row says the same."""
    states = [ENTRIES[entry.kind] for entry in request.entries.order_by("number")]
    request.refresh_from_db()
    assert request.state == [state for state in states if state][-1]
    return request.state


def unmatched() -> list[BankTransaction]:
    return list(BankTransaction.objects.unmatched())


def test_money_with_its_reference_and_amount_settles(news):
    request = asked()
    done = credit(request)
    assert (done.outcome.kind, told(request)) == ("settled", "paid")
    assert news == [("settled", request.reference, "bank")]
    assert not unmatched()


def test_told_again_it_is_the_same(news):
    request = asked()
    first = credit(request, bank_id="FT7")
    again = credit(request, bank_id="FT7")
    assert again.repeated and again.transaction == first.transaction
    assert len(news) == BankTransaction.objects.count() == 1


@pytest.mark.parametrize(
    ("prepare", "more", "cause"),
    [
        (None, {"amount": 9_999}, "too_little"),
        (None, {"amount": 10_001}, "too_much"),
        (lambda one: take_cash(actor=SYSTEM, request=one), {}, "already_paid"),
        (credit, {}, "already_paid"),
        (lambda one: cancel(actor=SYSTEM, request=one, reason="thôi"), {}, "cancelled"),
        (lambda one: account(OTHER, "123"), {"number": "123"}, "other_account"),
        (lambda one: credit(one, 9_000, "FT8"), {"bank_id": "FT8"}, "contradicts"),
        (None, {"text": "chuyen tien"}, "unknown_reference"),
        (None, {"text": "TS0000000000"}, "unknown_reference"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_waits_with_its_cause(prepare, more, cause):
    request = asked()
    if prepare:
        prepare(request)
    before = told(request)
    done = credit(request, **more)
    assert (done.outcome.kind, done.outcome.cause) == ("unmatched", cause)
    assert done.transaction in unmatched()
    assert told(request) == before


def test_two_references_in_one_text_wait_for_a_person():
    one, two = asked(), asked()
    done = credit(text=f"{one.reference} {two.reference}")
    assert done.outcome.cause == "several_references"
    assert told(one) == told(two) == "open"


def test_what_the_asker_refuses_stays_open_and_the_money_unmatched():
    def refuse(sender, **more):
        raise Conflict("không nhận")

    request = asked()
    payment_settled.connect(refuse)
    try:
        done = credit(request)
    finally:
        payment_settled.disconnect(refuse)
    assert (done.outcome.cause, told(request)) == ("refused", "open")
    assert [entry.kind for entry in request.entries.all()] == ["asked"]


def test_cash_gives_a_numbered_receipt_and_only_once(news):
    one, two = asked(), asked()
    receipts = [take_cash(actor=SYSTEM, request=request).receipt for request in (one, two)]
    assert [text.split("/")[1] for text in receipts] == ["000001", "000002"]
    with pytest.raises(Conflict):
        take_cash(actor=SYSTEM, request=one)
    assert len(news) == 2


def test_a_person_makes_up_an_amount_of_several_credits_and_the_rest_goes_back(news):
    request = asked()
    parts = [credit(request, 9_000).transaction, credit(text="quen ma", amount=1_500).transaction]
    with pytest.raises(Invalid):
        match(actor=SYSTEM, transactions=[parts[0].uid], request=request, reason="thiếu")
    with pytest.raises(Invalid):
        match(actor=SYSTEM, transactions=[one.uid for one in parts], request=request, reason=" ")
    match(actor=SYSTEM, transactions=[one.uid for one in parts], request=request, reason="Nộp hai lần")
    assert told(request) == "paid" and not unmatched()
    beyond = Refund.objects.get()
    assert (beyond.amount, beyond.transaction, beyond.request) == (500, parts[1], None)
    assert news == [("settled", request.reference, "bank")]
    with pytest.raises(Conflict):
        match(actor=SYSTEM, transactions=[parts[0].uid], request=asked(), reason="lần nữa")


def test_a_credit_that_is_not_needed_is_not_swallowed():
    request = asked()
    parts = [credit(text="a", amount=10_000).transaction, credit(text="b", amount=3_000).transaction]
    with pytest.raises(Invalid):
        match(actor=SYSTEM, transactions=[one.uid for one in parts], request=request, reason="cả hai")
    assert told(request) == "open" and len(unmatched()) == 2


def test_money_sent_in_error_goes_back_once(news):
    lost = credit(text="nham").transaction
    refund = return_money(actor=SYSTEM, transaction=lost, reason="Chuyển nhầm")
    with pytest.raises(Conflict):
        return_money(actor=SYSTEM, transaction=lost, reason="Chuyển nhầm")
    complete_refund(actor=SYSTEM, refund=refund, way="bank", voucher="FT99")
    assert not unmatched() and not Refund.objects.waiting() and not news


def test_a_refund_is_asked_for_once_and_done_once(news):
    request = asked()
    with pytest.raises(Conflict):
        ask_refund(actor=SYSTEM, request=request, reason="chưa nộp")
    credit(request)
    refund = ask_refund(actor=SYSTEM, request=request, reason="Rút hồ sơ")
    assert ask_refund(actor=SYSTEM, request=request, reason="Rút hồ sơ") == refund
    assert told(request) == "paid"
    complete_refund(actor=SYSTEM, refund=refund, way="cash", voucher="PC 1")
    assert told(request) == "refunded"
    with pytest.raises(Conflict):
        complete_refund(actor=SYSTEM, refund=refund, way="cash", voucher="PC 2")
    assert news[1:] == [("refunded", request.reference, 10_000)]
    assert credit(request).outcome.cause == "already_paid"


@pytest.mark.parametrize("given", [{"way": "gold", "voucher": "1"}, {"way": "cash", "voucher": " "}])
def test_a_refund_names_its_way_and_voucher(given):
    request = asked()
    credit(request)
    refund = ask_refund(actor=SYSTEM, request=request, reason="Rút")
    with pytest.raises(Invalid):
        complete_refund(actor=SYSTEM, refund=refund, **given)


def test_the_code_asks_for_the_amount_on_the_account_with_the_reference():
    request = asked()
    assert read(code_of(request)).transfer == Transfer(BIN, NUMBER, 10_000, f"{request.reference} le phi")
    agency("khac")
    assert code_of(asked(payee="khac")) == ""
    credit(request)
    request.refresh_from_db()
    assert code_of(request) == ""


def test_the_same_source_is_asked_once():
    one = asked(source_key="x")
    assert asked(source_key="x") == one
    with pytest.raises(Conflict):
        asked(5, source_key="x")
    with pytest.raises(Invalid):
        asked(0)


def test_one_wrong_character_of_a_reference_is_noticed():
    reference = references.fresh()
    assert references.found_in(f"x{reference[:5]} {reference[5:].lower()}.y") == [reference]
    for place in range(2, 12):
        for char in references.ALPHABET:
            typed = reference[:place] + char + reference[place + 1 :]
            assert references.valid(typed) == (typed == reference)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_same_notification_at_once_settles_once(writers):
    request = asked()

    def tell(_n: int) -> str:
        try:
            return credit(request, bank_id="FT1").outcome.kind
        finally:
            connection.close()

    assert set(writers.map(tell, range(6))) == {"settled"}
    assert BankTransaction.objects.count() == 1
    assert PaymentEntry.objects.filter(kind="paid").count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_cash_and_several_credits_at_once_pay_once_and_lose_nothing(writers):
    request = asked()

    def pay(way: int) -> str:
        try:
            return take_cash(actor=SYSTEM, request=request).way if way == 0 else credit(request).outcome.kind
        except Conflict:
            return "refused"
        finally:
            connection.close()

    ends = sorted(writers.map(pay, range(5)))
    assert ends.count("settled") + ends.count("cash") == 1
    assert PaymentEntry.objects.filter(kind="paid").count() == 1
    assert BankTransaction.objects.count() == 4
    assert len(unmatched()) == ends.count("unmatched")


def test_payees_are_told_apart():
    account(OTHER, "123")
    assert credit(asked(payee=OTHER), number="123").transaction.payee_uid == OTHER
    assert credit(asked()).transaction.payee_uid == COMMUNE
