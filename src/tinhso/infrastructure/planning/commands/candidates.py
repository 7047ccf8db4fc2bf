"""Candidate sets: routes from files, or the recipe of generated lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, Finding, ImportRefused, Plan, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.planning.importers import ROUTES
from tinhso.infrastructure.planning.models import CandidateRoute, CandidateSet
from tinhso.infrastructure.planning.models.plans import GENERATED, IMPORTED, OBSTACLE, ROUTE
from tinhso.infrastructure.planning.routes_file import route_rows
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass
class Outcome:
    """What an import did, or with `dry_run` would do. `batch` is None when nothing was written."""

    candidate_set: CandidateSet
    diff: Diff
    findings: list[Finding]
    routes: int
    obstacles: int
    metres: int
    batch: ImportBatch | None = None


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise Invalid(_("Cần tên tập ứng viên, không quá 200 ký tự."), place="name")
    return name


def import_routes(
    *,
    actor: Actor,
    raw: bytes,
    source_name: str,
    name: str,
    reach_m: int = 3000,
    as_of: date | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Record the routes and obstacles of a GeoJSON file as the set of that name, in place of what it held.

    BadJson or Invalid where it is no GeoJSON; ImportRefused names every bad feature, and then nothing is written.
    """
    name = _name(name)
    if not 1 <= reach_m <= 100_000:
        raise Invalid(_("Khoảng cách tới đường phải từ 1 m đến 100 km."), place="reach_m")
    rows, findings = route_rows(raw)
    if any(finding.fatal for finding in findings):
        raise ImportRefused(findings)
    known = CandidateSet.objects.filter(name=name).first()
    if known and known.kind != IMPORTED:
        raise Invalid(_("Tập “%(name)s” là tập sinh tự động.") % {"name": name}, place="name", mend=_("Chọn tên khác."))
    chosen = known or CandidateSet(name=name, kind=IMPORTED, reach_m=reach_m, made_by=actor.code)
    chosen.made_by_name = chosen.made_by_name or actor.name
    day = as_of or today()
    held = {row.key: row for row in CandidateRoute.objects.known_at().filter(candidate_set=known)} if known else {}
    wanted = [CandidateRoute(candidate_set=chosen, valid_from=_since(held.get(row["key"]), day), **row) for row in rows]

    def plan() -> list[Plan]:
        if chosen.pk is None:
            chosen.save()
        existing = CandidateRoute.objects.filter(candidate_set=chosen)
        for row in wanted:
            row.candidate_set_id = chosen.pk
        return [Plan(("key",), existing, wanted, removes=True)]

    told = {
        "routes": sum(row["role"] == ROUTE for row in rows),
        "obstacles": sum(row["role"] == OBSTACLE for row in rows),
        "metres": sum(row["length_m"] for row in rows if row["role"] == ROUTE),
    }
    if dry_run:
        return Outcome(chosen, compare([Plan(("key",), held.values(), wanted, removes=True)]), findings, **told)
    batch, diff = apply_import(
        actor=actor,
        importer=ROUTES,
        source_name=source_name,
        source_sha256=hashlib.sha256(raw).hexdigest(),
        plan=plan,
    )
    return Outcome(chosen, diff, findings, **told, batch=batch)


def _since(held: CandidateRoute | None, day: date) -> date | None:
    return held.valid_from if held else day


@command("planning.generate_candidates")
def generate_candidates(
    *, actor: Actor, name: str, neighbours: int = 6, obstacles: CandidateSet | None = None
) -> CandidateSet:
    """Record the recipe of a generated set; the same name and recipe change nothing."""
    name = _name(name)
    if not 1 <= neighbours <= 20:
        raise Invalid(_("Số láng giềng phải từ 1 đến 20."), place="neighbours")
    if obstacles is not None and obstacles.kind != IMPORTED:
        raise Invalid(_("Vật cản phải lấy từ một tập nhập từ tệp."), place="obstacles")
    known = CandidateSet.objects.filter(name=name).first()
    if known:
        if (known.kind, known.neighbours, known.obstacles) != (GENERATED, neighbours, obstacles):
            raise Invalid(
                _("Đã có tập “%(name)s” với nội dung khác.") % {"name": name}, place="name", mend=_("Chọn tên khác.")
            )
        nothing_changed()
        return known
    made = CandidateSet.objects.create(
        name=name,
        kind=GENERATED,
        neighbours=neighbours,
        obstacles=obstacles,
        made_by=actor.code,
        made_by_name=actor.name,
    )
    note(
        target=f"candidates:{made.uid}",
        after={"name": name, "neighbours": neighbours, "obstacles": str(obstacles.uid) if obstacles else None},
    )
    return made
