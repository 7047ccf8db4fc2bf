"""Spreadsheets (Office Open XML): text stays text, whatever a person typed into it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | Fraction | date | bool | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MAX_TEXT = 32_767
MAX_EXACT = 10**15


@dataclass
class Sheet:
    """One sheet: its title (at most 31 characters shown), column heads, rows, and widths in characters."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = field(default_factory=tuple)


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> WriteOnlyCell:
    # Imported late, as below: a quarter of a second that only whoever writes a spreadsheet should wait.
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:MAX_TEXT]
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        # A spreadsheet that exports to CSV would run such text; the prefix mark keeps it text there too.
        cell.quotePrefix = text.startswith(FORMULA_STARTS)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell
    if isinstance(value, Fraction):
        cell = WriteOnlyCell(sheet, value.numerator / value.denominator)
        cell.number_format = "0.00%"
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= MAX_EXACT:
        return _cell(sheet, str(value))
    else:
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"
    cell.alignment = Alignment(vertical="top")
    return cell


def _title(text: str, taken: set[str]) -> str:
    base = "".join(" " if char in "[]:*?/\\" else char for char in text).strip("' ")[:31] or "Sheet"
    title, number = base, 2
    while title.casefold() in taken:
        title = f"{base[:27]} {number}"
        number += 1
    taken.add(title.casefold())
    return title


def write(sheets: Iterable[Sheet]) -> bytes:
    """A workbook's bytes. Fractions are shown as percent; integers too long for a spreadsheet are written as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book, taken = Workbook(write_only=True), set[str]()
    for item in sheets:
        sheet = book.create_sheet(_title(item.title, taken))
        sheet.freeze_panes = "A2"
        for index, width in enumerate(item.widths, 1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        heads = [_cell(sheet, head) for head in item.heads]
        for cell in heads:
            cell.font = Font(bold=True)
        sheet.append(heads)
        for row in item.rows:
            sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
