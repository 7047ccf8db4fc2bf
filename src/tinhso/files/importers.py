"""Importers by name: what they are called, who may take an import back, and what may rest on it.

An app declares its importers in its own `importers.py`; an undeclared one is listed under its code and only
administrators may take its imports back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinhso.foundation.registry import Registry
from tinhso.foundation.text import Text

if TYPE_CHECKING:
    from tinhso.files.models import ImportBatch


def _nothing(batch: ImportBatch) -> str:
    return ""


@dataclass(frozen=True)
class Importer:
    """`resting(batch)` says, for the reader, what still rests on the rows of an import; empty: it may be undone."""

    code: str
    title: Text
    permission: str
    resting: Callable[[ImportBatch], str] = _nothing


importers: Registry[Importer] = Registry("importer", "importers")


def importer(code: str, title: Text, *, permission: str) -> Callable:
    """Declare `resting(batch)` as the guard of an importer."""

    def declare(resting: Callable[[ImportBatch], str]) -> Callable[[ImportBatch], str]:
        importers.add(code, Importer(code, title, permission, resting))
        return resting

    return declare
