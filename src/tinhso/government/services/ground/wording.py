"""What has happened to a dossier, in words."""

from __future__ import annotations

from tinhso.foundation.text import Text

KINDS = {
    "submitted": Text("nộp hồ sơ", "filed"),
    "accepted": Text("tiếp nhận", "received"),
    "refused": Text("từ chối tiếp nhận", "refused to accept"),
    "supplements_requested": Text("yêu cầu bổ sung", "requested supplements"),
    "supplemented": Text("bổ sung hồ sơ", "brought supplements"),
    "task_opened": Text("mở việc", "opened a task"),
    "claimed": Text("nhận việc", "claimed a task"),
    "started": Text("bắt đầu xử lý", "began processing"),
    "handed_over": Text("chuyển việc", "handed a task over"),
    "step_completed": Text("xong bước", "completed a step"),
    "step_returned": Text("trả lại bước trước", "returned to the step before"),
    "answered": Text("trả lời ý kiến", "answered a consultation"),
    "noted": Text("ghi chú", "made a note"),
    "attached": Text("thêm tệp", "attached a file"),
    "suspended": Text("tạm dừng", "suspended"),
    "resumed": Text("tiếp tục", "resumed"),
    "payment_requested": Text("yêu cầu nộp tiền", "asked for payment"),
    "paid": Text("đã nộp tiền", "paid"),
    "payment_dropped": Text("bỏ khoản phải nộp", "dropped what was due"),
    "refund_due": Text("phải hoàn trả", "a refund is due"),
    "refunded": Text("đã hoàn trả", "refunded"),
    "withdrawal_asked": Text("xin rút hồ sơ", "asked to withdraw"),
    "withdrawn": Text("đã rút hồ sơ", "withdrawn"),
    "withdrawal_declined": Text("không cho rút", "declined the withdrawal"),
    "stopped": Text("dừng xử lý", "stopped"),
    "reappointed": Text("xin lỗi và hẹn lại", "apologised and appointed anew"),
    "finished": Text("có kết quả", "finished with a result"),
    "returned": Text("trả kết quả", "returned the result"),
    "rated": Text("đánh giá", "rated"),
    "succeeded": Text("chuyển sang cơ quan kế thừa", "moved to the succeeding agency"),
}
#: What people write with an event, and what to call it.
WRITTEN = {
    "reason": Text("Lý do", "Reason"),
    "note": Text("Ghi chú", "Note"),
    "text": Text("Nội dung", "Text"),
    "question": Text("Câu hỏi", "Question"),
    "answer": Text("Trả lời", "Answer"),
    "words": Text("Lời nhắn", "Words"),
}
#: How a dossier ends where it ends with a result.
OUTCOMES = {"granted": Text("Đồng ý giải quyết", "Granted"), "denied": Text("Không đủ điều kiện", "Denied")}
