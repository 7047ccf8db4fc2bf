"""What the frame of every page says about the province it serves."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tinhso.foundation.demo import Making, making
from tinhso.foundation.text import Text
from tinhso.identity.models import User
from tinhso.infrastructure.network.models import Network
from tinhso.places.models import TYPES, ScopeSegment, Unit, short_name
from tinhso.places.scopes import SIGNING_PROVINCE

KEY, SECONDS = "portal.site", 30


TELEPHONE = re.compile(r"\+?[\d .()-]{6,}")


@dataclass(frozen=True)
class Imprint:
    """Who answers for the site, where, and how to reach them; `link` is empty where the contact is no address."""

    owner: Text
    address: str
    contact: str
    link: str


@dataclass(frozen=True)
class Site:
    """`province` None: no province is loaded yet; `demonstration`: something shown was made up by the program."""

    province: Text | None
    demonstration: bool

    @property
    def making(self) -> Making | None:
        """How far the demonstration is while it is being made; looked at anew by every page."""
        return making()

    @property
    def imprint(self) -> Imprint | None:
        """From the settings; None where nobody is named."""
        said = settings.IMPRINT
        if not said["owner"]:
            return None
        owner = Text(said["owner"], said["owner_en"] or said["owner"])
        return Imprint(owner, said["address"], said["contact"], contact_link(said["contact"]))


def contact_link(contact: str) -> str:
    """The address a contact leads to: a page, an e-mail or a telephone number; empty for anything else."""
    if contact.startswith("https://"):
        return contact
    if "@" in contact and " " not in contact:
        return f"mailto:{contact}"
    if TELEPHONE.fullmatch(contact):
        return "tel:" + re.sub(r"[ .()-]", "", contact)
    return ""


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
