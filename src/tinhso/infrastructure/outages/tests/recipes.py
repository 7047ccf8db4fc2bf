"""A small network, its sender and its alarms, that tests begin from.

Core K; a ring K-A-B-K, then B-C-D in a row: cutting `bc` takes Cường (400 people) and Dũng (800).
"""

import json
from datetime import UTC, datetime, timedelta

from tinhso.identity.models import User
from tinhso.identity.models.people import RoleGrant
from tinhso.infrastructure.outages.alertmanager import parse
from tinhso.infrastructure.outages.commands import receive, register_source
from tinhso.infrastructure.outages.following import follow
from tinhso.infrastructure.resilience.tests.recipes import AN, BINH, CUONG, DUNG, drawn, territory
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.audit import SYSTEM

T0 = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
NOT_YET = "0001-01-01T00:00:00Z"
WAYS = "ka=K-A ab=A-B bk=B-K bc=B-C cd=C-D"
HOMES = {"A": AN, "B": BINH, "C": CUONG, "D": DUNG}


def province(folder):
    """The territory and its network."""
    territory(folder)
    return drawn(WAYS, HOMES, core="K", name="Mạng thử nghiệm")


def minutes(count):
    """A moment so many minutes after T0."""
    return T0 + timedelta(minutes=count)


def rfc(moment):
    return moment.isoformat().replace("+00:00", "Z")


def alert(labels, starts, ends=None, status=None, fingerprint=None, **more):
    """An alert as Alertmanager writes it; times in minutes after T0."""
    labels = {"alertname": "LinkDown", "severity": "critical", **labels}
    return {
        "status": status or ("firing" if ends is None else "resolved"),
        "labels": labels,
        "annotations": {"summary": "gọi anh Ba 0912345678"},
        "startsAt": rfc(minutes(starts)),
        "endsAt": NOT_YET if ends is None else rfc(minutes(ends)),
        "generatorURL": "http://prometheus.local/graph?g0.expr=up",
        "fingerprint": fingerprint or f"{abs(hash(tuple(sorted(labels.items())))):016x}"[:16],
        **more,
    }


def body(*alerts, **more):
    """A whole notification."""
    firing = any(one["status"] == "firing" for one in alerts)
    return json.dumps(
        {
            "receiver": "tinhso",
            "status": "firing" if firing else "resolved",
            "alerts": list(alerts),
            "groupLabels": {"alertname": "LinkDown"},
            "commonLabels": {"alertname": "LinkDown"},
            "commonAnnotations": {},
            "externalURL": "http://alertmanager.local:9093",
            "version": "4",
            "groupKey": '{}:{alertname="LinkDown"}',
            "truncatedAlerts": 0,
            **more,
        }
    ).encode()


def source(network, slug="nms", **given):
    """A registered sender and its secrets."""
    return register_source(actor=TESTER, slug=slug, name="NMS thử", network=network, **given)


def send(sender, *alerts, received=600, following=True):
    """Receive alerts `received` minutes after T0 (None: now), and follow."""
    done = receive(
        actor=SYSTEM,
        source=sender,
        payload=parse(body(*alerts)),
        moment=None if received is None else minutes(received),
    )
    if following:
        follow(actor=SYSTEM, network=sender.network)
    return done


def person(role, username=None):
    """A person with a role."""
    user = User.objects.create_user(username or role, full_name=f"Người {role}")
    RoleGrant.objects.create(
        user=user, role=role, valid_from=datetime(2020, 1, 1).date(), granted_by="system", granted_by_name="system"
    )
    return user
