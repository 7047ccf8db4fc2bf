"""The numbers public services answer for: counts of dossiers per agency, never a dossier or a person.

What counts is written in index/rules; here the year's counts up to a day are read from dossiers' facts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinhso.foundation.text import Text
from tinhso.government.services.index import wording
from tinhso.government.services.index.counting import COUNTS, Period, procedures_in_force
from tinhso.government.services.index.formula import formula_at
from tinhso.government.services.index.rules import share, total
from tinhso.government.services.index.scores import seated, year_of
from tinhso.measures.contract import RATIO, Inputs, ScopeAt, indicator

INDEX = "tinhso.government.services.index"
READ = (f"{INDEX}.facts", f"{INDEX}.counting", f"{INDEX}.scores", f"{INDEX}.formula")
YEAR = Text(
    "Tính từ đầu năm đến hết ngày đó, theo cơ quan có thẩm quyền giải quyết có trụ sở trong phạm vi; cơ quan chưa "
    "có gì để đếm là “không có dữ liệu”. Khi đã có hồ sơ thật thì hồ sơ trình diễn không được "
    "tính.",
    "Counted from the beginning of the year to the end of the day, by competent agency seated in the scope; an agency "
    "with nothing to count is “no data”. Demonstration dossiers count only while there is no real one.",
)


def _words(text: Text) -> Text:
    return Text(f"{text.vi} {YEAR.vi}", f"{text.en} {YEAR.en}")


def _rows(at: ScopeAt) -> list[Inputs]:
    year = year_of(Period.year(at.as_of, at.known_at), known_at=at.known_at)
    units = seated(year.agencies, at.code, at.as_of, at.known_at)
    return [
        {"key": uid, "unit": units[uid], "counts": {name: counts[name] for name in COUNTS}}
        for uid in sorted(units)
        for counts in [year.total([uid])]
    ]


def _about(at: ScopeAt) -> Inputs:
    return {"scope": at.code, "as_of": at.as_of.isoformat()}


def _share(of: str, plus: str, *minus: str) -> Callable[[ScopeAt], Inputs]:
    def gather(at: ScopeAt) -> Inputs:
        return _about(at) | {"share": {"plus": [plus], "minus": list(minus), "of": of}, "rows": _rows(at)}

    return gather


SHARES: tuple[tuple[str, Text, Text, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "on_time",
        Text("Hồ sơ giải quyết đúng hạn", "Dossiers processed on time"),
        Text(
            "Trong các hồ sơ đã kết thúc xử lý hoặc đã quá hạn, bao nhiêu hồ sơ kết thúc không muộn hơn ngày hẹn. Kết "
            "thúc là khi xử lý xong; từ chối sau khi nhận, rút, dừng cũng là kết thúc; hồ sơ dừng khi đang chờ bổ sung "
            "kết thúc từ lúc yêu cầu bổ sung. Thời gian chờ bổ sung lần đầu được trừ; yêu cầu bổ sung lần hai tính là "
            "quá hạn. Hồ sơ hẹn lại được so với ngày hẹn lại.",
            "Of the dossiers whose processing ended or that are overdue, how many ended no later than appointed. "
            "Processing ends with the result; withdrawal or stopping after reception ends it too; what stops while "
            "supplements are awaited ended at the request. Waiting for the first supplements does not count; a second "
            "request counts as late. After a new appointment that one counts.",
        ),
        ("judged", "on_time"),
        ("4.6",),
    ),
    (
        "online_filing",
        Text("Hồ sơ nộp trực tuyến", "Dossiers filed online"),
        Text("Trong các hồ sơ đã nộp, bao nhiêu hồ sơ nộp trực tuyến.", "Of the dossiers filed, how many came online."),
        ("filed", "filed_online"),
        ("4.3",),
    ),
    (
        "full_online_dossiers",
        Text("Hồ sơ trực tuyến toàn trình", "Dossiers fully online"),
        Text(
            "Trong các hồ sơ đã nộp, bao nhiêu hồ sơ nộp trực tuyến theo thủ tục toàn trình.",
            "Of the dossiers filed, how many came online under a procedure offered fully online.",
        ),
        ("filed", "filed_full"),
        ("4.4",),
    ),
    (
        "online_payment",
        Text("Phí, lệ phí nộp trực tuyến", "Fees paid online"),
        Text(
            "Trong các hồ sơ đã kết thúc và đã nộp phí, bao nhiêu hồ sơ nộp qua ngân hàng và được thông báo của ngân "
            "hàng xác nhận.",
            "Of the ended dossiers whose fee was paid, how many were paid through a bank and confirmed by its notice.",
        ),
        ("paid", "paid_online"),
        (),
    ),
    (
        "digitised_results",
        Text("Kết quả điện tử", "Digitised results"),
        Text(
            "Trong các hồ sơ đã có kết quả, bao nhiêu hồ sơ có kết quả điện tử: ký số, đính kèm hoặc trả trực tuyến.",
            "Of the dossiers with a result, how many have it electronically: sealed, attached or returned online.",
        ),
        ("finished", "digital"),
        ("4.10",),
    ),
    (
        "reused_papers",
        Text("Thành phần hồ sơ dùng lại", "Papers used again"),
        Text(
            "Trong các thành phần của hồ sơ đã nộp, bao nhiêu được lấy lại từ hồ sơ trước thay vì phải nộp lần nữa.",
            "Of the papers of dossiers filed, how many were taken from earlier dossiers instead of being asked again.",
        ),
        ("papers", "reused"),
        ("4.10",),
    ),
    (
        "satisfaction",
        Text("Mức độ hài lòng", "Satisfaction"),
        Text(
            "100% trừ tỷ lệ hồ sơ quá hạn và tỷ lệ hồ sơ bị chê. Bị chê là được chấm 1 hoặc 2 sao.",
            "100% less the share overdue and the share disliked. Disliked is rated one or two stars.",
        ),
        ("judged", "judged", "late", "disliked"),
        ("4.5",),
    ),
)
for _name, _title, _text, _counts, _dti in SHARES:
    indicator(
        id=f"services.{_name}",
        version=1,
        kind=RATIO,
        unit="share",
        title=_title,
        words=_words(_text),
        rule=share,
        depends_on=READ,
        dti=_dti,
        **wording.SHARE,
    )(_share(*_counts))


@indicator(
    id="services.full_online",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Thủ tục trực tuyến toàn trình", "Procedures fully online"),
    words=Text(
        "Trong các thủ tục có hiệu lực cuối ngày đó, bao nhiêu thủ tục làm được trực tuyến toàn trình. Danh mục là của "
        "cả tỉnh, không chia theo phạm vi. Khi đã có thủ tục thật thì thủ tục trình diễn không được tính.",
        "Of the procedures in force at the end of the day, how many can be done fully online. The catalogue is the "
        "whole province's, not divided by scope. Demonstration procedures count only while there is no real one.",
    ),
    rule=share,
    depends_on=READ,
    **wording.PROCEDURES,
)
def full_online(at: ScopeAt) -> Inputs:
    """Each procedure weighs 1."""
    rows: list[dict[str, Any]] = [
        {"key": row["code"], "counts": {"procedures": 1, "procedures_full": int(row["online"] == "full")}}
        for row in procedures_in_force(at.as_of, at.known_at)
    ]
    return _about(at) | {"share": {"plus": ["procedures_full"], "minus": [], "of": "procedures"}, "rows": rows}


@indicator(
    id="services.index_766",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Chỉ số phục vụ người dân, doanh nghiệp", "Service index"),
    words=_words(
        Text(
            "Số điểm đạt được trên số điểm có thể đạt theo Quyết định 766/QĐ-TTg, cộng mọi cơ quan. Công khai 18, tiến "
            "độ 20, hài lòng 18, dịch vụ trực tuyến 12, thanh toán trực tuyến 10, số hóa 22 điểm; đạt ngưỡng thì đủ "
            "điểm, dưới ngưỡng tính theo tỷ lệ. Phần chưa có gì để đếm không nằm trong điểm có thể đạt.",
            "Points earned of those attainable by Decision 766/QĐ-TTg, over all agencies. Publicity 18, timeliness 20, "
            "satisfaction 18, online service 12, online payment 10, digitisation 22 points; full points at the "
            "threshold, pro rata below it. A part with nothing to count is not attainable.",
        )
    ),
    rule=total,
    depends_on=READ,
    dti=("4.3", "4.5", "4.6", "4.10"),
    **wording.POINTS,
)
def index_766(at: ScopeAt) -> Inputs:
    """Agencies with all their counts, and the formula in force."""
    formula = formula_at(at.as_of)
    groups = [
        {
            "key": group["key"],
            "parts": [
                {name: part[name] for name in ("key", "points", "full", "plus", "minus", "of")}
                for part in group["parts"]
            ],
        }
        for group in formula["groups"]
    ]
    return _about(at) | {"formula": {"version": formula["version"], "groups": groups}, "rows": _rows(at)}
