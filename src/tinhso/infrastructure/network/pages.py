"""What the network's pages share."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

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
