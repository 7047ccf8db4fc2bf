"""Events from a CSV file: all or nothing, shown before, taken back after."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from tinhso.files.imports import Diff, Finding, ImportRefused, Plan, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.event_file import read
from tinhso.infrastructure.outages.following import follow_soon
from tinhso.infrastructure.outages.models import FileEvent
from tinhso.proof.audit import Actor

IMPORTER = "outages.events"


def import_events(
    *, actor: Actor, network: Network, source_name: str, content: bytes, dry_run: bool = False
) -> tuple[ImportBatch | None, Diff, list[Finding]]:
    """Import a CSV file of events; ImportRefused lists every faulty line. Outages follow in the same step."""
    found = read(content, network, timezone.now())
    if any(finding.fatal for finding in found.findings):
        raise ImportRefused(found.findings)
    plans = [Plan(("network_id", "key"), FileEvent.objects.filter(network=network), list(found.events.values()))]
    if dry_run:
        return None, compare(plans), found.findings
    batch, diff = apply_import(
        actor=actor,
        importer=IMPORTER,
        source_name=source_name,
        source_sha256=hashlib.sha256(content).hexdigest(),
        plan=lambda: plans,
    )
    if batch is not None:
        follow_soon(network)
    return batch, diff, found.findings
