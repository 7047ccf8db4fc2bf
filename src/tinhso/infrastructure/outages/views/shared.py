"""What the pages of outages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.infrastructure.outages import codes
from tinhso.places.models import Unit
from tinhso.places.queries import in_chunks
from tinhso.proof.audit import Actor

TONES = {
    codes.OPEN: "danger",
    codes.RESTORED: "warning",
    codes.CLOSED: "success",
    codes.MERGED: "neutral",
    codes.WITHDRAWN: "neutral",
    codes.PROPOSED: "warning",
    codes.APPROVED: "info",
    codes.CANCELLED: "neutral",
}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page; the list of outages comes first."""
    return [(_("Sự cố mạng"), reverse("outages:outages")), *more]


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, as commands know them."""
    user: Any = request.user
    return user.actor()


def unit_links(keys: Any, day: Any) -> list[tuple[str, str]]:
    """Names and addresses of units by code, as of a day, in Vietnamese order."""
    wanted = sorted(set(keys))
    found: dict[str, Unit] = {}
    for chunk in in_chunks(wanted):
        found.update({unit.code: unit for unit in Unit.objects.as_of(day).filter(code__in=chunk)})
    rows = sorted((found[code].sort_key if code in found else code, code) for code in wanted)
    return [
        (found[code].name if code in found else code, f"{link_to('places:place', code)}?ngay={day:%Y-%m-%d}")
        for _key, code in rows
    ]
