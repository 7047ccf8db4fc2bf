"""Who may see and move which money."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.access import check as check_right
from tinhso.foundation.access import may, permission, permissions
from tinhso.foundation.errors import Forbidden
from tinhso.foundation.text import Text

permission(
    "payments.read",
    Text("Xem tiền nộp của cơ quan mình", "See the money of one's own agency"),
    roles={"clerk", "leader", "auditor"},
)
permission(
    "payments.match",
    Text("Khớp tiền bằng tay, trả lại tiền chuyển nhầm", "Match money by hand, return money sent in error"),
    roles={"leader"},
)
permission("payments.refund", Text("Hoàn trả tiền", "Pay refunds out"), roles={"clerk", "leader"})
permission(
    "payments.accounts",
    Text("Quản lý tài khoản nhận tiền và khóa của ngân hàng", "Manage bank accounts and the banks' keys"),
    roles={"administrator"},
)


def payees(user: Any, right: str = "payments.read") -> set[str] | None:
    """Agencies whose money a person may see, or act on by another right; None: all."""
    if not may(user, right):
        return set()
    held = permissions[right].roles & user.role_codes()
    return None if "auditor" in held else user.agency_uids(*held)


def check(user: Any, right: str, payee_uid: str) -> None:
    """Raise Forbidden unless the person holds the right for that agency's money."""
    check_right(user, right)
    uids = payees(user, right)
    if uids is not None and payee_uid not in uids:
        raise Forbidden(_("Tiền này của cơ quan khác."), place=right)
