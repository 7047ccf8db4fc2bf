"""Writes of measures: measure, ask, moderate, answer, and look at or erase what is private."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp, today
from tinhso.foundation.errors import Invalid
from tinhso.measures.contract import ScopeAt, indicators
from tinhso.measures.measuring import Measured, known_indicator, take
from tinhso.measures.models import Evidence, Measurement, PrivatePart, RuleSource
from tinhso.places.scopes import units_in
from tinhso.proof.audit import Actor, command, note, nothing_changed
from tinhso.proof.log import append


def _check_scope(scope: str, as_of: date, known_at: datetime) -> None:
    if as_of > today():
        raise Invalid(_("Ngày đo ở tương lai."), place="as_of", mend=_("Chọn hôm nay hoặc một ngày trước."))
    if known_at > timezone.now():
        raise Invalid(_("Thời điểm biết ở tương lai."), place="known_at")
    if not units_in(scope, as_of, known_at=known_at):
        raise Invalid(
            _("Phạm vi “%(scope)s” không có đơn vị nào vào ngày %(day)s.") % {"scope": scope, "day": as_of},
            place="scope",
            mend=_("Nhập danh mục đơn vị hành chính, hoặc chọn phạm vi khác."),
        )


def _write(taken: Measured) -> Measurement:
    record = taken.record
    entry = append("measurement", f"{taken.indicator.id} {taken.at.code} {taken.at.as_of}"[:200], record)
    columns = {name: record[name] for name in record if name not in ("rule", "as_of", "known_at")}
    measurement = Measurement.objects.create(
        **columns,
        rule_hash=record["rule"],
        as_of=taken.at.as_of,
        known_at=taken.at.known_at,
        record=entry.payload,
        entry=entry,
    )
    Evidence.objects.create(
        measurement=measurement,
        rows=zlib.compress(b"".join(line + b"\n" for line in taken.lines)),
        inputs=zlib.compress(taken.inputs),
    )
    if not RuleSource.objects.filter(rule_hash=record["rule"]).exists():
        modules = zlib.compress(canonical.dumps([[name, text] for name, text in taken.indicator.sources().items()]))
        RuleSource.objects.bulk_create([RuleSource(rule_hash=record["rule"], modules=modules)], ignore_conflicts=True)
    PrivatePart.objects.bulk_create(
        PrivatePart(measurement=measurement, private_hash=part.private_hash, salt=part.salt, values=part.values)
        for part in taken.private
    )
    return measurement


def measure(
    *,
    actor: Actor,
    indicator_id: str,
    scope: str,
    as_of: date,
    known_at: datetime | None = None,
    again: bool = False,
) -> Measurement:
    """Measure one indicator over a scope at the end of a day, as known at a moment (default now).

    Appends measurement, evidence and log entry together. When the last measurement of that day differs in nothing but
    `known_at`, it is returned and nothing is appended, unless `again`. Inputs with private parts are salted anew each
    time and so always differ. Invalid: unknown indicator, empty scope, a day or moment in the future, a rule that
    breaks the contract.
    """
    indicator = known_indicator(indicator_id)
    known_at = known_at or timezone.now()
    _check_scope(scope, as_of, known_at)
    # Counted outside the transaction, so that no writer waits: what was known at a moment does not change.
    return append_measured(actor=actor, taken=take(indicator, ScopeAt(scope, as_of, known_at)), again=again)


@command("measures.measure")
def append_measured(*, actor: Actor, taken: Measured, again: bool = False) -> Measurement:
    """Append a result with its evidence and its log entry, unless the last one of that day says the same."""
    about = Measurement.objects.of(taken.indicator.id, taken.at.code).filter(as_of=taken.at.as_of)
    last = about.newest_first().first()
    if last is not None and not again:
        said = canonical.dumps({**taken.record, "known_at": ""})
        if canonical.dumps({**last.record_fields(), "known_at": ""}) == said:
            nothing_changed()
            return last
    measurement = _write(taken)
    note(target=measurement.entry.subject, after={"measurement": measurement.pk, "record": taken.record})
    return measurement


def measure_all(
    *,
    actor: Actor,
    scope: str,
    as_of: date,
    indicator_ids: Iterable[str] | None = None,
    known_at: datetime | None = None,
    again: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> list[Measurement]:
    """Measure the named indicators (default all), one transaction each, so that a stop loses only the one at work.

    All at one moment of knowledge; those of this app come last and know what the others have just written.
    """
    chosen = [known_indicator(name).id for name in indicator_ids] if indicator_ids else [item.id for item in indicators]
    moment, done = known_at or timezone.now(), []
    for position, name in enumerate(sorted(chosen, key=lambda name: (_own(name), name)), 1):
        measurement = measure(
            actor=actor,
            indicator_id=name,
            scope=scope,
            as_of=as_of,
            known_at=known_at if _own(name) else moment,
            again=again,
        )
        done.append(measurement)
        say(f"[{position}/{len(chosen)}] {name} · {as_of} · {measurement.numerator}/{measurement.denominator}")
    return done


def _own(indicator_id: str) -> bool:
    return indicator_id.startswith("measures.")


@command("measures.request")
def request_measuring(*, actor: Actor, scope: str, as_of: date, indicator_ids: Iterable[str] | None = None) -> None:
    """Queue a measuring for the worker; wrong indicators, scopes and days are refused at once."""
    chosen = [known_indicator(name).id for name in indicator_ids] if indicator_ids else None
    _check_scope(scope, as_of, timezone.now())
    # Imported late: the task calls this module's measure_all.
    from tinhso.measures.tasks import measure_later

    measure_later.enqueue(
        actor_code=actor.code, actor_name=actor.name, scope=scope, as_of=as_of.isoformat(), indicator_ids=chosen
    )
    note(target=f"{scope} {as_of}", after={"indicators": chosen or "all"})


@command("measures.reveal_private")
def reveal_private(*, actor: Actor, measurement: Measurement) -> list[PrivatePart]:
    """The private parts of a measurement's evidence that were not erased; the reading itself is recorded."""
    parts = list(measurement.private_parts.order_by("id"))
    note(target=f"measurement:{measurement.pk}", after={"parts": len(parts)})
    return parts


@command("measures.erase_private")
def erase_private(*, actor: Actor, before: datetime) -> int:
    """Erase private parts of measurements made before a moment, values and salts; their hashes stay in the log."""
    erased, _by_model = PrivatePart.objects.filter(measurement__measured_at__lt=before).delete()
    if not erased:
        nothing_changed()
    note(target="measures.private", after={"before": stamp(before), "erased": erased})
    return erased
