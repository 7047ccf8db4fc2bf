"""tinhso plan_country: one tree of cable for every commune of the country, with a bound for the whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.solvers import national
from tinhso.infrastructure.solvers.steiner import Solution, Unreachable
from tinhso.infrastructure.solvers.steiner.warm import warm_up
from tinhso.infrastructure.solvers.verify import Ground, verify
from tinhso.infrastructure.solvers.workers import Workers
from tinhso.places.draft import E7
from tinhso.places.vietnam import Source, open_source


class Command(BaseCommand):
    help = (
        "Join all communes of the country (before 2025-07-01, from the data of vietnamadminunits) by the shortest "
        "cable found; print its length, a certified bound for the whole and the gap."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the wheel of vietnamadminunits, or its unpacked folder")
        parser.add_argument("--province", action="append", default=[], help="only this code of a province; repeatable")
        parser.add_argument("--workers", type=int, default=0, help="processes on this machine; 0: this process alone")
        parser.add_argument(
            "--scheduler",
            default=os.environ.get("TINHSO_DASK_SCHEDULER", ""),
            help="address of a Dask scheduler, e.g. tcp://10.0.0.5:8786 (default: TINHSO_DASK_SCHEDULER)",
        )
        parser.add_argument(
            "--rounds", type=int, default=national.ROUNDS, help="of local search over the whole, at most"
        )
        parser.add_argument("--output", type=Path, help="write the spans of the plan to this file as GeoJSON")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 0 or options["rounds"] < 0:
            raise CommandError(_("Số tiến trình và số vòng không được âm."))
        if options["workers"] and options["scheduler"]:
            raise CommandError(_("Chọn một: --workers hoặc --scheduler (TINHSO_DASK_SCHEDULER)."))
        if (output := options["output"]) and not output.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": output.parent})
        try:
            whole = read(open_source(options["file"]), options["province"])
            warm_up()
            solution = self._solve(whole, options)
        except (Invalid, Unreachable) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(_("Đã dừng; không ghi gì."), returncode=130) from error
        instance = whole.instance
        spans = list(zip(instance.tails.tolist(), instance.heads.tolist(), instance.costs.tolist(), strict=True))
        sites = {str(site): [site] for site in instance.terminals.tolist()}
        failures = verify(
            Ground(instance.nodes, spans, [False] * len(spans), [0], sites), solution.edges, need="reach",
            cost=solution.cost, bound=solution.bound,
        )  # fmt: skip
        if failures:
            raise CommandError(f"{failures[0].code}: {failures[0].detail}")
        told = {
            "communes": len(instance.terminals),
            "nodes": instance.nodes,
            "candidates": len(spans),
            "metres": solution.cost,
            "bound": solution.bound,
            "gap": round(solution.gap, 6),
            "spans": len(solution.edges),
            "seconds": round(solution.seconds, 1),
            "plan": national.fingerprint(whole, solution),
        }
        if output:
            write(output, whole, solution)
        self.stdout.write(
            json.dumps(told) if options["json"] else "\n".join(f"{key:<11}{value}" for key, value in told.items())
        )

    def _solve(self, whole: national.Country, options: dict[str, Any]) -> Solution:
        def tell(stage: str, metres: int) -> None:
            self.stderr.write(f"{stage}: {metres} m", self.style.NOTICE)

        if not (options["workers"] or options["scheduler"]):
            return national.cover(whole, rounds=options["rounds"], tell=tell)
        try:
            with Workers(options["workers"], options["scheduler"]) as workers:
                return national.cover(whole, run=workers.map, rounds=options["rounds"], tell=tell)
        except ImportError as error:
            raise CommandError(_("Cần gói distributed: pip install 'tinhso[national]'.")) from error
        except OSError as error:
            where = options["scheduler"] or _("trên máy này")
            raise CommandError(
                _("Không dùng được các tiến trình %(address)s: %(error)s.") % {"address": where, "error": error}
            ) from error


def read(source: Source, provinces: list[str]) -> national.Country:
    """The question for all communes, or those of some provinces; Invalid where a province or a point is missing.

    A district without communes (an island) stands for itself, as the country counts it.
    """
    unknown = sorted(set(provinces) - {row["provinceCode"] for row in source.former})
    if unknown:
        raise Invalid(_("Không có tỉnh mã %(code)s.") % {"code": ", ".join(unknown)}, place="--province")
    points, of = [], []
    rows = sorted(source.former, key=lambda row: (row["provinceCode"], row["districtCode"], row["wardCode"] or ""))
    for row in rows:
        if provinces and row["provinceCode"] not in provinces:
            continue
        level = "ward" if row["wardCode"] else "district"
        lat, lon = row[f"{level}Lat"], row[f"{level}Lon"]
        if lat is None or lon is None:
            raise Invalid(_("Xã không có tọa độ."), place=f"admin_units_legacy, {row[f'{level}Code']}")
        points.append((round(lat * E7), round(lon * E7)))
        of.append(row["provinceCode"])
    if (different := len(set(points))) < national.FEWEST:
        raise Invalid(
            _("%(communes)s xã đứng ở %(points)s điểm khác nhau; cần ít nhất %(fewest)s điểm.")
            % {"communes": len(points), "points": different, "fewest": national.FEWEST},
            place="--province" if provinces else "admin_units_legacy",
        )
    return national.country(points, of)


def write(path: Path, whole: national.Country, found: Solution) -> None:
    """The spans as a GeoJSON FeatureCollection of lines with their metres; the file appears when it is whole."""
    instance = whole.instance
    features = [
        {
            "type": "Feature",
            "properties": {"metres": int(instance.costs[edge]), "start": int(a), "end": int(b)},
            "geometry": {
                "type": "LineString",
                "coordinates": [[whole.points[node][1] / E7, whole.points[node][0] / E7] for node in (a, b)],
            },
        }
        for edge in found.edges
        for a, b in [(instance.tails[edge], instance.heads[edge])]
    ]
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
