"""The demonstration's reliability and shared risks: assumptions, labelled so, drawn from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from django.utils.translation import gettext as _

from tinhso.foundation.demo import demo_step
from tinhso.infrastructure.network.design.document import network_uuid
from tinhso.infrastructure.network.design.plan import BEGIN
from tinhso.infrastructure.network.models import Network, Span
from tinhso.infrastructure.resilience.commands import record_group, record_reliability
from tinhso.infrastructure.resilience.models import DEPLOYMENT, NODES, SPANS
from tinhso.proof.audit import SYSTEM

SEED = "tinhso-demonstration-resilience-1"
SOURCE = "Giả định của dữ liệu trình diễn, không phải số đo của doanh nghiệp nào"
# target, subject, hours between failures (of one kilometre for cables), minutes to repair
RATES = (
    (DEPLOYMENT, "belowGround", 1_750_000, 480),
    (DEPLOYMENT, "aboveGround", 440_000, 360),
    (SPANS, "", 875_000, 420),
    (NODES, "", 87_600, 180),
)
GROUPS = (
    ("cau-1", "Cầu chung số 1 (trình diễn)", "bridge"),
    ("cau-2", "Cầu chung số 2 (trình diễn)", "bridge"),
    ("cong-be", "Cống bể chung tại trung tâm (trình diễn)", "duct"),
    ("tuyen-cot", "Tuyến cột chung (trình diễn)", "pole_line"),
)


@demo_step("resilience", order=32)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Rates for all elements, and a few groups of spans that end at one node."""
    network = Network.objects.filter(uuid=network_uuid(province_code)).first()
    if network is None:
        return
    for target, subject, hours, minutes in RATES:
        record_reliability(
            actor=SYSTEM,
            network=network,
            target=target,
            subject=subject,
            mtbf_hours=hours,
            mttr_minutes=minutes,
            per_km=target != NODES,
            valid_from=BEGIN,
            source=SOURCE,
        )
    for (code, name, kind), spans in zip(GROUPS, neighbours(network, as_of, len(GROUPS)), strict=False):
        record_group(
            actor=SYSTEM,
            network=network,
            code=code,
            name=name,
            kind=kind,
            spans=spans,
            nodes=[],
            valid_from=as_of,
            source=SOURCE,
        )
    say(_("Độ tin cậy và nhóm rủi ro chung của mạng trình diễn (giả định)"))


def neighbours(network: Network, day: date, count: int) -> list[list[str]]:
    """Sets of two spans in service that end at one node and might share a bridge, each span once."""
    meeting: dict[str, list[str]] = {}
    rows = Span.objects.filter(network=network, status="operational").as_of(day)
    for span, start, end in sorted(rows.values_list("element_id", "start_id", "end_id")):
        meeting.setdefault(start, []).append(span)
        meeting.setdefault(end, []).append(span)
    rng = Random(SEED)  # noqa: S311
    used: set[str] = set()
    found: list[list[str]] = []
    nodes = sorted(node for node, spans in meeting.items() if len(spans) >= 3)
    rng.shuffle(nodes)
    for node in nodes:
        free = [span for span in meeting[node] if span not in used]
        if len(free) >= 2 and len(found) < count:
            found.append(rng.sample(free, 2))
            used.update(found[-1])
    return found
