"""Importers with a page: what they ask beside the file, how they read it, and what the two steps tell.

An app declares them in its `uploads.py`; the pages of `upload_views.py` serve them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Problem
from tinhso.foundation.registry import Registry
from tinhso.foundation.text import Text

if TYPE_CHECKING:
    from tinhso.files.imports import Diff, Finding
    from tinhso.files.models import ImportBatch
    from tinhso.proof.audit import Actor

SHOWN, LONGEST_LINE = 200, 300
ERROR, WARNING, REPAIR, CONVERSION = "error", "warning", "repair", "conversion"
LEVELS = {
    ERROR: (Text("Lỗi", "Error"), "danger"),
    WARNING: (Text("Lưu ý", "Warning"), "warning"),
    REPAIR: (Text("Đã sửa", "Repaired"), "success"),
    CONVERSION: (Text("Đã chuyển đổi", "Converted"), "info"),
}


class ImportForm(forms.Form):
    """The file, and what its importer asks beside it (fields of the subclass; each holds one value).

    `kept`: the file is here already, only the answers are asked.
    """

    file = forms.FileField(label=_("Tệp"))

    def __init__(self, *args: Any, kept: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kept:
            del self.fields["file"]

    def answers(self) -> dict[str, str]:
        """What was typed, as it was typed."""
        names = [name for name in self.fields if name != "file"]
        return {name: str(self.data[name]) for name in names if self.data.get(name)}


@dataclass(frozen=True)
class Given:
    """One reading of an uploaded file: who asks, the bytes, the name it was sent under, the form's cleaned answers."""

    actor: Actor
    path: Path
    name: str
    answers: dict[str, Any]
    dry_run: bool


@dataclass
class Group:
    """Rows of a table that would change: (title, added, changed, removed, unchanged); unchanged None: not counted."""

    title: str
    note: str
    tables: list[tuple[str, int, int, int, int | None]]


@dataclass
class Report:
    """What checking a file found, or what applying it did. Plain values: a report outlives the process that wrote it.

    `findings` holds the first of each as {"level", "place", "reason", "mend"}, `counts` how many of each level there
    are, `lines` the first lines of the difference and `more` how many were left out. `problem` says why nothing could
    be told. `url` is where what was written can be seen.
    """

    findings: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    repairable: bool = False
    refused: bool = False
    problem: dict[str, str] | None = None
    groups: list[Group] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    more: int = 0
    changed: bool = False
    applied: bool = False
    url: str = ""

    @property
    def ready(self) -> bool:
        """Whether the file may be applied."""
        return not (self.refused or self.problem)

    @classmethod
    def of(
        cls,
        diff: Diff,
        findings: Sequence[Finding],
        batch: ImportBatch | None,
        groups: list[Group],
        *,
        dry_run: bool,
        url: str = "",
    ) -> Report:
        """The report of an import that was, or could be, made."""
        lines = diff.lines() if dry_run else []
        return cls(
            **_told(findings),
            groups=groups,
            lines=[line[:LONGEST_LINE] for line in lines[:SHOWN]],
            more=max(0, len(lines) - SHOWN),
            changed=bool(diff) if dry_run else batch is not None,
            applied=not dry_run,
            url=url,
        )

    @classmethod
    def refusal(cls, findings: Sequence[Finding]) -> Report:
        """The report of a file with faults that stop it."""
        repairable = any(getattr(item, "repairable", False) for item in findings)
        return cls(**_told(findings), repairable=repairable, refused=True)

    @classmethod
    def failure(cls, problem: Problem) -> Report:
        """The report of a file nothing can be told about."""
        return cls(problem={"what": problem.what, "place": problem.place, "mend": problem.mend})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Report:
        groups = [Group(item["title"], item["note"], [tuple(row) for row in item["tables"]]) for item in kept["groups"]]
        return cls(**{**kept, "groups": groups})


def _level(item: Finding) -> str:
    return getattr(item, "level", ERROR if item.fatal else WARNING)


def _told(findings: Sequence[Finding]) -> dict[str, Any]:
    order = list(LEVELS)
    listed = sorted(findings, key=lambda item: order.index(_level(item)))
    shown = [
        {"level": _level(item), "place": item.place, "reason": item.reason, "mend": item.mend}
        for item in listed[:SHOWN]
    ]
    return {"findings": shown, "counts": dict(Counter(_level(item) for item in listed))}


def by_table(diff: Diff, titles: dict[type, Text]) -> list[tuple[str, int, int, int, int | None]]:
    """Numbers of a difference by table, for the tables that change."""
    counted: dict[type, list[int]] = {model: [0, 0, 0] for model in titles}
    for index, rows in enumerate((diff.added, [new for _old, new in diff.changed], diff.removed)):
        for row in rows:
            counted[type(row)][index] += 1
    return [
        (str(titles[model]), added, changed, removed, None)
        for model, (added, changed, removed) in counted.items()
        if added or changed or removed
    ]


@dataclass(frozen=True)
class Uploader:
    """`code` names the importer (its title and permission are there), `slug` its page. `largest` is the largest file
    taken and `at_once` the largest read within a request, in bytes; what lies between is read by the worker. `repair`
    names the form field that asks for mending, `lead` says what the file is."""

    code: str
    slug: str
    lead: Text
    form: type[ImportForm]
    read: Callable[[Given], Report]
    largest: Callable[[], int]
    at_once: Callable[[], int]
    command: str
    repair: str = ""


uploaders: Registry[Uploader] = Registry("uploader", "uploads")
