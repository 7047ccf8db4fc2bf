"""The number planning answers for: is what was approved in service when it was due?"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import Span
from tinhso.infrastructure.network.pseudonyms import pseudonyms
from tinhso.infrastructure.network.situation import Situation, situation
from tinhso.infrastructure.planning.models import Decision, PlannedPhase
from tinhso.infrastructure.planning.models.works import APPROVED
from tinhso.infrastructure.planning.rules import on_time
from tinhso.measures.contract import RATIO, Inputs, ScopeAt, indicator


def titles(rows: list[dict[str, Any]], _day: date) -> dict[str, Text | str]:
    """The phases' names by their keys (plan, number)."""
    wanted = {row["key"] for row in rows}
    phases = PlannedPhase.objects.filter(result__run__uid__in={key.partition("/")[0] for key in wanted})
    return {
        key: Text(f"{title} – đợt {number}", f"{title} – phase {number}")
        for uid, number, title in phases.values_list("result__run__uid", "number", "result__run__plan__title")
        if (key := f"{uid}/{number}") in wanted
    }


def _decided(at: ScopeAt) -> dict[int, Decision]:
    """By phase, the decision in force at the moment of knowing, where it is an approval."""
    rows = Decision.objects.filter(at__lte=at.known_at).order_by("id").select_related("phase__result__run__plan")
    latest = {row.phase_id: row for row in rows}
    return {key: row for key, row in latest.items() if row.verdict == APPROVED}


@indicator(
    id="planning.delivered_on_time",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Mét cáp theo kế hoạch hoàn thành đúng hạn", "Planned cable delivered on time"),
    words=Text(
        "Trong số mét cáp của các đợt đã duyệt có hạn tới cuối ngày đó, bao nhiêu mét đang hoạt động vào cuối ngày hạn "
        "của đợt. Mỗi đoạn cáp tính chiều dài theo phương án; đoạn được coi là đúng hạn khi hồ sơ mạng cuối ngày hạn "
        "ghi nó “operational”. Tính các đợt có ít nhất một đoạn chạm phạm vi, của các mạng được đo; duyệt lại với "
        "hạn khác thì lấy hạn mới nhất, lịch sử quyết định vẫn còn. Mạng được đo: các mạng đang dùng có nút trong phạm "
        "vi; khi có mạng thật thì mạng trình diễn không được tính.",
        "Of the metres of cable in approved phases due by the end of the day, how many were in service at the end of "
        "their phase's due day. Each span weighs its planned length; it is on time when the network's record of the "
        "due day says “operational”. Counted are phases with at least one span that touches the scope, of the measured "
        "networks; a phase approved anew counts by its newest due day, and the decisions stay on record. Measured "
        "networks: those in use with a node in the scope; demonstration networks only while no real one is there.",
    ),
    rule=on_time,
    depends_on=(
        "tinhso.infrastructure.network.situation",
        "tinhso.infrastructure.network.placement",
        "tinhso.infrastructure.network.pseudonyms",
    ),
    facts={
        "due_on": Text("hạn {due_on}", "due {due_on}"),
        "metres_late": Text("trễ hạn {metres_late} m", "{metres_late} m late"),
        "spans": Text("{spans} đoạn cáp", "spans: {spans}"),
        "spans_without_length": Text(
            "không rõ chiều dài: {spans_without_length} đoạn", "without a length: {spans_without_length}"
        ),
    },
    values={
        "state": {
            "on_time": Text("Đúng hạn", "On time"),
            "partial": Text("Một phần đúng hạn", "Partly on time"),
            "late": Text("Trễ hạn", "Late"),
        }
    },
    titles=titles,
)
def gather(at: ScopeAt) -> Inputs:
    """Approved phases with the status of each span on its due day and on the day asked about."""
    now = situation(at.code, at.as_of, at.known_at)
    phases = [_phase(now, decision, at) for decision in _decided(at).values() if decision.due_on is not None]
    found = [phase for phase in phases if phase is not None]
    return {
        "scope": at.code,
        "as_of": at.as_of.isoformat(),
        "networks": [
            {"network": str(one.state.network.uuid), "demonstration": one.state.network.demonstration}
            for one in now.serving
        ],
        "phases": sorted(found, key=lambda phase: phase["phase"]),
    }


def _phase(now: Situation, decision: Decision, at: ScopeAt) -> Inputs | None:
    """A phase as the rule sees it; None where none of its spans touches the scope's measured networks."""
    phase = decision.phase
    run = phase.result.run
    one = next((one for one in now.serving if one.state.network.pk == run.plan.network_id), None)
    if one is None or decision.due_on is None:
        return None
    rows = list(phase.built_spans.values_list("span_id", "start_id", "end_id", "start_unit", "end_unit", "length_m"))
    codes = {unit.code for unit in now.units} | {part.code for parts in now.parts.values() for part in parts}
    if not any(
        start in one.placed or end in one.placed or first in codes or second in codes
        for _id, start, end, first, second, _metres in rows
    ):
        return None
    known: dict[date, dict[str, str]] = defaultdict(dict)
    for day in {decision.due_on, at.as_of}:
        found = Span.objects.filter(network=run.plan.network, element_id__startswith=f"p{run.uid.hex[:10]}-")
        known[day] = dict(found.as_of(day, at.known_at).values_list("element_id", "status"))
    names = pseudonyms(f"{one.state.network.uuid}/span", [row[0] for row in rows])
    spans = [
        {
            "span": names[row[0]],
            "metres": row[5],
            "status_on_due_day": known[decision.due_on].get(row[0], "absent"),
            "status": known[at.as_of].get(row[0], "absent"),
        }
        for row in rows
    ]
    return {
        "phase": f"{run.uid}/{phase.number}",
        "due_on": decision.due_on.isoformat(),
        "approved_on": decision.at.date().isoformat(),
        "spans": sorted(spans, key=lambda span: str(span["span"])),
    }
