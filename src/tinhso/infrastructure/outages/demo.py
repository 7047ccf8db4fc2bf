"""The demonstration's outages: seeded alarms of the last months on the demonstration network, a window to come."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM, today
from tinhso.foundation.demo import demo_step
from tinhso.infrastructure.network.design.document import network_uuid
from tinhso.infrastructure.network.models import Network, Span
from tinhso.infrastructure.outages import codes, commands
from tinhso.infrastructure.outages.alertmanager import NO_TIME, parse
from tinhso.infrastructure.outages.following import follow
from tinhso.infrastructure.outages.models import Contact, Notice, Outage, Source
from tinhso.infrastructure.outages.notices import affected_agencies
from tinhso.infrastructure.resilience.impact import impact_on
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.proof.audit import SYSTEM, Actor

SLUG = "nms-trinh-dien"
APPROVER = Actor("demonstration", "Người duyệt trình diễn")
CAUSES = ("works", "power", "equipment", "cable", "weather", "works", "animal", "accident")
MONTHS, LOOKED_AT, MOST_UNITS = 5, 1000, 8
# How many outages that cut off units, agencies alone, and nobody.
WANTED = {"units": 6, "agencies": 5, "nobody": 3}


@demo_step("outages", order=36)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Send the alarms of the last months through the same door as any sender's; repeating it changes nothing."""
    network = Network.objects.filter(uuid=network_uuid(province_code), demonstration=True).first()
    if network is None:
        return
    if Source.objects.filter(slug=SLUG).exists():
        say(_("Sự cố trình diễn: đã có"))
        return
    chance = random.Random(f"outages/{province_code}")  # noqa: S311 (seeded, for a demonstration)
    chosen = _spans(network, chance)
    if not any(chosen.values()):
        return
    with transaction.atomic():  # all or nothing, so that a start that was killed begins anew
        source, _secrets = commands.register_source(
            actor=SYSTEM, slug=SLUG, name="Hệ thống quản lý mạng trình diễn", network=network, demonstration=True
        )
        for span in [span for listed in chosen.values() for span in listed]:
            start = _moment(chance)
            flap = timedelta(minutes=3)
            end = start + timedelta(minutes=chance.choice((18, 35, 47, 62, 95, 140, 210, 400)))
            _report(source, span, start, start + flap)
            _report(source, span, start + 2 * flap - timedelta(minutes=1), end)
        follow(actor=SYSTEM, network=network)
        _handle(network, chance)
        _promise()
        if chosen["units"]:
            _plan(network, chosen["units"][0])
    count = Outage.objects.filter(network=network).count()
    say(_("Sự cố trình diễn: %(count)d") % {"count": count})


def _spans(network: Network, chance: random.Random) -> dict[str, list[str]]:
    """Spans by whom their cut takes, as many as are wanted of each."""
    day = today()
    ready = prepared_for(network, day)
    rows = Span.objects.filter(network=network, status="operational").as_of(day)
    listed = sorted(rows.values_list("element_id", flat=True))
    chance.shuffle(listed)
    chosen: dict[str, list[str]] = {kind: [] for kind in WANTED}
    for span in listed[:LOOKED_AT]:
        if all(len(chosen[kind]) == count for kind, count in WANTED.items()):
            break
        lost = impact_on(ready, spans=[span])
        kind = "units" if lost.units else "agencies" if lost.agencies else "nobody"
        if len(lost.units) <= MOST_UNITS and len(chosen[kind]) < WANTED[kind]:
            chosen[kind].append(span)
    return chosen


def _moment(chance: random.Random) -> datetime:
    day = today() - timedelta(days=chance.randint(2, 30 * MONTHS))
    return datetime.combine(day, time(chance.randint(0, 23), chance.randint(0, 59)), VIETNAM)


def _report(source: Source, span: str, start: datetime, end: datetime) -> None:
    """What Alertmanager would have sent: firing, then resolved."""
    for status, ends, heard in (("firing", None, start), ("resolved", end, end)):
        alert = {
            "status": status,
            "labels": {"alertname": "LinkDown", "severity": "critical", "span": span},
            "startsAt": start.astimezone(UTC).isoformat(),
            "endsAt": ends.astimezone(UTC).isoformat() if ends else NO_TIME,
        }
        body = json.dumps({"version": "4", "status": status, "alerts": [alert]}).encode()
        commands.receive(actor=SYSTEM, source=source, payload=parse(body), moment=heard + timedelta(seconds=20))


def _handle(network: Network, chance: random.Random) -> None:
    """Causes, closing, and notices as they would have been written then: all but the last, which awaits closing."""
    rows = list(Outage.objects.filter(network=network).live().select_related("impact").order_by("started_at", "pk"))
    for number, outage in enumerate(rows):
        agencies = affected_agencies(outage)
        for uid in agencies:
            name = re.sub(r"[^a-z0-9]+", "-", uid.lower()).strip("-")
            if name and not Contact.objects.known_at().filter(agency_uid=uid).exists():
                commands.set_contact(actor=SYSTEM, agency_uid=uid, email=f"{name[:60]}@trinh-dien.example")
        late = timedelta(minutes=20) if number % 5 == 3 else timedelta(0)
        Notice.objects.bulk_create(
            Notice(
                outage=outage,
                kind="outage",
                agency_uid=uid,
                at=outage.started_at + timedelta(minutes=chance.randint(8, 26)) + late,
                actor_code=SYSTEM.code,
                actor_name=SYSTEM.name,
                message_key=f"demonstration:{outage.uid.hex}:{uid}"[:120],
            )
            for uid in agencies
        )
        if number < len(rows) - 1:
            commands.set_cause(actor=SYSTEM, outage=outage, cause=CAUSES[number % len(CAUSES)])
            commands.close_outage(actor=SYSTEM, outage=outage, text="Dữ liệu trình diễn")


def _promise() -> None:
    day = today().replace(day=1) - timedelta(days=365)
    for subject in codes.SUBJECTS:
        commands.promise(
            actor=SYSTEM,
            subject=subject,
            key="",
            availability=995_000,
            valid_from=day.replace(day=1),
            basis="Mức trình diễn, không phải cam kết thật",
        )


def _plan(network: Network, span: str) -> None:
    start = timezone.localtime().replace(hour=22, minute=0, second=0, microsecond=0) + timedelta(days=14)
    window = commands.plan_maintenance(
        actor=SYSTEM,
        network=network,
        title="Thay cáp đoạn xuống cấp (trình diễn)",
        elements=[(codes.SPAN, span)],
        starts_at=start,
        ends_at=start + timedelta(hours=4),
        works="Dữ liệu trình diễn",
    )
    commands.approve_window(actor=APPROVER, window=window)
