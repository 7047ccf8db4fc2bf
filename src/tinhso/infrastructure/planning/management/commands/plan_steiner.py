"""tinhso plan_steiner: the cheapest tree of a SteinLib problem, with its bound and gap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tinhso.infrastructure.solvers.formats.stp import StpFile, Unreadable, read_stp, write_stp, write_tree
from tinhso.infrastructure.solvers.steiner import Progress, Solution, Unreachable, solve
from tinhso.infrastructure.solvers.steiner.warm import warm_up


class Command(BaseCommand):
    help = (
        "Solve a Steiner tree problem in SteinLib's STP format (or PACE 2018's); print cost, certified bound and gap."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--time-limit", type=float, default=60.0, help="seconds (default: 60)")
        parser.add_argument("--seed", type=int, default=0, help="same seed, same tree (default: 0)")
        parser.add_argument("--memory-mb", type=int, help="end the search when the process holds this much")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        parser.add_argument(
            "--tree", type=Path, help="write the tree: STP if the name ends in .stp, else lines of ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["time_limit"] <= 0 or options["seed"] < 0 or (options["memory_mb"] or 1) <= 0:
            raise CommandError(_("Giới hạn thời gian và bộ nhớ phải lớn hơn 0; hạt giống từ 0."))
        path: Path = options["file"]
        try:
            problem = read_stp(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Unreadable as error:
            raise CommandError(f"{path}: {error}") from error
        for note in problem.notes:
            self.stderr.write(f"{path}: {note}")

        def say(progress: Progress) -> None:
            self.stderr.write(
                f"{progress.at_s:8.2f} s  {shown(problem, progress.cost)} ≥ {shown(problem, progress.bound)}"
                f"  {progress.gap:.3%}  {progress.phase}"
            )

        warm_up()
        try:
            solution = solve(
                problem.instance,
                time_limit=options["time_limit"],
                seed=options["seed"],
                memory_mb=options["memory_mb"],
                on_progress=say if int(options["verbosity"]) > 1 else None,
            )
        except Unreachable as error:
            names = ", ".join(str(terminal + 1) for terminal in error.terminals[:20])
            more = ", …" if len(error.terminals) > 20 else ""
            raise CommandError(
                f"{path}: "
                + _("Không có cây nào nối được các đỉnh %(names)s với phần còn lại.") % {"names": names + more}
            ) from error
        if options["tree"]:
            write(options["tree"], problem, solution)
        self.stdout.write(as_json(problem, solution) if options["json"] else as_text(problem, solution))


def shown(problem: StpFile, scaled: int) -> str:
    """A cost in the file's units, exactly."""
    value = problem.cost(scaled)
    return str(value) if isinstance(value, int) else f"{float(value):.15g}"


def as_text(problem: StpFile, solution: Solution) -> str:
    """Cost, bound and gap on lines of their own."""
    state = _("đã chứng minh là rẻ nhất") if solution.proven else _("chưa chứng minh là rẻ nhất")
    return "\n".join(
        [
            f"cost   {shown(problem, solution.cost)}",
            f"bound  {shown(problem, solution.bound)}",
            f"gap    {solution.gap:.4%}  {state}",
            f"edges  {len(solution.edges)}",
            f"time   {solution.seconds:.2f} s",
        ]
    )


def as_json(problem: StpFile, solution: Solution) -> str:
    """The same as one object, with the tree as pairs of vertices; costs are strings where the file has decimals."""

    def amount(scaled: int) -> int | str:
        value = problem.cost(scaled)
        return value if isinstance(value, int) else str(value)

    instance = problem.instance
    return json.dumps(
        {
            "name": problem.name,
            "nodes": instance.nodes,
            "edges": len(instance.tails),
            "terminals": len(instance.terminals),
            "cost": amount(solution.cost),
            "bound": amount(solution.bound),
            "gap": solution.gap,
            "proven": solution.proven,
            "seconds": round(solution.seconds, 3),
            "tree": [[int(instance.tails[e]) + 1, int(instance.heads[e]) + 1] for e in solution.edges],
        },
        ensure_ascii=False,
    )


def write(path: Path, problem: StpFile, solution: Solution) -> None:
    """The tree in a file, which is there whole or not at all."""
    if path.suffix.lower() == ".stp":
        text = write_stp(
            problem.instance, edges=solution.edges, scale=problem.scale, name=problem.name,
            coordinates=problem.coordinates,
        )  # fmt: skip
    else:
        text = write_tree(problem.instance, solution.edges, solution.cost, problem.scale)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_text(text)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CommandError(f"{path}: {error.strerror}") from error
