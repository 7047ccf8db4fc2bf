"""Repairs of what the schema refuses: for each breach an offer in words, and how to make it.

Nothing is guessed about the network itself: a value that cannot be read in the standard's terms is taken out and
listed, never replaced by another. The same file is always mended the same way.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.convert_0_3 import described_by
from tinhso.infrastructure.network.ofds.faults import ERROR, REPAIR, Faults, offered
from tinhso.infrastructure.network.ofds.jsontext import dumps
from tinhso.infrastructure.network.ofds.schema import CRS84, LISTS, SCHEMA_0_4, Breach, breaches

DROP = object()
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://standard.ofds.info/")
ROUNDS = 6
WGS84 = re.compile(r"CRS84|WGS\s*84|4326", re.I)
SPOKEN = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Offer(NamedTuple):
    """A repair: in words, and what to do to the package."""

    words: str
    make: Callable[[], None]


def mend(package: Any, faults: Faults, *, repair: bool) -> Any:
    """Validate a package. With `repair`, mend what can be mended, in place, listing each repair; without, list every
    breach as an error, with the repair on offer. Returns the package (a bare network is wrapped)."""
    if isinstance(package, dict) and "networks" not in package and "id" in package and LISTS_OR_LINKS & package.keys():
        if repair:
            faults.add("bare-network", "/", _("Bọc mạng đơn lẻ vào một gói."), level=REPAIR)
        else:
            _offered(faults, "bare-network", "/", _("Tệp là một mạng, không phải một gói mạng."), _("bọc vào một gói"))
        package = {"networks": [package]}
    for _round in range(ROUNDS):
        emptied: list[list] = []
        mended = False
        for breach in list(breaches(package)):
            offer = _offer(package, breach, emptied)
            if offer is None:
                faults.add(breach.keyword, breach.place, breach.text, _("Sửa trong tệp nguồn."))
            elif repair:
                offer.make()
                mended = True
                faults.add(breach.keyword, breach.place, f"{breach.text} {offer.words}", level=REPAIR)
            else:
                _offered(faults, breach.keyword, breach.place, breach.text, offer.words)
        for items in emptied:
            items[:] = [item for item in items if item is not DROP]
        if not mended or faults.count(ERROR):
            break
    return package


LISTS_OR_LINKS = {*LISTS, "links"}


def _offered(faults: Faults, code: str, place: str, what: str, words: str) -> None:
    faults.add(code, place, what, offered(words), repairable=True)


def _offer(package: Any, breach: Breach, emptied: list[list]) -> Offer | None:
    """The repair of a breach, or None where only the source can mend it."""
    path = breach.path
    if len(path) < 2 or path[0] != "networks":
        return None
    value = _at(package, path)
    if value is DROP:  # an earlier repair of this round took it away
        return Offer(_("Đã được sửa cùng lỗi trước."), lambda: None)
    network = package["networks"][path[1]]
    edit = _Edit(package, path, emptied)
    special = _of_network(network, breach, value) if isinstance(network, dict) else None
    return special or _of_reference(network, breach, value, edit) or _of_value(breach, value, edit)


def _at(package: Any, path: tuple[str | int, ...]) -> Any:
    value = package
    try:
        for part in path:
            value = value[part]
    except (KeyError, IndexError, TypeError):
        return DROP
    return value


class _Edit:
    """Changes at a path of the package. Items of lists are only marked, so that later paths still lead somewhere."""

    def __init__(self, package: Any, path: tuple[str | int, ...], emptied: list[list]) -> None:
        self.package, self.path, self.emptied = package, path, emptied

    def put(self, new: Any, up: int = 0) -> Callable[[], None]:
        """Write `new` (or DROP) at the path, or `up` levels above it."""
        path = self.path[: len(self.path) - up]

        def make() -> None:
            holder = _at(self.package, path[:-1])
            if holder is DROP or _at(self.package, path) is DROP:
                return
            if new is DROP and isinstance(holder, dict):
                del holder[path[-1]]
            else:
                holder[path[-1]] = new
                if new is DROP:
                    self.emptied.append(holder)

        return make


def _of_network(network: Any, breach: Breach, value: Any) -> Offer | None:
    """Repairs of a network's own fields: identifier, version link, coordinate system, identifiers of elements."""
    inside = breach.path[2:]
    missing = breach.wants if not inside and breach.keyword == "required" else None
    if inside[:1] == ("id",) or missing == "id":
        return _identify(network)
    if inside[:1] == ("links",) or missing == "links":
        return _relink(network)
    given = network.get("crs")
    if inside[:1] == ("crs",) and (
        not isinstance(given, dict) or WGS84.search(f"{given.get('name')} {given.get('uri')}")
    ):
        return Offer(_("Ghi đúng tên của hệ toạ độ CRS84."), lambda: network.update(crs=dict(CRS84)))
    if len(inside) >= 2 and inside[0] in LISTS and _lacks_id(breach, inside, value):
        return _identify_element(network, *inside[:2])
    return None


def _identify(network: dict[str, Any]) -> Offer:
    old = network.get("id")
    text = old if isinstance(old, str) else dumps(old if old is not None else network.get("name") or network)
    new = str(uuid.uuid5(NAMESPACE, text))

    def make() -> None:
        network["id"] = new
        if isinstance(old, str) and old:
            network.setdefault("identifier", old)

    return Offer(_("Thay bằng UUID suy ra từ mã cũ: %(id)s; mã cũ giữ ở identifier.") % {"id": new}, make)


def _relink(network: dict[str, Any]) -> Offer:
    def make() -> None:
        links = network.get("links")
        others = [
            link
            for link in (links if isinstance(links, list) else [])
            if isinstance(link, dict) and link.get("rel") not in ("describedby", None, "") and link.get("href")
        ]
        network["links"] = [{"href": SCHEMA_0_4, "rel": "describedby"}, *others]

    said = described_by(network)[:200] or _("không có")
    return Offer(_("Ghi liên kết của lược đồ 0.4 (trước là: %(old)s).") % {"old": said}, make)


def _identify_element(network: dict[str, Any], name: Any, index: Any) -> Offer | None:
    element = network[name][index]
    if not isinstance(element, dict) or not element:
        return None
    new = str(uuid.uuid5(NAMESPACE, f"{name} {dumps(element)}"))
    return Offer(_("Đặt mã suy ra từ nội dung: %(id)s.") % {"id": new}, lambda: element.update(id=new))


def _lacks_id(breach: Breach, inside: tuple, value: Any) -> bool:
    """Whether an element has no identifier, or one of a kind that is none."""
    if len(inside) == 2:
        return breach.keyword == "required" and breach.wants == "id"
    empty = breach.keyword == "minLength" or (
        breach.keyword == "type" and not isinstance(value, str | int | float | Decimal)
    )
    return len(inside) == 3 and inside[2] == "id" and empty


REFERENCES = {"phase", "owner", "transmissionMediumOwner", "supplier", "grantor", "networkProviders", "funders"} | {
    "relatedPhases"
}


def _of_reference(network: Any, breach: Breach, value: Any, edit: _Edit) -> Offer | None:
    """A reference without identifier is found again by its name, else dropped."""
    odd = breach.keyword == "type" and _reread(breach, value) is DROP
    up = int((breach.keyword == "minLength" or odd) and breach.path[-1] == "id")
    if not up and (breach.keyword != "required" or breach.wants != "id"):
        return None
    path = breach.path[: len(breach.path) - up]
    key = path[-1] if isinstance(path[-1], str) else path[-2]
    if key not in REFERENCES:
        return None
    reference = _at(edit.package, path)
    kind = "phases" if key in ("phase", "relatedPhases") else "organisations"
    name = reference.get("name") if isinstance(reference, dict) else None
    known = network.get(kind) if isinstance(network.get(kind), list) else []
    same = [item.get("id") for item in known if isinstance(item, dict) and name and item.get("name") == name]
    if len(same) == 1 and same[0]:
        return Offer(_("Tìm lại mã theo tên: %(id)s.") % {"id": same[0]}, edit.put({"id": same[0], "name": name}, up))
    return Offer(_("Bỏ tham chiếu không có mã."), edit.put(DROP, up))


def _of_value(breach: Breach, value: Any, edit: _Edit) -> Offer | None:
    """Repairs that need to know only the value and the rule."""
    inside = breach.path[2:]
    if not inside or (len(inside) == 3 and inside[0] in LISTS and inside[2] == "id" and breach.keyword != "type"):
        return None
    if new := _shorter(breach, value):
        return Offer(new[0], edit.put(new[1]))
    if breach.keyword in ("const", "format", "enum", "type"):
        new = _reread(breach, value)
        if new is not DROP:
            return Offer(_("Đọc là %(value)s.") % {"value": repr(new)[:80]}, edit.put(new))
    if len(inside) > 2 and inside[2] in ("location", "route"):
        return Offer(_("Bỏ hình học không đọc được."), edit.put(DROP, len(inside) - 3))
    if breach.keyword in ("const", "format", "enum", "type") and _may_go(inside, value):
        return Offer(_("Bỏ giá trị %(value)s.") % {"value": repr(value)[:80]}, edit.put(DROP))
    return None


def _shorter(breach: Breach, value: Any) -> tuple[str, Any] | None:
    """What is empty, repeated or not allowed is left out."""
    geometry = "coordinates" in breach.path
    match breach.keyword:
        case "minLength" | "minItems" | "minProperties" if not geometry:
            return _("Bỏ trường rỗng."), DROP
        case "uniqueItems":
            return _("Giữ một bản của mỗi phần tử lặp lại."), list({dumps(item): item for item in value}.values())
        case "additionalProperties":
            less = {key: item for key, item in value.items() if key not in breach.wants}
            return _("Bỏ các trường không được phép."), less
    return None


def _may_go(inside: tuple[str | int, ...], value: Any) -> bool:
    """Whether a value may be left out: never an element, a filled list of elements, what ties elements together, or
    what says how coordinates are meant. Null says nothing."""
    if value is None:
        return True
    if (len(inside) == 3 and inside[-1] in ("id", "start", "end")) or inside[0] == "crs":
        return False
    if len(inside) == 1 and inside[0] in LISTS:
        return not value
    return not (len(inside) == 2 and inside[0] in LISTS)


def _reread(breach: Breach, value: Any) -> Any:
    """The value as the rule wants it where it plainly says so, else DROP."""
    if breach.keyword == "enum" and isinstance(value, str):
        bare = re.sub(r"[\s_-]", "", value).casefold()
        return next((code for code in breach.wants or () if str(code).casefold() == bare), DROP)
    if breach.keyword == "format" and isinstance(value, str):
        if breach.wants == "date":
            try:
                return date.fromisoformat(value[:10]).isoformat()
            except ValueError:
                return DROP
        if breach.wants in ("iri", "uri") and re.fullmatch(r"[\w.-]+\.[a-z]{2,}(/\S*)?", value):
            return f"https://{value}"
    if breach.keyword == "type":
        return _retyped(set(breach.wants or ()), value)
    return DROP


def _retyped(types: set[str], value: Any) -> Any:
    if "string" in types and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        text = value.strip()
        if "boolean" in types:
            return SPOKEN.get(text.casefold(), DROP)
        if "integer" in types and re.fullmatch(r"-?\d{1,15}", text):
            return int(text)
        if "number" in types and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text):
            return Decimal(text)
    if "array" in types and isinstance(value, str | dict) and value:
        return [value]
    return DROP
