"""Where network management systems report."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from tinhso.foundation.errors import problems
from tinhso.identity.signed_bodies import body_of
from tinhso.infrastructure.outages.alertmanager import parse
from tinhso.infrastructure.outages.commands import receive
from tinhso.infrastructure.outages.following import follow_soon
from tinhso.infrastructure.outages.senders import sender_of
from tinhso.proof.audit import Actor

router = Router(tags=["outages"])
#: More new reports than this at once are followed by the worker within a minute, not while the sender waits.
AT_ONCE = 200

BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["version", "alerts"],
                    "properties": {
                        "version": {"type": "string", "enum": ["4"]},
                        "truncatedAlerts": {"type": "integer"},
                        "alerts": {
                            "type": "array",
                            "maxItems": 5000,
                            "items": {
                                "type": "object",
                                "required": ["status", "labels", "startsAt"],
                                "properties": {
                                    "status": {"type": "string", "enum": ["firing", "resolved"]},
                                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                                    "startsAt": {"type": "string", "format": "date-time"},
                                    "endsAt": {"type": "string", "format": "date-time"},
                                    "fingerprint": {"type": "string"},
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}


class RefusedAlertOut(Schema):
    """An alert that could not be read: its place in the body, and why."""

    place: str
    reason: str


class ReceivedOut(Schema):
    """`new` reports kept, `known` ones that repeat, `ignored` alerts this sender was not registered for, `refused`
    ones that could not be read, `truncated` those the sender says it left out."""

    new: int
    known: int
    ignored: int
    refused: list[RefusedAlertOut]
    truncated: int


@router.post(
    "/hooks/{source}/alertmanager",
    response=ReceivedOut,
    auth=None,
    summary="Alarms from Prometheus Alertmanager (webhook version 4)",
    openapi_extra={**BODY, **problems(401, 429)},
)
def alertmanager(request: HttpRequest, source: str) -> dict[str, Any]:
    """Repeats, batches, late and contradictory notifications are all welcome: every report is kept once."""
    body = body_of(request, _("Đặt max_alerts nhỏ hơn hoặc chia nhóm cảnh báo."))
    sender = sender_of(request, source, body)
    payload = parse(body)
    done = receive(actor=Actor(f"source:{sender.slug}", sender.name), source=sender, payload=payload)
    if 0 < done.new <= AT_ONCE:
        follow_soon(sender.network)
    return {
        **vars(done),
        "refused": [vars(one) for one in payload.refused[:100]],
        "truncated": payload.truncated,
    }
