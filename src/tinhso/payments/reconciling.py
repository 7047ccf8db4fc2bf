"""A day's money, to be laid beside the bank's statement and the cash box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import csv_cells, xlsx
from tinhso.foundation.dates import end_of
from tinhso.foundation.text import Text
from tinhso.payments.codes import BANK, CASH, OUTCOMES, UNMATCHED, WAYS
from tinhso.payments.models import BankTransaction, PaymentEntry, PaymentRequest, Refund, RefundDone


@dataclass(frozen=True)
class Line:
    """One movement: `amount` in đồng, negative where it was paid out; `outcome` of a bank's credit, else ""."""

    at: datetime
    payee_uid: str
    way: str
    voucher: str
    reference: str
    amount: int
    outcome: str
    note: str

    @property
    def way_title(self) -> Text:
        return WAYS[self.way]

    @property
    def outcome_title(self) -> Text | str:
        return OUTCOMES.get(self.outcome, "")


@dataclass(frozen=True)
class Day:
    """A day's movements by time, and their sums in đồng."""

    day: date
    lines: list[Line]

    def total(self, way: str = "", outcome: str = "", *, out: bool = False) -> int:
        """Sum of what came in (or with `out` went out) by a way and an outcome; "" counts all."""
        return sum(
            abs(line.amount)
            for line in self.lines
            if (line.amount < 0) == out and way in ("", line.way) and outcome in ("", line.outcome)
        )

    @property
    def sums(self) -> list[tuple[Text, int]]:
        return [
            (Text("Ngân hàng báo có", "Credits told by banks"), self.total(BANK)),
            (Text("trong đó chưa khớp", "of these unmatched"), self.total(BANK, UNMATCHED)),
            (Text("Thu tiền mặt", "Cash taken"), self.total(CASH)),
            (Text("Hoàn trả", "Paid back"), self.total(out=True)),
        ]


def reconcile(user: Any, day: date, payee: str = "") -> Day:
    """What a person may see of a day (Vietnam's): bank credits by the bank's time, cash and refunds by ours."""
    within = (end_of(day - timedelta(days=1)), end_of(day))
    credits = BankTransaction.objects.visible_to(user).filter(at__gte=within[0], at__lt=within[1])
    cash = PaymentEntry.objects.filter(kind="paid", way=CASH, at__gte=within[0], at__lt=within[1])
    paid_out = RefundDone.objects.filter(at__gte=within[0], at__lt=within[1])
    cash = cash.filter(request__in=PaymentRequest.objects.visible_to(user))
    paid_out = paid_out.filter(refund__in=Refund.objects.visible_to(user))
    if payee:
        credits, cash = credits.filter(payee_uid=payee), cash.filter(request__payee_uid=payee)
        paid_out = paid_out.filter(refund__payee_uid=payee)
    lines = [_credit(row) for row in credits.prefetch_related("outcomes__request")]
    lines += [
        Line(one.at, one.request.payee_uid, CASH, one.receipt, one.request.reference, one.request.amount, "", "")
        for one in cash.select_related("request")
    ]
    lines += [_out(one) for one in paid_out.select_related("refund__request")]
    return Day(day, sorted(lines, key=lambda line: (line.at, line.voucher)))


def _credit(row: BankTransaction) -> Line:
    last = list(row.outcomes.all())[-1]
    reference = last.request.reference if last.request else ""
    note = str(last.cause_title) or last.reason
    return Line(row.at, row.payee_uid, BANK, row.bank_id, reference, row.amount, last.kind, note)


def _out(done: RefundDone) -> Line:
    refund = done.refund
    reference = refund.request.reference if refund.request else ""
    return Line(done.at, refund.payee_uid, done.way, done.voucher, reference, -refund.amount, "", refund.reason)


def _heads() -> list[str]:
    return [
        _("Thời điểm"), _("Cơ quan"), _("Hình thức"), _("Chứng từ"), _("Mã tham chiếu"), _("Số tiền (đ)"),
        _("Kết quả khớp"), _("Ghi chú"),
    ]  # fmt: skip


def _rows(day: Day) -> Iterable[list[str | int]]:
    for line in day.lines:
        at = timezone.localtime(line.at).strftime("%d/%m/%Y %H:%M:%S")
        yield [
            at, line.payee_uid, str(line.way_title), line.voucher, line.reference, line.amount,
            str(line.outcome_title), line.note,
        ]  # fmt: skip


def as_csv(day: Day) -> bytes:
    """The list as CSV."""
    return csv_cells.table(_heads(), _rows(day))


def as_xlsx(day: Day) -> bytes:
    """The list as a workbook: movements, and their sums."""
    sums: list[list[str | int]] = [[str(title), amount] for title, amount in day.sums]
    return xlsx.write(
        [
            xlsx.Sheet(f"{day.day:%Y-%m-%d}", _heads(), _rows(day), (19, 22, 14, 24, 16, 16, 22, 40)),
            xlsx.Sheet(_("Tổng"), [_("Khoản"), _("Số tiền (đ)")], sums, (30, 16)),
        ]
    )
