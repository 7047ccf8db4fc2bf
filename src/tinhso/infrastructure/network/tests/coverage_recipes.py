"""Networks in states that coverage tests begin from, written as a reading would."""

import json
from datetime import date
from uuid import UUID

from django.utils import timezone

from tinhso.infrastructure.network.models import PHASE, AgencyConnection, Network, Node, Reading, Record, Span
from tinhso.places.queries import points
from tinhso.places.state import snapshot

REAL = UUID("7b1f0f0e-0000-4000-8000-000000000001")
DEMONSTRATION = UUID("7b1f0f0e-0000-4000-8000-000000000002")


def network(uuid=REAL, **fields):
    """A network without elements, in use."""
    return Network.objects.create(uuid=uuid, name=fields.pop("name", "Mạng thử"), **fields)


def point_of(code, day=date(2021, 12, 31)):
    """(lat, lon) of a commune's point in 1e-7 degree."""
    uid = snapshot(day).by_code[code].uid
    return points([uid])[uid]


def write(network, nodes=(), spans=(), phases=(), since=date(2018, 1, 1), until=None, recorded_at=None):
    """Record elements: nodes as dicts of columns with `id`, spans likewise; `data` is derived where not given."""
    clock = {"valid_from": since, "valid_to": until, "recorded_at": recorded_at or timezone.now()}

    def rows(model, items):
        for item in items:
            key = item.pop("id")
            data = json.dumps(item.pop("data", {"id": key}))
            yield model(network=network, element_id=key, data=data, **item, **clock)

    Node.objects.bulk_create(rows(Node, [{"status": "operational", **node} for node in nodes]))
    Span.objects.bulk_create(rows(Span, [{"status": "operational", **span} for span in spans]))
    Record.objects.bulk_create(rows(Record, [{"kind": PHASE, **phase} for phase in phases]))
    # A second writing of the same day replaces the reading, as an import does.
    Reading.objects.known_at().filter(network=network, valid_from=since).update(superseded_at=clock["recorded_at"])
    reading = Reading(network=network, source_name="test", source_sha256="0" * 64, nodes=len(nodes), spans=len(spans))
    reading.valid_from, reading.recorded_at = since, clock["recorded_at"]
    reading.save()


def at(code, key=None, **fields):
    """A node at a commune's point."""
    lat, lon = point_of(code)
    return {"id": key or f"n{code}", "lat_e7": lat, "lon_e7": lon, **fields}


def connect(network, agency_uid, node_id, since=date(2018, 1, 1)):
    """An agency served by a node."""
    AgencyConnection.objects.create(
        network=network, agency_uid=agency_uid, node_id=node_id, basis="test", valid_from=since
    )
