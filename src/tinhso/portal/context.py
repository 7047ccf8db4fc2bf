"""What the frame of every page says about the province it serves."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.identity.models import User
from tinhso.infrastructure.models import Network
from tinhso.places.scopes import SIGNING_PROVINCE, scope_title

KEY, SECONDS = "portal.site", 30


@dataclass(frozen=True)
class Site:
    """`province` None: no province is loaded yet; `demonstration`: something shown was made up by the program."""

    province: Text | None
    demonstration: bool


def read_site() -> Site:
    """The province served and whether any demonstration data stands in it."""
    try:
        province = scope_title(SIGNING_PROVINCE)
    except Problem:
        province = None
    made_up = Network.objects.filter(demonstration=True).exists() or User.objects.filter(demonstration=True).exists()
    return Site(province, made_up)


def site(request: HttpRequest) -> dict:
    """Context processor `site`: read when a page asks for it, and kept for half a minute."""
    return {"site": SimpleLazyObject(lambda: cache.get_or_set(KEY, read_site, SECONDS))}
