"""Reads of figures: the latest, the series, the rows behind a number."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q

from tinhso.measures.contract import Inputs
from tinhso.measures.models import Evidence, Measurement, RuleSource

SIGNING_PROVINCE = "signing-province"


def latest(
    indicator_id: str, scope: str, day: date | None = None, known_at: datetime | None = None
) -> Measurement | None:
    """The measurement that speaks for a day: the last day measured not after it, as last known."""
    return Measurement.objects.of(indicator_id, scope).until(day, known_at).newest_first().first()


def latest_each(
    scope: str, day: date | None = None, indicator_ids: Iterable[str] | None = None, known_at: datetime | None = None
) -> dict[str, Measurement]:
    """The latest measurement of every indicator measured in a scope, by indicator id."""
    found = Measurement.objects.filter(scope=scope).until(day, known_at)
    if indicator_ids is not None:
        found = found.filter(indicator__in=list(indicator_ids))
    last_days = found.order_by().values_list("indicator").annotate(Max("as_of"))
    wanted = Q(pk__in=[])
    for indicator_id, as_of in last_days:
        wanted |= Q(indicator=indicator_id, as_of=as_of)
    newest: dict[str, Measurement] = {}
    for measurement in found.filter(wanted).newest_first():
        newest.setdefault(measurement.indicator, measurement)
    return dict(sorted(newest.items()))


def series(indicator_id: str, scope: str, known_at: datetime | None = None) -> list[Measurement]:
    """One measurement per day measured, as last known, oldest day first."""
    by_day: dict[date, Measurement] = {}
    found = Measurement.objects.of(indicator_id, scope).until(known_at=known_at).defer("record")
    for measurement in found.newest_first():
        by_day.setdefault(measurement.as_of, measurement)
    return [by_day[day] for day in sorted(by_day)]


def series_each(scope: str, indicator_ids: Iterable[str], until: date | None = None) -> dict[str, list[Measurement]]:
    """The series of several indicators, in one query."""
    found: dict[str, dict[date, Measurement]] = {}
    chosen = Measurement.objects.filter(scope=scope, indicator__in=list(indicator_ids)).until(until).defer("record")
    for measurement in chosen.newest_first():
        found.setdefault(measurement.indicator, {}).setdefault(measurement.as_of, measurement)
    return {name: [by_day[day] for day in sorted(by_day)] for name, by_day in found.items()}


def row_lines(measurement: Measurement) -> list[bytes]:
    """The canonical bytes of each row, in key order."""
    return zlib.decompress(Evidence.objects.values_list("rows", flat=True).get(measurement=measurement)).splitlines()


def rows(measurement: Measurement) -> list[dict[str, Any]]:
    """The rows a measurement counted, in key order."""
    return [json.loads(line) for line in row_lines(measurement)]


def inputs_text(measurement: Measurement) -> bytes:
    """The canonical bytes of what the rows were derived from."""
    return zlib.decompress(Evidence.objects.values_list("inputs", flat=True).get(measurement=measurement))


def inputs(measurement: Measurement) -> Inputs:
    """What the rows were derived from, as the rule took it."""
    return json.loads(inputs_text(measurement))


def rule_sources(measurement: Measurement) -> dict[str, str]:
    """Source text by module of the rule a measurement was counted by, the rule itself first."""
    return dict(json.loads(zlib.decompress(RuleSource.objects.get(rule_hash=measurement.rule_hash).modules)))


def evidence_lines(measurements: Iterable[Measurement]) -> list[tuple[int, bytes]]:
    """Measurement id and the bytes of its rows, in one query."""
    found = Evidence.objects.filter(measurement__in=[measurement.pk for measurement in measurements])
    return [(pk, zlib.decompress(rows)) for pk, rows in found.values_list("measurement_id", "rows")]


def row_of(lines: bytes, key: str) -> dict[str, Any] | None:
    """The row with a key, found without reading the others."""
    mark = b'"key":' + json.dumps(key, ensure_ascii=False).encode()
    at = lines.find(mark)
    while at >= 0:
        start, end = lines.rfind(b"\n", 0, at) + 1, lines.find(b"\n", at)
        row = json.loads(lines[start:end])
        if row["key"] == key:
            return row
        at = lines.find(mark, end)
    return None
