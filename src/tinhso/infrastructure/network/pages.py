"""What the network's pages share."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tinhso.foundation.dates import parse_day
from tinhso.foundation.errors import Invalid
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.infrastructure.network.models import Network
from tinhso.proof.audit import Actor

CHOOSE = "infrastructure.choose_core"
EXACT = "infrastructure.exact_routes"


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page; the network list comes first."""
    first = (_("Mạng cáp quang"), link_to("infrastructure:networks"))
    return [step for step in (first, *more[:-1]) if step[1]] + [more[-1]]


def network_of(request: HttpRequest, uuid: UUID) -> Network:
    """The network of an address, if the reader may see it."""
    return get_object_or_404(Network.objects.visible_to(request.user), uuid=uuid)


def actor_of(request: HttpRequest) -> Actor:
    """Who writes: pages behind a permission have somebody signed in."""
    return request.user.actor()  # type: ignore[union-attr]


def asked_day(request: HttpRequest, name: str, default: date) -> date:
    """A day given in the address; Invalid names the parameter."""
    text = request.GET.get(name, "")
    day = parse_day(text) if text else default
    if day is None or not 1900 <= day.year <= 2999:
        raise Invalid(
            _("“%(text)s” không phải là ngày.") % {"text": text[:40]}, place=name, mend=_("Viết dạng 2021-12-31.")
        )
    return day
