"""Writing places: units, boundaries and scopes, each as an import that can be compared, repeated and undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, Finding, ImportRefused, Plan, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Invalid
from tinhso.places import vietnam
from tinhso.places.boundaries import read_boundaries
from tinhso.places.draft import Draft, UnitRow, row_findings
from tinhso.places.lineage import heirs, last_day, times_of
from tinhso.places.models import DISTRICT, PROVINCE, Scope, ScopeSegment, Unit, UnitGeometry
from tinhso.places.queries import points
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.state import links, snapshot
from tinhso.places.units_csv import read_units_csv
from tinhso.proof.audit import Actor, command, note, nothing_changed

UNITS, BOUNDARIES = "places.units", "places.boundaries"
MAX_UNITS_BYTES, MAX_BOUNDARIES_BYTES = 50 * 2**20, 100 * 2**20
SHIPPED = Path(__file__).parent / "data"


@dataclass
class Outcome:
    """What an import did, or with `dry_run` would do; `batch` is None when nothing changed."""

    diff: Diff
    findings: list[Finding] = field(default_factory=list)
    batch: ImportBatch | None = None


def check_size(path: Path, limit: int, name: str = "") -> None:
    """Refuse a missing file, and one beyond the limit by its size alone, before it is read."""
    if not path.is_file():
        raise Invalid(_("Không có tệp này."), place=name or str(path), mend=_("Kiểm tra đường dẫn."))
    if path.stat().st_size > limit:
        raise Invalid(
            _("Tệp quá lớn: %(size)d MB, giới hạn %(limit)d MB.")
            % {"size": path.stat().st_size // 2**20, "limit": limit // 2**20},
            place=name or str(path),
            mend=_("Chia tệp theo huyện, hoặc đơn giản hoá đường bao."),
            status=413,
        )


def _refuse(findings: Sequence[Finding]) -> None:
    if any(finding.fatal for finding in findings):
        raise ImportRefused(list(findings))


def import_rows(
    rows: Sequence[UnitRow],
    findings: Sequence[Finding],
    *,
    actor: Actor,
    source_name: str,
    sha256: str,
    partial: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Check rows against each other and what is held, then write them all or none."""
    _refuse(findings)

    def plans() -> Iterable[Plan]:
        draft = Draft(rows, Unit.objects.known_at(), partial=partial)
        _refuse(draft.findings())
        return draft.plans()

    if dry_run:
        return Outcome(compare(plans()), list(findings))
    batch, diff = apply_import(actor=actor, importer=UNITS, source_name=source_name, source_sha256=sha256, plan=plans)
    return Outcome(diff, list(findings), batch)


def import_units(
    *, actor: Actor, path: Path, name: str = "", source: str = "", partial: bool = False, dry_run: bool = False
) -> Outcome:
    """Import the documented CSV of units. ImportRefused names every faulty row.

    For every code it names the file gives the whole history; with `partial` other times of a code stay as they are.
    `name` is what the file is called, where its path does not say.
    """
    name = name or path.name
    check_size(path, MAX_UNITS_BYTES, name)
    content = path.read_bytes()
    rows, findings = read_units_csv(content, source or name)
    return import_rows(
        rows,
        findings,
        actor=actor,
        source_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        partial=partial,
        dry_run=dry_run,
    )


def import_vietnam(
    *,
    actor: Actor,
    path: Path,
    name: str = "",
    provinces: Sequence[str] = (),
    since: date = vietnam.FORMER_SINCE,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Import provinces (all when none is named, by their codes before 2025-07-01) from `vietnamadminunits`.

    Units already held keep their times, names and better points; the file adds what is missing and the links.
    """
    say(_("đọc %(name)s") % {"name": name or path.name})
    source = vietnam.open_source(path, name)
    reader = vietnam.Reader(source, list(Unit.objects.known_at()), provinces, since)
    rows = reader.read()
    _refuse(reader.findings)
    say(_("kiểm tra toạ độ của %(number)d đơn vị") % {"number": len(rows)})
    vietnam.check_points(reader)
    vietnam.keep_better(reader, points(row.uid for row in rows), links().before)
    say(_("so với dữ liệu đang có"))
    return import_rows(
        rows,
        [*reader.findings, *(fault for row in rows for fault in row_findings(row))],
        actor=actor,
        source_name=source.name,
        sha256=source.sha256,
        partial=True,
        dry_run=dry_run,
    )


def import_boundaries(
    *,
    actor: Actor,
    path: Path,
    valid_on: date,
    name: str = "",
    source: str = "",
    code_property: str = "",
    skip_unknown: bool = False,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Import boundaries of the units in force on a day from GeoJSON (CRS84), matched by code."""
    name = name or path.name
    check_size(path, MAX_BOUNDARIES_BYTES, name)
    reading = read_boundaries(
        path,
        snapshot(valid_on),
        name=name,
        source=source or name,
        code_property=code_property,
        skip_unknown=skip_unknown,
        say=say,
    )
    _refuse(reading.findings)
    uids = {row.unit_uid for row in reading.rows}

    def plans() -> Iterable[Plan]:
        held = UnitGeometry.objects.known_at().filter(kind=UnitGeometry.POLYGON)
        return [Plan(("unit_uid", "kind"), [row for row in held if row.unit_uid in uids], reading.rows)]

    if dry_run:
        return Outcome(compare(plans()), reading.findings)
    batch, diff = apply_import(
        actor=actor, importer=BOUNDARIES, source_name=name, source_sha256=reading.sha256, plan=plans
    )
    return Outcome(diff, reading.findings, batch)


@command("places.set_scope")
def set_scope(*, actor: Actor, code: str, title_vi: str, title_en: str, segments: Sequence[dict[str, Any]]) -> Scope:
    """Set a scope's name and the whole sequence of what it is; equal facts change nothing.

    A segment is {"valid_from", "valid_to" (date or None), "selector", "codes": [unit codes]}; segments may not overlap.
    """
    wanted = [
        ScopeSegment(
            scope_code=code,
            valid_from=item["valid_from"],
            valid_to=item["valid_to"],
            selector=item["selector"],
            codes=" ".join(item["codes"]),
        )
        for item in sorted(segments, key=lambda item: item["valid_from"] or date.min)
    ]
    for one, following in pairwise(wanted):
        if one.valid_to is None or following.valid_from is None or following.valid_from < one.valid_to:
            raise Invalid(_("Hai giai đoạn của phạm vi chồng nhau."), place=str(following))
    existing = ScopeSegment.objects.filter(scope_code=code)
    diff = compare([Plan(("valid_from",), existing, wanted, removes=True)])
    scope = Scope.objects.filter(code=code).first()
    titles = {"title_vi": title_vi, "title_en": title_en}
    if scope and not diff and (scope.title_vi, scope.title_en) == (title_vi, title_en):
        nothing_changed()
        return scope
    scope, _made = Scope.objects.update_or_create(code=code, defaults=titles)
    replaced = [old.pk for old, _new in diff.changed] + [row.pk for row in diff.removed]
    fresh = [row for row in [*diff.added, *(new for _old, new in diff.changed)] if isinstance(row, ScopeSegment)]
    if fresh:
        existing.filter(pk__in=replaced).supersede(fresh[0].recorded_at)
        ScopeSegment.objects.bulk_create(fresh)
    note(target=f"scope:{code}", after={**titles, "segments": [str(row) for row in wanted]})
    return scope


def set_signing_province(*, actor: Actor, province: str) -> Scope:
    """Let the signing province be this one: all under its code, and after its end the units its communes live on in."""
    times = times_of(province)
    if not times or times[0].level != PROVINCE:
        raise Invalid(
            _("Chưa có đơn vị hành chính nào của tỉnh mã %(code)s.") % {"code": province},
            place="province",
            mend=_("Nhập đơn vị của tỉnh trước: tinhso import_units."),
        )
    first = times[0]
    segments: list[dict[str, Any]] = [
        {"valid_from": None, "valid_to": first.valid_to, "selector": "under", "codes": [province]}
    ]
    ended = last_day(first)
    if ended is not None and first.valid_to is not None:
        # Districts without communes (islands) became communes themselves.
        at = snapshot(ended)
        districts = units_in(f"unit:{province}", ended, DISTRICT)
        last = units_in(f"unit:{province}", ended) + [unit for unit in districts if unit.code not in at.children]
        following = heirs([unit.uid for unit in last], first.valid_to)
        codes = {heir.code for found in following.values() for heir in found}
        if codes:
            segments.append(
                {"valid_from": first.valid_to, "valid_to": None, "selector": "listed", "codes": sorted(codes)}
            )
    return set_scope(actor=actor, code=SIGNING_PROVINCE, title_vi=first.name, title_en=first.name, segments=segments)


def shipped_provinces() -> list[str]:
    """Codes of the provinces whose data come with the program."""
    return sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "units.csv").exists())


def load_shipped(*, actor: Actor, province: str, say: Callable[[str], None] = lambda text: None) -> None:
    """Load a shipped province: units, outline and the scope of the signing province. Repeating changes nothing."""
    folder = SHIPPED / province
    outcome = import_units(actor=actor, path=folder / "units.csv", partial=True)
    import_boundaries(actor=actor, path=folder / "outline.geojson", valid_on=date(2021, 12, 31))
    told = {"added": len(outcome.diff.added), "changed": len(outcome.diff.changed), "same": outcome.diff.unchanged}
    say(_("Đơn vị hành chính: %(added)d dòng mới, %(changed)d sửa, %(same)d giữ nguyên") % told)
    given = json.loads((folder / "scope.json").read_text())
    segments = [
        {
            **item,
            "valid_from": date.fromisoformat(item["valid_from"]) if item["valid_from"] else None,
            "valid_to": date.fromisoformat(item["valid_to"]) if item["valid_to"] else None,
        }
        for item in given["segments"]
    ]
    set_scope(
        actor=actor,
        code=given["scope"],
        title_vi=given["title"]["vi"],
        title_en=given["title"]["en"],
        segments=segments,
    )
