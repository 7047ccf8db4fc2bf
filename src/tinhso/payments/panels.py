"""The ways into payments, on the pages where a person begins: home and the own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tinhso.foundation.entries import Entry, entries_for
from tinhso.foundation.panels import panel
from tinhso.foundation.text import Text

WORK = (
    Entry("payments:requests", Text("Khoản phải nộp", "Payment requests")),
    Entry("payments:unmatched", Text("Tiền chưa khớp", "Unmatched money")),
    Entry("payments:refunds", Text("Hoàn trả", "Refunds")),
    Entry("payments:reconciliation", Text("Đối soát trong ngày", "Reconciliation of the day")),
    Entry("payments:accounts", Text("Tài khoản nhận tiền", "Accounts that receive money")),
)


@panel("person.work", "payments", "payments/entries.html", order=20)
def work(request: HttpRequest, **subject: Any) -> dict | None:
    """What a person may open; nothing for those without a part in payments."""
    entries = entries_for(request.user, WORK)
    return {"entries": entries} if entries else None
