"""What codes of planning mean, for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tinhso.foundation.text import Text

FAILURES = {
    "unreachable": Text(
        "Tuyến ứng viên không đủ để phục vụ những nơi sau. Thêm tuyến, nới khoảng cách tới đường, hoặc đổi phạm vi.",
        "The candidates do not suffice to serve these places. Add routes, widen the reach, or change the scope.",
    ),
    "no-candidates": Text(
        "Không có tuyến ứng viên nào gần các điểm của mạng. Nới khoảng cách tới đường hoặc thêm tuyến.",
        "No candidate route lies near the network's points. Widen the reach or add routes.",
    ),
    "memory": Text(
        "Hết bộ nhớ cho phép trước khi có phương án. Tăng giới hạn bộ nhớ hoặc thu hẹp phạm vi.",
        "The memory allowed ran out before there was a plan. Raise the limit or narrow the scope.",
    ),
    "time": Text(
        "Hết thời gian cho phép trước khi có phương án. Tăng giới hạn thời gian hoặc thu hẹp phạm vi.",
        "The time allowed ran out before there was a plan. Raise the limit or narrow the scope.",
    ),
    "crashed": Text(
        "Chương trình tính đã dừng bất thường. Người quản trị xem nhật ký của tiến trình worker.",
        "The search ended abnormally. An administrator finds more in the worker's journal.",
    ),
    "worker-lost": Text(
        "Máy tính phương án bị ngắt nhiều lần khi đang chạy. Tính tiếp khi máy chủ ổn định.",
        "The worker was killed several times while searching. Go on once the server is stable.",
    ),
    "verify": Text(
        "Phương án tìm được không qua bước kiểm tra độc lập nên không được lưu. Đây là lỗi của phần mềm: hãy báo lại.",
        "The plan found failed the independent check and was not kept. This is a fault of the software: report it.",
    ),
    "malformed": Text("Dữ liệu của câu hỏi tự mâu thuẫn.", "The question's data contradict themselves."),
    "cancelled": Text("Đã hủy theo yêu cầu.", "Cancelled as asked."),
}
# Why a plan that was kept is not proven the best.
STOPPED = {
    "limit": Text("dừng khi hết thời gian", "stopped at the time limit"),
    "time": Text("dừng khi hết thời gian", "stopped at the time limit"),
    "memory": Text("dừng khi hết bộ nhớ; giữ phương án tốt nhất", "stopped when memory ran out; the best plan kept"),
    "crashed": Text("chương trình dừng bất thường; giữ phương án tốt nhất", "ended abnormally; the best plan kept"),
    "stopped": Text("dừng theo yêu cầu", "stopped as asked"),
}
SOLVED = {
    "connection of sites": Text("nối các nơi với lõi (cây Steiner)", "connection of sites to the core (Steiner tree)"),
    "augmentation of a connected network": Text(
        "tăng cường một mạng đã liên thông", "augmentation of a connected network"
    ),
    "survivable design": Text("thiết kế mạng chịu lỗi", "survivable network design"),
}
# What the verifier, a program of its own, found to hold.
CHECKS = {
    "spans": Text("mọi đoạn là ứng viên", "every span is a candidate"),
    "cost": Text("chi phí", "cost"),
    "bound": Text("cận không vượt chi phí", "the bound is at most the cost"),
    "value": Text("số người được lợi", "the people who gain"),
    "reach": Text("mọi nơi nối tới lõi", "every place joined to the core"),
    "span": Text("còn đường khi đứt một đoạn cáp bất kỳ", "a way remains when any one span is cut"),
    "node": Text("còn đường khi mất một nút bất kỳ", "a way remains when any one node fails"),
}
LISTED = 30


def detail(names: Mapping[str, str], what: str, sites: Sequence[str]) -> str:
    """What is kept of a failure beside its code: the names of the sites it is about, else the solver's own words."""
    known = [names[key] for key in sites if key in names]
    more = len(sites) - min(len(known), LISTED)
    if known:
        return ", ".join(known[:LISTED]) + (f" (+{more})" if more else "")
    return f"{len(sites)}" if sites else what


def km(metres: int) -> str:
    """Kilometres with one decimal, cut, with thousands grouped."""
    from django.utils.formats import number_format

    tenths = metres // 100
    return number_format(Decimal(tenths) / 10, 1 if tenths % 10 else 0, use_l10n=True, force_grouping=True)


def dong(amount: int) -> str:
    """An amount with its thousands grouped."""
    from django.utils.formats import number_format

    return number_format(amount, use_l10n=True, force_grouping=True)
