"""How a search went, as SVG geometry: coordinates for templates, no styling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.infrastructure.planning.models import Progress

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 240, 12, 12, 30, 34


@dataclass(frozen=True)
class Chart:
    """What was found and its bound over time, as SVG point lists (steps); `highest`, `lowest`: the ends of the scale,
    in đồng or people; `seconds`: the whole time."""

    found: str
    bound: str
    highest: int
    lowest: int
    seconds: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def search_chart(points: Sequence[Progress], *, people: bool) -> Chart | None:
    """The chart of a search (oldest point first): people served, or cost, against the bound; None before the first.

    A search taken up again counts its time anew; here it goes on where it stopped.
    """
    before, last, moments = 0, 0, []
    for point in points:
        before += last if point.after_ms < last else 0
        last = point.after_ms
        moments.append((before + last, point.value if people else point.cost, point.bound))
    values = [value for _ms, *pair in moments for value in pair if value is not None]
    if not values:
        return None
    low, high, first = min(values), max(values), moments[0][0]
    span, time = max(high - low, 1), max((moments[-1][0] - first) * 21 // 20, 1)

    def steps(column: int) -> str:
        drawn: list[str] = []
        y = None
        for moment in moments:
            x = LEFT + (moment[0] - first) * (WIDTH - LEFT - RIGHT) // time
            if y is not None:
                drawn.append(f"{x},{y}")
            if (value := moment[column]) is not None:
                y = HEIGHT - BOTTOM - (value - low) * (HEIGHT - TOP - BOTTOM) // span
                drawn.append(f"{x},{y}")
        if y is not None:
            # Both still hold after the last step.
            drawn.append(f"{WIDTH - RIGHT},{y}")
        return " ".join(drawn)

    return Chart(steps(1), steps(2), high, low, -(-moments[-1][0] // 1000))
