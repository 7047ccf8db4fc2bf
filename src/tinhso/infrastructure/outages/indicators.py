"""The numbers that outages answer for. Evidence names neither elements nor where they lie."""

from __future__ import annotations

from datetime import datetime, timedelta

from tinhso.foundation.dates import VIETNAM, end_of
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.situation import situation
from tinhso.infrastructure.outages import wording
from tinhso.infrastructure.outages.availability import reach_inputs
from tinhso.infrastructure.outages.history import Known, known_outages
from tinhso.infrastructure.outages.reports import seconds
from tinhso.infrastructure.outages.rules import reachable, repair_time, told_in_time
from tinhso.measures.contract import RATIO, TOTAL, Inputs, ScopeAt, indicator
from tinhso.places.scopes import units_in

OUTAGES = "tinhso.infrastructure.outages"
READ = (
    *(f"{OUTAGES}.{name}" for name in ("history", "availability", "losses", "reports", "rules.spells")),
    *(f"tinhso.infrastructure.resilience.{name}" for name in ("impact", "gathered")),
    "tinhso.infrastructure.network.situation",
)
YEAR = timedelta(days=365)
OUTAGE = Text(
    "Sự cố là các phần tử mạng kề nhau mất tín hiệu trong vòng năm phút; mất lại trong vòng năm phút là cùng một sự "
    "cố. Không tính bảo trì đã duyệt và cảnh báo sai.",
    "An outage is network elements next to each other that fail within five minutes; failing again within five minutes "
    "is the same outage. Neither approved maintenance nor false alarms count.",
)


def _words(*texts: Text) -> Text:
    return Text(" ".join(text.vi for text in texts), " ".join(text.en for text in texts))


def _until(at: ScopeAt) -> datetime:
    return min(end_of(at.as_of), at.known_at)


def _about(at: ScopeAt) -> Inputs:
    return {"scope": at.code, "as_of": at.as_of.isoformat(), "until": seconds(_until(at))}


def _outages(at: ScopeAt) -> list[Known]:
    end = _until(at)
    found: list[Known] = []
    for one in situation(at.code, at.as_of, at.known_at).serving:
        found += known_outages(one.state.network, end - YEAR, end, at.known_at)
    return sorted(found, key=lambda one: one.code)


@indicator(
    id="outages.mean_time_to_repair",
    version=1,
    kind=TOTAL,
    unit="minute",
    title=Text("Thời gian khắc phục sự cố trung bình", "Mean time to repair"),
    words=_words(
        Text(
            "Từ lúc phần tử đầu tiên mất tín hiệu đến lúc phần tử cuối cùng có lại, trung bình mỗi sự cố kết thúc "
            "trong 365 ngày đến hết ngày đó, tính bằng phút, bỏ phần lẻ.",
            "From the first failure to the last return, the mean over the outages that ended in the 365 days up to the "
            "end of the day, in whole minutes, cut.",
        ),
        OUTAGE,
    ),
    rule=repair_time,
    depends_on=READ,
    higher_is_better=False,
    **wording.REPAIR,
)
def mean_time_to_repair(at: ScopeAt) -> Inputs:
    """Outages that ended within the year, by their public names."""
    last = seconds(_until(at))
    first = last - int(YEAR.total_seconds())
    return _about(at) | {
        "outages": [
            {
                "outage": one.code,
                "from": one.interval[0],
                "to": one.interval[1],
                "planned": one.planned,
                "cause": one.cause,
            }
            for one in _outages(at)
            if one.interval[1] is not None and first <= one.interval[1] < last
        ]
    }


@indicator(
    id="outages.told_within_30_minutes",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Sự cố được báo trong 30 phút", "Outages told within 30 minutes"),
    words=_words(
        Text(
            "Trong các sự cố bắt đầu trong 365 ngày đến hết ngày đó và làm mất kết nối ít nhất một cơ quan, bao nhiêu "
            "sự cố mà mọi cơ quan bị ảnh hưởng đều được gửi tin trong vòng 30 phút kể từ lúc bắt đầu. Thời điểm báo là "
            "lúc thư được ghi vào hộp thư đi; cơ quan không có địa chỉ là chưa được báo.",
            "Of the outages that began in the 365 days up to the end of the day and cut off at least one agency, how "
            "many had every affected agency written to within 30 minutes of the beginning. An agency is told when the "
            "e-mail enters the outbox; one without an address is not told.",
        ),
        OUTAGE,
    ),
    rule=told_in_time,
    depends_on=READ,
    **wording.TOLD,
)
def told_within_30_minutes(at: ScopeAt) -> Inputs:
    """Outages that began within the year: how many agencies, and after how many seconds each was told."""
    first = seconds(_until(at)) - int(YEAR.total_seconds())
    return _about(at) | {
        "outages": [
            {
                "outage": one.code,
                "from": one.interval[0],
                "planned": one.planned,
                "cause": one.cause,
                "agencies": len(one.agencies),
                "told_after": sorted(after for uid, after in one.told.items() if uid in one.agencies),
            }
            for one in _outages(at)
            if one.interval[0] >= first
        ]
    }


@indicator(
    id="outages.availability",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Thời gian các đơn vị kết nối được với lõi", "Time for which units reach the core"),
    words=Text(
        "Trong tháng của ngày đó, đến hết ngày ấy, bao nhiêu phần thời gian các đơn vị cấp xã kết nối được với lõi, đo "
        "từ các cảnh báo đã nhận: một đơn vị mất kết nối khi mọi mạng được đo phục vụ nó đều mất đường về lõi ở ít "
        "nhất một phần của đơn vị. Bảo trì đã duyệt cũng là mất kết nối, được ghi riêng. Đơn vị mà mạng phục vụ chưa "
        "gửi cảnh báo nào về là “không có dữ liệu”.",
        "Of the month of that day, up to its end, for what part of the time commune-level units reached the core, "
        "measured from the alarms received: a unit is cut off when, in every measured network that serves it, at least "
        "one of its parts has no way to the core. Approved maintenance counts as cut off too and is told apart. A unit "
        "served by a network of which nothing is reported yet is “no data”.",
    ),
    rule=reachable,
    depends_on=READ,
    **wording.AVAILABILITY,
)
def availability(at: ScopeAt) -> Inputs:
    """Who was cut off when, by unit; no element is named."""
    start = datetime(at.as_of.year, at.as_of.month, 1, tzinfo=VIETNAM)
    day = at.as_of
    networks = [one.state.network for one in situation(at.code, day, at.known_at).serving]
    units = units_in(at.code, day, known_at=at.known_at)
    return _about(at) | reach_inputs(networks, units, start, _until(at), at.known_at)
