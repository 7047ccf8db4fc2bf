"""What the frame of every page says about the province it serves."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tinhso.foundation.text import Text
from tinhso.identity.models import User
from tinhso.infrastructure.network.models import Network
from tinhso.places.models import TYPES, ScopeSegment, Unit, short_name
from tinhso.places.scopes import SIGNING_PROVINCE

KEY, SECONDS = "portal.site", 30


@dataclass(frozen=True)
class Site:
    """`province` None: no province is loaded yet; `demonstration`: something shown was made up by the program."""

    province: Text | None
    demonstration: bool


def read_site() -> Site:
    """The province that signed, and whether any demonstration data stands in it."""
    segments = ScopeSegment.objects.known_at().filter(scope_code=SIGNING_PROVINCE, selector=ScopeSegment.UNDER)
    codes = [code for segment in segments for code in segment.codes.split()]
    unit = Unit.objects.known_at().filter(code__in=codes).order_by("valid_from").first()
    province = Text(unit.name, f"{short_name(unit.name)} {TYPES[unit.type].en}") if unit else None
    made_up = Network.objects.filter(demonstration=True).exists() or User.objects.filter(demonstration=True).exists()
    return Site(province, made_up)


def site(request: HttpRequest) -> dict:
    """Context processor `site`: read when a page asks for it, and kept for half a minute."""
    return {"site": SimpleLazyObject(lambda: cache.get_or_set(KEY, read_site, SECONDS))}
