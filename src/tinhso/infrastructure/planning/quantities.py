"""Bills of quantities: what a phase takes, at which price, line by line; the lines add up to the phase's cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tinhso.foundation.text import Text
from tinhso.infrastructure.planning.models import CROSSINGS, METHODS, CostModel, PlannedPhase
from tinhso.infrastructure.planning.models.costs import CROSSING, METHOD, NODE, NODES, YEAR

METRE = Text("m", "m")
PIECE = Text("cái", "each")
ROUNDING = Text("Làm tròn từng đoạn", "Rounding of each span")
PRICE_CHANGE = Text("Hệ số giá của năm", "Price change of the year")


@dataclass(frozen=True)
class Line:
    """One line: `price` đồng per km for metres, else per piece; None where the amount is a difference."""

    title: Text
    quantity: int | None
    unit: Text | None
    price: int | None
    amount: int


def bill(phase: PlannedPhase, costs: CostModel) -> list[Line]:
    """The lines of a phase: lengths by method, crossings, span ends, what rounding each span up adds, and what the
    year's prices change."""
    prices = costs.prices()
    metres: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    base = 0
    for span in phase.built_spans.all():
        metres[span.method] += span.length_m
        base += span.cost
        for name, count in zip(CROSSINGS, (span.rivers, span.roads, span.rails), strict=True):
            counts[name] += count
        counts["site"] += span.sites
        counts["junction"] += span.junctions
    lines = [
        Line(_per_km(METHODS[name].title), length, METRE, prices[METHOD][name], length * prices[METHOD][name] // 1000)
        for name, length in sorted(metres.items())
    ]
    for kind, titles in ((CROSSING, CROSSINGS), (NODE, NODES)):
        for name, title in titles.items():
            if counts[name] and (price := prices[kind].get(name, 0)):
                lines.append(Line(title, counts[name], PIECE, price, counts[name] * price))
    if rest := base - sum(line.amount for line in lines):
        lines.append(Line(ROUNDING, None, None, None, rest))
    factor = prices[YEAR].get(str(phase.year), 1000)
    if change := phase.cost - base:
        percent = Text(f"{PRICE_CHANGE.vi} {phase.year}: ×{factor / 1000:g}", f"{PRICE_CHANGE.en} {phase.year}")
        lines.append(Line(percent, None, None, None, change))
    return lines


def _per_km(title: Text) -> Text:
    return Text(f"{title.vi} (đơn giá mỗi km)", f"{title.en} (price per km)")


def total(lines: Iterable[Line]) -> int:
    """What the lines add up to, in đồng."""
    return sum(line.amount for line in lines)
