"""Telling agencies by e-mail: which of them, and in what words. Units and agencies are named, elements never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import override

from tinhso.delivery.commands import queue_email
from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.models import Contact, MaintenanceWindow, Notice, Outage
from tinhso.places.queries import in_chunks
from tinhso.proof.audit import Actor

SUBJECTS = {
    "outage": Text("Sự cố mạng {code}", "Network outage {code}"),
    "restored": Text("Mạng đã khôi phục {code}", "Network restored {code}"),
    "maintenance": Text("Bảo trì mạng {code}", "Network maintenance {code}"),
    "cancelled": Text("Hủy bảo trì mạng {code}", "Network maintenance cancelled {code}"),
}
BODIES = {
    "outage": Text(
        "Kính gửi {agency}: đường truyền của quý cơ quan bị gián đoạn từ {start}. Đơn vị vận hành đang khắc phục và "
        "sẽ báo khi khôi phục.",
        "To {agency}: your line has been interrupted since {start}. The operator is repairing it and will tell you "
        "when it is restored.",
    ),
    "restored": Text(
        "Kính gửi {agency}: đường truyền bị gián đoạn từ {start} đã khôi phục lúc {end}.",
        "To {agency}: the interruption that began at {start} ended at {end}.",
    ),
    "maintenance": Text(
        "Kính gửi {agency}: theo kế hoạch bảo trì, đường truyền của quý cơ quan sẽ gián đoạn trong khoảng từ {start} "
        "đến {end}.",
        "To {agency}: by planned maintenance your line will be interrupted between {start} and {end}.",
    ),
    "cancelled": Text(
        "Kính gửi {agency}: kế hoạch bảo trì từ {start} đến {end} đã hủy; đường truyền không bị gián đoạn.",
        "To {agency}: the maintenance planned from {start} to {end} is cancelled; your line stays up.",
    ),
}


DUE = Text("Dự kiến có lại lúc {}.", "Service is expected back at {}.")


@dataclass(frozen=True)
class Told:
    """Agencies told now, told before, and those without an address, by uid."""

    sent: frozenset[str]
    before: frozenset[str]
    unreachable: frozenset[str]


def outage_kind(outage: Outage) -> str:
    """What there is to tell of an outage now."""
    return "outage" if outage.ended_at is None else "restored"


def affected_agencies(outage: Outage) -> list[str]:
    """Agencies an outage cuts off, sorted."""
    if outage.impact is None:
        return []
    return sorted(outage.impact.affected.filter(kind=codes.AGENCY).values_list("key", flat=True))


def addresses(uids: list[str]) -> dict[str, list[Contact]]:
    """By agency, the mailboxes in force."""
    found: dict[str, list[Contact]] = {}
    for chunk in in_chunks(uids):
        for contact in Contact.objects.known_at().filter(agency_uid__in=chunk).order_by("id"):
            found.setdefault(contact.agency_uid, []).append(contact)
    return found


def announce(
    actor: Actor,
    *,
    outage: Outage | None = None,
    window: MaintenanceWindow | None = None,
    kind: str = "",
    agencies: list[str] | None = None,
    text: str = "",
) -> Told:
    """Queue the e-mails and write the notices, inside the transaction of the command that decided it."""
    subject = outage or window
    if subject is None:
        raise ValueError("a notice is about an outage or a window")
    if outage is not None:
        kind = outage_kind(outage)
        agencies = affected_agencies(outage)
    uids = agencies or []
    before = set(
        Notice.objects.filter(outage=outage, window=window, kind=kind).values_list("agency_uid", flat=True)
    ) & set(uids)
    boxes = addresses([uid for uid in uids if uid not in before])
    names = agencies_by_uid(boxes)
    moment = timezone.now()
    notices = []
    for uid, contacts in sorted(boxes.items()):
        name = names[uid].title if uid in names else Text(uid, uid)
        for contact in contacts:
            key = f"outages:{subject.uid.hex}:{kind}:{contact.pk}"
            title, body = wording(kind, subject, name, text)
            queue_email(to=contact.email, subject=title, body=body, key=key)
            notices.append(
                Notice(
                    outage=outage,
                    window=window,
                    kind=kind,
                    agency_uid=uid,
                    at=moment,
                    actor_code=actor.code,
                    actor_name=actor.name[:200],
                    message_key=key,
                )
            )
    Notice.objects.bulk_create(notices, batch_size=500)
    return Told(frozenset(boxes), frozenset(before), frozenset(uids) - before - boxes.keys())


def wording(kind: str, subject: Outage | MaintenanceWindow, agency: Text, text: str) -> tuple[str, str]:
    """Subject and body in Vietnamese, then English."""
    end = subject.ended_at if isinstance(subject, Outage) else subject.ends_at
    titles, bodies = [], []
    for language in ("vi", "en"):
        with override(language):
            told = {
                "code": subject.code,
                "agency": str(agency),
                "start": when(subject.started_at if isinstance(subject, Outage) else subject.starts_at),
                "end": when(end),
            }
            due = subject.expected_at if isinstance(subject, Outage) and kind == "outage" else None
            titles.append(str(SUBJECTS[kind]).format(**told))
            bodies.append(" ".join([str(BODIES[kind]).format(**told), *([str(DUE).format(when(due))] if due else [])]))
    return titles[0], "\n\n".join(part for part in (bodies[0], text, bodies[1], subject.code) if part)


def when(moment: datetime | None) -> str:
    """A moment on the clocks of Vietnam."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if moment else "—"
