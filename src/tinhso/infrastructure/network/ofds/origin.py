"""From a place in the package back to the row of the table it came from."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.faults import WARNING, Faults
from tinhso.infrastructure.network.ofds.schema import LISTS

POINTER = re.compile(r"/networks/(\d+)(?:/(" + "|".join(LISTS) + r")/(\d+))?(/.*)?")


class Origin:
    """Rows by network and list. `suffix`: what a table's file is called after its name (".csv")."""

    def __init__(self, suffix: str = "", separator: str = "/") -> None:
        self.suffix, self.separator = suffix, separator
        self.rows: dict[tuple[int, str], list[int]] = {}

    def came(self, network: int, table: str, row: int) -> None:
        """The next element of a list came from a row."""
        self.rows.setdefault((network, table), []).append(row)

    def place(self, table: str, row: int | None = None, column: str = "") -> str:
        """Table, row and column in words."""
        parts = [f"{table}{self.suffix}"]
        if row is not None:
            parts.append(_("dòng %(row)d") % {"row": row})
        if column:
            parts.append(_("cột %(column)s") % {"column": column})
        return ", ".join(parts)

    def edited(self, faults: Faults, table: str, row: int, fields: list[str]) -> None:
        """Note that cells have been edited since they were exported."""
        said = _("Ô đã được sửa sau khi xuất (%(fields)s): dùng giá trị trong ô.")
        faults.add("edited-table", self.place(table, row), said % {"fields": ", ".join(fields)[:200]}, level=WARNING)

    def tell(self, pointer: str, package: Any) -> str:
        """A JSON pointer with the row it speaks of; unchanged where the list no longer is as it was read."""
        found = POINTER.fullmatch(pointer)
        if not found:
            return pointer
        network, name, index, inside = int(found[1]), found[2] or "networks", int(found[3] or 0), found[4] or ""
        rows = self.rows.get((network, name), [])
        networks = package.get("networks") if isinstance(package, dict) else None
        held = networks[network].get(name) if name != "networks" and networks else [None]
        if index >= len(rows) or not isinstance(held, list) or len(held) != len(rows):
            return pointer
        column = inside.removeprefix("/").replace("/", self.separator)
        return f"{pointer} ({self.place(name, rows[index], column)})"
