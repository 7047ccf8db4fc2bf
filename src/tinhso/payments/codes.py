"""The states and words of payments."""

from __future__ import annotations

from tinhso.foundation.text import Text

OPEN, PAID, CANCELLED, REFUNDED = "open", "paid", "cancelled", "refunded"
STATES = {
    OPEN: Text("Chờ nộp", "Open"),
    PAID: Text("Đã nộp", "Paid"),
    CANCELLED: Text("Đã hủy", "Cancelled"),
    REFUNDED: Text("Đã hoàn trả", "Refunded"),
}
#: What each entry makes of a request; None: nothing.
ENTRIES: dict[str, str | None] = {
    "asked": OPEN,
    "paid": PAID,
    "cancelled": CANCELLED,
    "refund_asked": None,
    "refunded": REFUNDED,
}
ENTRY_TITLES = {
    "asked": Text("Yêu cầu nộp tiền", "Payment asked for"),
    "paid": Text("Đã nộp", "Paid"),
    "cancelled": Text("Hủy yêu cầu", "Cancelled"),
    "refund_asked": Text("Yêu cầu hoàn trả", "Refund asked for"),
    "refunded": Text("Đã hoàn trả", "Refunded"),
}
BANK, CASH = "bank", "cash"
WAYS = {BANK: Text("Chuyển khoản", "Bank transfer"), CASH: Text("Tiền mặt", "Cash")}

SETTLED, UNMATCHED, MATCHED, RETURNING = "settled", "unmatched", "matched", "returning"
OUTCOMES = {
    SETTLED: Text("Khớp tự động", "Matched by itself"),
    UNMATCHED: Text("Chưa khớp", "Unmatched"),
    MATCHED: Text("Khớp bằng tay", "Matched by hand"),
    RETURNING: Text("Trả lại người chuyển", "Returned to the payer"),
}
CAUSES = {
    "unknown_reference": Text("Không có mã tham chiếu nào khớp", "No known reference"),
    "several_references": Text("Nhiều mã tham chiếu", "Several references"),
    "other_account": Text("Vào tài khoản khác", "Paid to another account"),
    "too_little": Text("Thiếu tiền", "Too little"),
    "too_much": Text("Thừa tiền", "Too much"),
    "already_paid": Text("Khoản này đã nộp", "Paid already"),
    "cancelled": Text("Yêu cầu đã hủy", "The request was cancelled"),
    "contradicts": Text("Ngân hàng báo hai số tiền", "The bank told two amounts"),
    "refused": Text("Nơi yêu cầu không nhận", "Whoever asked does not take it"),
}
