"""What the addresses of the pages ask for, checked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Invalid
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.infrastructure.network.coverage import default_scope, units_day
from tinhso.infrastructure.network.models import Network
from tinhso.places.models import Unit
from tinhso.places.scopes import units_in
from tinhso.proof.audit import Actor

MOST_ELEMENTS = 200
Crumb = tuple[Any, str]


def day_of(request: HttpRequest, name: str = "ngay") -> date:
    """A day of the address, today where it names none; Invalid where it is not one."""
    text = request.GET.get(name, "").strip()
    day = parse_day(text) if text else today()
    if day is None or not 1900 <= day.year <= 2999:
        raise Invalid(_("“%(text)s” không phải là ngày.") % {"text": text[:40]}, place=name, mend="YYYY-MM-DD")
    return day


def network_of(request: HttpRequest, uuid: UUID) -> Network:
    """The network of the address."""
    return get_object_or_404(Network.objects.visible_to(request.user), uuid=uuid)


def units_of(day: date) -> dict[str, Unit]:
    """The units a network's losses are told for, by code."""
    scope = default_scope()
    return {unit.code: unit for unit in units_in(scope, units_day(scope, day))} if scope else {}


def elements_of(request: HttpRequest, name: str) -> list[str]:
    """Element ids of the address, each once, in order; Invalid where there are too many."""
    found = list(dict.fromkeys(text.strip() for text in request.GET.getlist(name) if text.strip()))
    if len(found) > MOST_ELEMENTS:
        raise Invalid(
            _("Chọn quá %(most)d phần tử.") % {"most": MOST_ELEMENTS}, place=name, mend=_("Chia thành nhiều lần hỏi.")
        )
    return found


def crumbs(network: Network | None, *more: Crumb) -> list[Crumb]:
    """The way to a page; the list of networks comes first."""
    first: list[Crumb] = [(_("Mạng cáp quang"), link_to("infrastructure:networks"))]
    if network is not None:
        first.append((network.name, link_to("infrastructure:network", network.uuid)))
    return [*first, *more]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.user.actor()  # type: ignore[union-attr]
