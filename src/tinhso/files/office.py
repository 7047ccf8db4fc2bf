"""Office files that carry programs, embedded objects or parts fetched from elsewhere are refused.

Found by what the package says of its parts (Open Packaging Conventions: content types and relationships), since a part
may have any name.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

MOST_BYTES = 2**20
TYPES = "[content_types].xml"
_ACTIVE = re.compile(r"(^|/)(basic|scripts|activex|embeddings)/|vbaproject\.bin$|^object \d+$")
_ACTIVE_TYPES = ("macroenabled", "vbaproject", "activex", "oleobject")
#: Relationships that bring another document into this one.
_BROUGHT_IN = ("/afchunk", "/oleobject", "/package", "/control", "/vbaproject")


def refuse_active(path: Path) -> None:
    """Invalid where a DOCX or ODT is broken, locked, or holds anything that acts or is fetched from elsewhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            acts = any(_acts(archive, member) for member in archive.infolist())
    except (zipfile.BadZipFile, expat.ExpatError, OSError, ValueError, RuntimeError, NotImplementedError) as broken:
        raise Invalid(
            _("Tệp văn bản hỏng hoặc bị khóa, không đọc được."), place="file", mend=_("Xuất thành PDF rồi gửi.")
        ) from broken
    if acts:
        raise Invalid(
            _("Tệp văn bản có macro hoặc đối tượng nhúng nên không được nhận."),
            place="file",
            mend=_("Xuất thành PDF rồi gửi."),
        )


def _acts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    name = member.filename.lower().replace("\\", "/")
    if member.flag_bits & 1 or name.startswith("/") or ".." in PurePosixPath(name).parts:
        raise ValueError(name)
    if _ACTIVE.search(name):
        return True
    if name == TYPES:
        kinds = [value.lower() for one in _elements(archive, member) for value in one.values()]
        return any(word in kind for kind in kinds for word in _ACTIVE_TYPES)
    return name.endswith(".rels") and any(_brings_in(one) for one in _elements(archive, member))


def _brings_in(relationship: dict[str, str]) -> bool:
    kind = relationship.get("Type", "").lower()
    outside = relationship.get("TargetMode", "").lower() == "external"
    return kind.endswith(_BROUGHT_IN) or (outside and not kind.endswith("/hyperlink"))


def _elements(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[dict[str, str]]:
    """The attributes of every element of a small part; ValueError where it is large or declares entities."""
    with archive.open(member) as source:
        text = source.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ValueError(member.filename)
    found: list[dict[str, str]] = []

    def entity(*declared: object) -> None:
        raise ValueError(member.filename)

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append(attributes)
    parser.EntityDeclHandler = entity
    parser.Parse(text, True)
    yield from found
