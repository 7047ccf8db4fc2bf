"""Senders, what they send, and what their names mean."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.sealing import seal, token_hash
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.alertmanager import Payload, Told
from tinhso.infrastructure.outages.codes import ELEMENTS
from tinhso.infrastructure.outages.models import Alias, Event, Source
from tinhso.infrastructure.outages.reports import IGNORED, Names
from tinhso.places.queries import in_chunks
from tinhso.proof.audit import Actor, command, note, nothing_changed

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")

TAKEN = ("chua-khop",)  # pages that stand beside those of senders


@dataclass(frozen=True)
class Secrets:
    """Shown once, when they are made; kept as a hash (token) and encrypted (signing key)."""

    token: str = ""
    signing_key: str = ""


def _fresh(token: bool, signed: bool) -> tuple[Secrets, dict[str, str]]:
    made = Secrets(secrets.token_urlsafe(32) if token else "", secrets.token_hex(32) if signed else "")
    fields = {"token_hash": token_hash(made.token)} if token else {}
    if signed:
        fields["hmac_sealed"] = seal(made.signing_key)
    return made, fields


def _line(text: str, place: str, most: int, *, empty: bool = False) -> str:
    found = " ".join(text.split())
    if (not found and not empty) or len(found) > most:
        raise Invalid(
            _("Cần từ 1 đến %(most)d ký tự.") % {"most": most}, place=place, mend=_("Điền ngắn gọn rồi gửi lại.")
        )
    return found


def _told(source: Source) -> dict:
    return {
        "name": source.name,
        "enabled": source.enabled,
        "token": bool(source.token_hash),
        "certificate": source.certificate_subject,
        "signed": bool(source.hmac_sealed),
        "alerts": source.alert_names,
    }


@command("outages.register_source")
def register_source(
    *,
    actor: Actor,
    slug: str,
    name: str,
    network: Network,
    token: bool = True,
    signed: bool = False,
    certificate_subject: str = "",
    alert_names: str = "",
    demonstration: bool = False,
) -> tuple[Source, Secrets]:
    """Let a sender report about a network; its secrets are given back this once."""
    if not SLUG.fullmatch(slug) or slug in TAKEN:
        raise Invalid(
            _("Mã nguồn chỉ gồm chữ thường, số và dấu gạch, nhiều nhất 40 ký tự."),
            place="slug",
            mend=_("Ví dụ: nms-tinh."),
        )
    if Source.objects.filter(slug=slug).exists():
        raise Conflict(_("Đã có nguồn “%(slug)s”.") % {"slug": slug}, place="slug", mend=_("Chọn mã khác."))
    subject = _line(certificate_subject, "certificate_subject", 300, empty=True)
    if not token and not subject:
        raise Invalid(
            _("Nguồn cần mã truy cập hoặc chứng thư."), place="token", mend=_("Chọn ít nhất một cách xác thực.")
        )
    made, fields = _fresh(token, signed)
    source = Source.objects.create(
        slug=slug,
        name=_line(name, "name", 200),
        network=network,
        certificate_subject=subject,
        alert_names=_line(alert_names, "alert_names", 1000, empty=True),
        demonstration=demonstration,
        **fields,
    )
    note(target=f"source:{slug}", after={"network": str(network.uuid), **_told(source)})
    return source, made


@command("outages.change_source")
def change_source(
    *,
    actor: Actor,
    source: Source,
    name: str | None = None,
    enabled: bool | None = None,
    certificate_subject: str | None = None,
    alert_names: str | None = None,
    new_token: bool = False,
    new_signing_key: bool = False,
) -> Secrets:
    """Change a sender, or give it new secrets: the old ones end at once."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    before = _told(source)
    if name is not None:
        source.name = _line(name, "name", 200)
    if enabled is not None:
        source.enabled = enabled
    if certificate_subject is not None:
        source.certificate_subject = _line(certificate_subject, "certificate_subject", 300, empty=True)
    if alert_names is not None:
        source.alert_names = _line(alert_names, "alert_names", 1000, empty=True)
    made, fields = _fresh(new_token, new_signing_key)
    for field, value in fields.items():
        setattr(source, field, value)
    if source.enabled and not source.token_hash and not source.certificate_subject:
        raise Invalid(
            _("Nguồn đang bật cần mã truy cập hoặc chứng thư."),
            place="certificate_subject",
            mend=_("Tạo mã truy cập mới, hoặc tắt nguồn."),
        )
    after = _told(source)
    if after == before and not fields:
        nothing_changed()
        return made
    source.save()
    note(target=f"source:{source.slug}", before=before, after={**after, "renewed": sorted(fields)})
    return made


@dataclass(frozen=True)
class Received:
    """What became of a notification: reports that were new, that were known already, and that are not about the
    alerts this sender was registered for."""

    new: int
    known: int
    ignored: int


@command("outages.receive")
def receive(*, actor: Actor, source: Source, payload: Payload, moment: datetime | None = None) -> Received:
    """Keep what a sender reports: each report once. Outages follow afterwards, so that nothing can hold this up."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    wanted = set(source.alert_names.split())
    asked = [one for one in payload.told if not wanted or one.alert in wanted]
    told = {one.key: one for one in asked}
    held: set[str] = set()
    for chunk in in_chunks(told):
        held.update(Event.objects.filter(source=source, key__in=chunk).values_list("key", flat=True))
    now = moment or timezone.now()
    fresh = [_event(source, one, now) for key, one in told.items() if key not in held]
    Event.objects.bulk_create(fresh, batch_size=500)
    changes: dict = {"last_heard_at": now}
    if payload.truncated:
        changes |= {
            "truncated": F("truncated") + payload.truncated,
            "last_fault": f"truncatedAlerts: {payload.truncated}",
        }
    if payload.refused:
        first = payload.refused[0]
        changes |= {
            "refused": F("refused") + len(payload.refused),
            "last_fault": f"{first.place}: {first.reason}"[:300],
        }
    Source.objects.filter(pk=source.pk).update(**changes)
    if fresh:
        note(target=f"source:{source.slug}", after={"reports": len(fresh)})
    else:
        nothing_changed()
    return Received(len(fresh), len(asked) - len(fresh), len(payload.told) - len(asked))


def _event(source: Source, one: Told, now: datetime) -> Event:
    return Event(
        source=source,
        network_id=source.network_id,
        element_kind=one.element_kind,
        element=one.element,
        change=one.change,
        fingerprint=one.fingerprint,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        key=one.key,
        received_at=now,
        raw=one.raw,
    )


@command("outages.name_element")
def name_element(*, actor: Actor, network: Network, element_kind: str, reported: str, element: str) -> Alias:
    """Say which element a sender's name means, for reports past and to come; an empty element: none at all."""
    network = Network.objects.select_for_update().get(pk=network.pk)
    if element_kind not in ELEMENTS:
        raise Invalid(_("Loại phần tử phải là đoạn cáp hoặc nút."), place="element_kind", mend="span, node")
    reported, element = reported.strip(), element.strip()
    if not reported or len(reported) > 200:
        raise Invalid(_("Thiếu tên do nguồn báo."), place="reported", mend=_("Chép tên trong danh sách."))
    if element != IGNORED and not Names(network).has(element_kind, element):
        raise Invalid(
            _("Mạng không có phần tử “%(element)s”.") % {"element": element[:80]},
            place="element",
            mend=_("Chép đúng mã trong dữ liệu mạng."),
        )
    rows = Alias.objects.filter(network=network, element_kind=element_kind, reported=reported).known_at()
    before = rows.first()
    if before is not None and before.element == element:
        nothing_changed()
        return before
    moment = timezone.now()
    rows.supersede(moment)
    made = Alias.objects.create(
        network=network, element_kind=element_kind, reported=reported, element=element, recorded_at=moment
    )
    note(
        target=f"network:{network.uuid}",
        before={"element": before.element if before else None},
        after={"kind": element_kind, "reported": reported, "element": element},
    )
    return made
