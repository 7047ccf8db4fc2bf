"""The number measures answers for: are the province's figures kept up to date?"""

from django.db.models import Max

from tinhso.foundation.text import Text
from tinhso.measures.contract import RATIO, Inputs, ScopeAt, indicator, indicators
from tinhso.measures.models import Measurement
from tinhso.measures.rules import fresh

OWN = "measures.fresh"
FRESH_DAYS = 31


@indicator(
    id=OWN,
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Chỉ số được đo đều đặn", "Indicators measured regularly"),
    words=Text(
        f"Trong các chỉ số đã đăng ký (trừ chính chỉ số này), bao nhiêu chỉ số có lần đo gần nhất cho phạm vi này "
        f"không quá {FRESH_DAYS} ngày trước ngày xem. Chỉ số chưa đo lần nào được tính là chưa đạt.",
        f"Of the registered indicators (this one aside), how many were last measured for this scope at most "
        f"{FRESH_DAYS} days before the day asked about. An indicator never measured counts as not fresh.",
    ),
    rule=fresh,
    facts={
        "latest": Text("đo cho ngày {latest}", "measured for {latest}"),
        "age_days": Text("{age_days} ngày trước", "{age_days} days before"),
    },
    titles=lambda _rows, _day: {item.id: item.title for item in indicators},
)
def gather(at: ScopeAt) -> Inputs:
    """Which indicators there are is pinned in the inputs, since the register itself keeps no history."""
    latest = dict(
        Measurement.objects.filter(scope=at.code)
        .until(at.as_of, at.known_at)
        .order_by()
        .values_list("indicator")
        .annotate(Max("as_of"))
    )
    return {
        "day": at.as_of.isoformat(),
        "days": FRESH_DAYS,
        "indicators": [
            {"id": item.id, "latest": latest[item.id].isoformat() if item.id in latest else None}
            for item in indicators
            if item.id != OWN
        ],
    }
