"""The number the programme answers for itself: how much of what was promised can be measured at all."""

from tinhso.foundation.text import Text
from tinhso.measures.contract import RATIO, Inputs, ScopeAt, indicator
from tinhso.programme.models import Agreement, Commitment
from tinhso.programme.queries import commitment_texts
from tinhso.programme.rules import commitments_measurable


@indicator(
    id="programme.commitments_measurable",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Cam kết đo được", "Commitments that can be measured"),
    words=Text(
        "Số cam kết đang có hiệu lực nêu đủ chỉ số, chỉ tiêu, thời hạn và cơ quan chịu trách nhiệm, "
        "trên tổng số cam kết đang có hiệu lực của các thỏa thuận trong phạm vi.",
        "Commitments in force that name an indicator, a target, a day and an owner, "
        "out of all commitments in force of the agreements over the scope.",
    ),
    rule=commitments_measurable,
    facts={"missing": Text("còn thiếu: {missing}", "missing: {missing}")},
    values={
        "missing": {
            "indicator": Text("chỉ số", "indicator"),
            "target": Text("chỉ tiêu", "target"),
            "due": Text("thời hạn", "day"),
            "owner": Text("cơ quan chịu trách nhiệm", "owner"),
        }
    },
    titles=commitment_texts,
)
def gather(scope: ScopeAt) -> Inputs:
    """Commitments in force, as known, of the agreements over exactly this scope."""
    heads = Agreement.objects.as_of(scope.as_of, scope.known_at).of_scope(scope.code)
    rows = Commitment.objects.as_of(scope.as_of, scope.known_at).filter(
        agreement__in=list(heads.values_list("uid", flat=True))
    )
    return {
        "commitments": [
            {
                "uid": row.uid,
                "owner": row.owner_uid,
                "indicator": row.indicator,
                "comparator": row.comparator,
                "target_numerator": row.target_numerator,
                "target_denominator": row.target_denominator,
                "due": row.due.isoformat() if row.due else None,
            }
            for row in rows.order_by("uid", "valid_from")
        ]
    }
