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
    for measurement in Measurement.objects.of(indicator_id, scope).until(known_at=known_at).newest_first():
        by_day.setdefault(measurement.as_of, measurement)
    return sorted(by_day.values(), key=lambda measurement: measurement.as_of)


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
