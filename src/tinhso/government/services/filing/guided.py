"""A form built from a procedure's definition: plain fields, and tables whose rows come and go without scripts.

What was typed is kept as it was typed, under the names of the form (`raw`); `answers` are its canonical values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.dates import parse_day
from tinhso.foundation.text import Text, language
from tinhso.government.services.ground.definition import Definition, text

MOST_ROWS = 50
YES_NO = {"yes": Text("Có", "Yes"), "no": Text("Không", "No")}
_GROUPED = {"vi": r"-?\d{1,3}(\.\d{3})+(,\d+)?", "en": r"-?\d{1,3}(,\d{3})+(\.\d+)?"}


class NumberField(forms.CharField):
    """A number as people write it in the reader's language (1.250,5 or 1,250.5): an int, or a decimal's text."""

    default_error_messages = {"number": gettext_lazy("Cần một số, chẳng hạn 12 hoặc 85,5.")}

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **more)

    def clean(self, value: Any) -> Any:
        # Not in to_python: validators of length read the text, and a number has no length.
        typed = "".join(str(super().clean(value) or "").split())
        if not typed:
            return ""
        group, point = (".", ",") if language() == "vi" else (",", ".")
        if re.fullmatch(_GROUPED[language()], typed):
            typed = typed.replace(group, "")
        plain = typed.replace(point, ".").replace(",", ".")
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,4})?", plain):
            raise forms.ValidationError(self.error_messages["number"], code="number")
        number = Decimal(plain)
        return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")


class DayField(forms.DateField):
    """A day, as browsers send it or as it is written."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **more)


def choose(pairs: list[tuple[str, str]], **more: Any) -> forms.ChoiceField:
    """One of a few: buttons for up to five, a list for more."""
    if len(pairs) <= 5:
        return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **more)
    return forms.ChoiceField(choices=[("", _("— Chọn —")), *pairs], **more)


@dataclass(frozen=True)
class Table:
    """A table of the form: its rows of bound fields, and the names its buttons send."""

    key: str
    label: Text
    help: Text | None
    required: bool
    columns: list[Text]
    rows: list[list[forms.BoundField]]
    errors: Any

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST_ROWS


class GuidedForm(forms.Form):
    """The questions of a definition. `data` is a request's POST or a draft's `raw`."""

    def __init__(self, definition: Definition, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, prefix="answers", **more)
        self.items = definition.content["form"]
        self.counts: dict[str, int] = {}
        for item in self.items:
            if item["kind"] == "table":
                self._add_table(item)
            else:
                self.fields[item["key"]] = _field(item)

    def _add_table(self, item: Mapping[str, Any]) -> None:
        key = item["key"]
        kept = (self.data or self.initial).get(self._rows_name(key), "1")
        count = int(kept) if str(kept).isdigit() else 1
        self.counts[key] = min(max(count, 1), MOST_ROWS)
        for row in range(self.counts[key]):
            for column in item["columns"]:
                label = f"{text(item['label'])} {row + 1}: {text(column['label'])}"
                self.fields[cell(key, row, column["key"])] = forms.CharField(
                    label=label, max_length=300, required=False
                )

    def _rows_name(self, key: str) -> str:
        return f"{self.prefix}-{key}__rows"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for item in self.items:
            if item["kind"] == "table" and item["required"] and not self._rows(item, cleaned):
                first = cell(item["key"], 0, item["columns"][0]["key"])
                if first not in self.errors:
                    self.add_error(first, _("Cần ít nhất một dòng."))
        return cleaned

    def _rows(self, item: Mapping[str, Any], cleaned: Mapping[str, Any]) -> list[dict[str, str]]:
        rows = []
        for row in range(self.counts[item["key"]]):
            told = {column["key"]: cleaned.get(cell(item["key"], row, column["key"]), "") for column in item["columns"]}
            if any(told.values()):
                rows.append(told)
        return rows

    def parts(self) -> Iterator[tuple[str, Any]]:
        """("field", bound field) and ("table", Table), in the order of the definition."""
        for item in self.items:
            if item["kind"] != "table":
                yield "field", self[item["key"]]
                continue
            rows = [
                [self[cell(item["key"], row, column["key"])] for column in item["columns"]]
                for row in range(self.counts[item["key"]])
            ]
            about = text(item["help"]) if "help" in item else None
            columns = [text(column["label"]) for column in item["columns"]]
            errors = [error for row in rows for field in row for error in field.errors]
            yield "table", Table(item["key"], text(item["label"]), about, item["required"], columns, rows, errors)

    def answers(self) -> dict[str, Any]:
        """Canonical values of what was answered; questions left open are absent."""
        found: dict[str, Any] = {}
        for item in self.items:
            key, kind = item["key"], item["kind"]
            value: Any = self._rows(item, self.cleaned_data) if kind == "table" else self.cleaned_data.get(key)
            if value in (None, "", []):
                continue
            if kind == "date":
                value = value.isoformat()
            elif kind == "yes_no":
                value = value == "yes"
            found[key] = value
        return found


def cell(key: str, row: int, column: str) -> str:
    """The name of a table's cell in the form."""
    return f"{key}__{row}__{column}"


def _field(item: Mapping[str, Any]) -> forms.Field:
    more: dict[str, Any] = {
        "label": str(text(item["label"])),
        "required": item["required"],
        "help_text": str(text(item["help"])) if "help" in item else "",
    }
    match item["kind"]:
        case "long_text":
            return forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), **more)
        case "number":
            return NumberField(**more)
        case "date":
            return DayField(**more)
        case "choice":
            return choose([(option["key"], str(text(option["label"]))) for option in item["options"]], **more)
        case "yes_no":
            return choose([(key, str(word)) for key, word in YES_NO.items()], **more)
    return forms.CharField(max_length=500, **more)


def raw_of(definition: Definition, answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers given before, as they would be typed into this form; those it does not ask are left out."""
    raw: dict[str, str] = {}
    for item in definition.content["form"]:
        key = item["key"]
        value = answers.get(key)
        if value is None:
            continue
        if item["kind"] == "table":
            if not isinstance(value, list):
                continue
            raw[f"answers-{key}__rows"] = str(max(len(value), 1))
            rows = [told for told in value if isinstance(told, Mapping)]
            for row, told in enumerate(rows):
                raw |= {f"answers-{cell(key, row, column)}": str(word) for column, word in told.items()}
        elif item["kind"] == "yes_no":
            raw[f"answers-{key}"] = "yes" if value is True else "no"
        elif item["kind"] == "number" and re.fullmatch(r"-?\d{1,15}(\.\d{1,4})?", str(value)):
            raw[f"answers-{key}"] = _number(value)
        else:
            raw[f"answers-{key}"] = str(value)
    return raw


def with_row(definition: Definition, raw: Mapping[str, str], key: str) -> dict[str, str]:
    """What was typed, with one more row in a table."""
    changed, name = dict(raw), f"answers-{key}__rows"
    if any(item["key"] == key and item["kind"] == "table" for item in definition.content["form"]):
        changed[name] = str(min(_count(raw, name) + 1, MOST_ROWS))
    return changed


def without_row(definition: Definition, raw: Mapping[str, str], place: str) -> dict[str, str]:
    """What was typed, with a row (`place`: key__row) taken out of its table."""
    key, _mark, number = place.rpartition("__")
    item = next((item for item in definition.content["form"] if item["key"] == key and item["kind"] == "table"), None)
    if item is None or not number.isdigit():
        return dict(raw)
    changed, name = dict(raw), f"answers-{key}__rows"
    count, gone = _count(raw, name), int(number)
    for row in range(gone, count):
        for column in item["columns"]:
            after = changed.pop(f"answers-{cell(key, row + 1, column['key'])}", "") if row + 1 < count else ""
            changed[f"answers-{cell(key, row, column['key'])}"] = after
    changed[name] = str(max(count - 1, 1))
    return changed


def _count(raw: Mapping[str, str], name: str) -> int:
    kept = str(raw.get(name, "1"))
    return min(max(int(kept), 1), MOST_ROWS) if kept.isdigit() else 1


def _number(value: Any) -> str:
    return number_format(Decimal(str(value)), use_l10n=True)


@dataclass(frozen=True)
class Told:
    """One answer for readers: its question, its text, and for tables the columns and rows."""

    label: Text
    text: str
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def told(definition: Definition, answers: Mapping[str, Any]) -> list[Told]:
    """Answers in the reader's words, in the order they were asked; open ones are a dash."""
    found = []
    for item in definition.content["form"]:
        value, label = answers.get(item["key"]), text(item["label"])
        if item["kind"] == "table":
            rows = value if isinstance(value, list) else []
            keys = [column["key"] for column in item["columns"]]
            shown = tuple(tuple(str(row.get(key, "")) or "—" for key in keys) for row in rows)
            found.append(
                Told(label, "" if shown else "—", tuple(text(column["label"]) for column in item["columns"]), shown)
            )
        else:
            found.append(Told(label, "—" if value is None else _said(item, value)))
    return found


def _said(item: Mapping[str, Any], value: Any) -> str:
    match item["kind"]:
        case "number":
            return _number(value)
        case "date":
            day = parse_day(str(value))
            return date_format(day, "d/m/Y") if day else str(value)
        case "yes_no":
            return str(YES_NO["yes" if value else "no"])
        case "choice":
            known = {option["key"]: str(text(option["label"])) for option in item["options"]}
            return known.get(str(value), str(value))
    return str(value)
