"""tinhso plan_double: the cheapest additions that give every node of a file two ways to the core."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.errors import Problem as Refused
from tinhso.foundation.text import Text
from tinhso.infrastructure.planning.doubling_files import FORMATS, NEAREST, Asked, ask
from tinhso.infrastructure.solvers.double import Malformed, Plan, Progress, double
from tinhso.infrastructure.solvers.formats.errors import Unreadable
from tinhso.infrastructure.solvers.verify import Ground, verify

LARGEST = 500_000_000
SOLVED = {
    "augmentation of a connected network": Text(
        "bổ sung cho mạng đã liên thông", "augmentation of a connected network"
    ),
    "survivable design": Text("thiết kế mạng chịu lỗi", "survivable design"),
}


class Command(BaseCommand):
    help = "Two-way connection of a network (GML, SNDlib native, OFDS): cost, certified bound and gap."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(set(FORMATS.values())), help="default: by the file's ending")
        parser.add_argument(
            "--core", nargs="+", default=[], metavar="NODE", help="ids or names (default: the node with most spans)"
        )
        parser.add_argument("--protect", choices=("span", "node"), default="span", help="from what (default: span)")
        parser.add_argument("--time-limit", type=float, default=60.0, help="seconds (default: 60)")
        parser.add_argument("--seed", type=int, default=0, help="same seed, same plan (default: 0)")
        parser.add_argument("--memory-mb", type=int, help="end the search when the process holds this much")
        parser.add_argument(
            "--from-scratch", action="store_true", help="SNDlib: offer links with installed capacity too"
        )
        parser.add_argument(
            "--nearest", type=int, default=NEAREST, help=f"GML, OFDS: offer lines to so many neighbours ({NEAREST})"
        )
        parser.add_argument("--json", action="store_true", help="print JSON, one object a network")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["time_limit"] <= 0 or min(options["nearest"], options["memory_mb"] or 1) <= 0:
            raise CommandError("--time-limit, --nearest, --memory-mb > 0")
        if options["seed"] < 0:
            raise CommandError("--seed ≥ 0")
        path: Path = options["file"]
        kind = options["format"] or FORMATS.get(path.suffix.lower())
        if kind is None:
            known = ", ".join(sorted(FORMATS))
            raise CommandError(
                f"{path}: " + str(Text(f"đuôi tệp lạ ({known}): nêu --format", f"say --format ({known})"))
            )
        try:
            if path.stat().st_size > LARGEST:
                raise CommandError(f"{path}: > {LARGEST:,} B")
            chosen = {key: options[key] for key in ("nearest", "from_scratch")}
            for asked in ask(path.read_bytes(), kind, options["core"], **chosen):
                self._plan(asked, options)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except (Unreadable, Malformed, Refused) as error:
            raise CommandError(f"{path}: {error}") from error

    def _plan(self, asked: Asked, options: dict[str, Any]) -> None:
        def say(progress: Progress) -> None:
            self.stderr.write(f"{progress.at_s:8.2f} s  {progress.value} ≥ {progress.bound}  {progress.gap:.3%}")

        plan = double(
            asked.problem, protect=options["protect"], time_limit=options["time_limit"], seed=options["seed"],
            memory_mb=options["memory_mb"], on_progress=say if int(options["verbosity"]) > 1 else None,
            skip_impossible=True,
        )  # fmt: skip
        faults = verify(ground(asked, plan), plan.edges, need=plan.need, cost=plan.cost, bound=plan.bound)
        if faults:
            raise CommandError("; ".join(fault.detail for fault in faults[:5]))
        told = as_json(asked, plan) if options["json"] else as_text(asked, plan)
        self.stdout.write(told)


def ground(asked: Asked, plan: Plan) -> Ground:
    """What the verifier judges the plan on: sites that no candidates can protect are left out."""
    problem = asked.problem
    spans = zip(problem.tails.tolist(), problem.heads.tolist(), problem.costs.tolist(), strict=True)
    left = set(plan.impossible)
    sites = {site.key: site.nodes for site in problem.sites if site.key not in left}
    return Ground(problem.nodes, list(spans), problem.existing.tolist(), problem.core, sites)


def amount(asked: Asked, cost: int) -> str:
    """A cost in the file's unit."""
    whole = str(cost) if asked.per_unit == 1 else f"{cost / asked.per_unit:.15g}"
    return f"{whole} {asked.unit}".strip()


def as_text(asked: Asked, plan: Plan) -> str:
    problem = asked.problem
    core = ", ".join(asked.nodes[node] for node in problem.core)
    state = (
        Text("đã chứng minh là rẻ nhất", "proven cheapest") if plan.proven else Text("chưa chứng minh", "not proven")
    )
    lines = [
        *([asked.name] if asked.name else []),
        str(Text(f"lõi    {core}", f"core   {core}")),
        str(Text(f"ứng viên {len(problem.offered)}: ", f"offered {len(problem.offered)}: ")) + plan.candidates,
        str(Text("bài toán ", "solved ")) + str(SOLVED[plan.solved]),
        f"cost   {amount(asked, plan.cost)}",
        f"bound  {amount(asked, plan.bound)}",
        f"gap    {plan.gap:.4%}  {state}",
        f"time   {plan.seconds:.2f} s",
    ]
    if asked.skipped:
        lines.append(
            str(Text(f"Bỏ qua {asked.skipped} tuyến thiếu đầu", f"{asked.skipped} spans without both ends left out"))
        )
    if plan.impossible:
        named = dict(zip((site.key for site in problem.sites), asked.nodes, strict=True))
        names = ", ".join(named[key] for key in plan.impossible[:10]) + (", …" if len(plan.impossible) > 10 else "")
        count = len(plan.impossible)
        lines.append(
            str(Text(f"Không ứng viên nào bảo vệ được {count} nút: ", f"No candidates protect {count} nodes: ")) + names
        )
    for span in plan.edges:
        one, other = asked.nodes[problem.tails[span]], asked.nodes[problem.heads[span]]
        lines.append(f"{amount(asked, int(problem.costs[span])):>14}  {one} – {other}")
    return "\n".join(lines)


def as_json(asked: Asked, plan: Plan) -> str:
    problem = asked.problem
    return json.dumps(
        {
            "name": asked.name,
            "nodes": problem.nodes,
            "core": [asked.nodes[node] for node in problem.core],
            "protect": plan.need,
            "solved": plan.solved,
            "candidates": plan.candidates,
            "offered": len(problem.offered),
            "cost": plan.cost,
            "bound": plan.bound,
            "per_unit": asked.per_unit,
            "unit": asked.unit,
            "gap": plan.gap,
            "proven": plan.proven,
            "seconds": round(plan.seconds, 3),
            "unprotected": list(plan.impossible),
            "spans": [
                [asked.nodes[problem.tails[span]], asked.nodes[problem.heads[span]], int(problem.costs[span])]
                for span in plan.edges
            ],
        },
        ensure_ascii=False,
    )
