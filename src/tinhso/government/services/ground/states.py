"""The four states of a dossier, kept apart: business, payment, delivery, synchronisation.

The business states are the national portal's codes (QCVN 120:2019/BTTTT).
"""

from __future__ import annotations

from tinhso.foundation.text import Text

REGISTERED, RECEIVED, NOT_ACCEPTED, PROCESSING, SUPPLEMENTING = 1, 2, 3, 4, 5
OWING, WITHDRAWING, STOPPED, FINISHED, RETURNED = 6, 7, 8, 9, 10

STATUSES = {
    REGISTERED: Text("Mới đăng ký", "Newly registered"),
    RECEIVED: Text("Được tiếp nhận", "Received"),
    NOT_ACCEPTED: Text("Không được tiếp nhận", "Not accepted"),
    PROCESSING: Text("Đang xử lý", "In process"),
    SUPPLEMENTING: Text("Yêu cầu bổ sung giấy tờ", "Supplements requested"),
    OWING: Text("Yêu cầu thực hiện nghĩa vụ tài chính", "Financial obligation"),
    WITHDRAWING: Text("Công dân yêu cầu rút hồ sơ", "Applicant asks to withdraw"),
    STOPPED: Text("Dừng xử lý", "Stopped"),
    FINISHED: Text("Đã xử lý xong", "Finished"),
    RETURNED: Text("Đã trả kết quả", "Result returned"),
}
TRANSITIONS = {
    REGISTERED: {RECEIVED, NOT_ACCEPTED, SUPPLEMENTING, WITHDRAWING},
    RECEIVED: {PROCESSING, WITHDRAWING},
    PROCESSING: {SUPPLEMENTING, OWING, WITHDRAWING, STOPPED, FINISHED},
    SUPPLEMENTING: {PROCESSING, STOPPED, WITHDRAWING},
    OWING: {PROCESSING, STOPPED},
    WITHDRAWING: {STOPPED, PROCESSING},
    FINISHED: {RETURNED},
    NOT_ACCEPTED: set(),
    STOPPED: set(),
    RETURNED: set(),
}
ENDED = frozenset(status for status, onward in TRANSITIONS.items() if not onward)
#: Reports count these as paused.
PAUSED = frozenset({SUPPLEMENTING, OWING, STOPPED})

PAYMENT = {
    "none": Text("Không có lệ phí", "No fee"),
    "due": Text("Chưa nộp", "Due"),
    "paid": Text("Đã nộp", "Paid"),
    "refund_due": Text("Chờ hoàn trả", "Refund due"),
    "refunded": Text("Đã hoàn trả", "Refunded"),
}
DELIVERY = {
    "none": Text("Chưa có kết quả", "No result yet"),
    "ready": Text("Chờ trả kết quả", "Ready to be returned"),
    "handed": Text("Đã trả tại quầy", "Handed over at the counter"),
    "posted": Text("Đã gửi bưu chính", "Sent by post"),
    "online": Text("Đã trả trực tuyến", "Returned online"),
}
SYNC = {
    "pending": Text("Chờ đồng bộ", "Waiting to be synchronised"),
    "sent": Text("Đã đồng bộ", "Synchronised"),
    "failed": Text("Đồng bộ lỗi", "Synchronisation failed"),
}
CHANNELS = {
    "counter": Text("Trực tiếp", "At the counter"),
    "online": Text("Trực tuyến", "Online"),
    "post": Text("Bưu chính", "By post"),
}
APPLICANTS = {
    "citizen": Text("Công dân", "Citizen"),
    "enterprise": Text("Doanh nghiệp, tổ chức", "Enterprise or organisation"),
    "household": Text("Hộ kinh doanh", "Household business"),
}
