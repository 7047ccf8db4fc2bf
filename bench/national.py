"""One plan for all communes of the country: gap, wall time, memory of all processes, the same by 1 worker and by 4.

    python bench/national.py [FILE] [--workers 1,4] [--province CODE …]

FILE is the wheel of vietnamadminunits (`pip download --no-deps vietnamadminunits`) or its unpacked folder; without it
the environment's TINHSO_VIETNAM_UNITS, else the one beside the shared data, else nothing is measured and that is said.
Each number of workers runs `tinhso plan_country` in processes of its own. Memory is the proportional set size of that
process and all below it, added up every quarter of a second: pages shared are counted once. Ends with an error where
totals or plans differ or an aim is missed. Last, all N-1 of the plan itself, as a network in use.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GAP, WALL_S, MEMORY_GB, JUNCTIONS = 0.02, 600.0, 8.0, 3
SAME = ("communes", "nodes", "candidates", "metres", "bound", "gap", "spans", "plan")
SRC = Path(__file__).resolve().parents[1] / "src"
BESIDE = Path(__file__).resolve().parents[1] / "../shared/data/places"


def data(given: Path | None) -> Path | None:
    """The wheel to read, if there is one."""
    named = given or (Path(found) if (found := os.environ.get("TINHSO_VIETNAM_UNITS")) else None)
    return named or next(iter(sorted(BESIDE.glob("vietnamadminunits-*.whl"))), None)


def below(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _name, after = stat.read_text().rsplit(")", 1)
        except (OSError, ValueError):
            continue
        children.setdefault(int(after.split()[1]), []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def held(root: int, spent: dict[int, float]) -> int:
    """Bytes of memory of a process and all that descend from it; `spent` learns their seconds of CPU."""
    total = 0
    for process in below(root):
        try:
            ran = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            spent[process] = (int(ran[11]) + int(ran[12])) / os.sysconf("SC_CLK_TCK")
            pss = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(pss[1]) * 1024 if pss else 0
    return total


def measured(file: Path, workers: int, provinces: list[str], output: Path) -> tuple[dict[str, Any], float, float, int]:
    """What the command tells, its wall time, the CPU time of all processes and the most memory seen."""
    asked = [sys.executable, "-m", "tinhso", "plan_country", str(file), "--json", "--workers", str(workers)]
    asked += [part for code in provinces for part in ("--province", code)] + ["--output", str(output)]
    path = os.pathsep.join([str(SRC), *filter(None, [os.environ.get("PYTHONPATH")])])
    began, most = time.perf_counter(), 0
    spent: dict[int, float] = {}
    with subprocess.Popen(asked, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True) as run:
        while run.poll() is None:
            most = max(most, held(run.pid, spent))
            time.sleep(0.25)
        seconds = time.perf_counter() - began
        told = run.stdout.read() if run.stdout else ""
    if run.returncode:
        raise SystemExit(f"plan_country ended with status {run.returncode}")
    return json.loads(told), seconds, sum(spent.values()), most


def single_losses(plan: Path) -> None:
    """All N-1 of the plan: communes lost by every span and every node."""
    sys.path.insert(0, str(SRC))
    import numpy as np

    from tinhso.infrastructure.graphs.loss import node_losses, prepare, span_losses
    from tinhso.infrastructure.graphs.multigraph import Multigraph
    from tinhso.infrastructure.graphs.rooted import Rooted
    from tinhso.infrastructure.graphs.services import Services
    from tinhso.infrastructure.solvers.compiled import compiled

    spans = [feature["properties"] for feature in json.loads(plan.read_text())["features"]]
    nodes = sorted({span[end] for span in spans for end in ("start", "end")})
    number = {node: place for place, node in enumerate(nodes)}
    a, b = (np.array([number[span[end]] for span in spans], np.int32) for end in ("start", "end"))

    def once() -> tuple[int, int]:
        graph = Multigraph(list(range(len(nodes))), list(range(len(spans))), a, b)
        ones = {"nodes": np.ones(len(nodes), np.int64)}
        laid = prepare(Rooted.of(graph, [0], compiled), Services.each_node(graph, ones))
        return int(span_losses(laid)["nodes"].max()), int(node_losses(laid)["nodes"].max())

    once()
    began = time.perf_counter()
    by_span, by_node = once()
    print(
        f"all N-1 of the plan's {len(spans):,} spans and {len(nodes):,} nodes: {time.perf_counter() - began:.3f} s; "
        f"the worst span takes {by_span:,} nodes, the worst node {by_node:,}"
    )


def main() -> None:
    """All of it; an error where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--workers", default="1,4")
    parser.add_argument("--province", action="append", default=[])
    given = parser.parse_args()
    file = data(given.file)
    if file is None:
        print("not measured: name the wheel of vietnamadminunits, as argument or in TINHSO_VIETNAM_UNITS")
        return
    missed, first = [], None
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.geojson"
        for workers in map(int, given.workers.split(",")):
            load = os.getloadavg()[0]
            told, seconds, cpu, most = measured(file, workers, given.province, plan)
            first = first or told
            print(
                f"{workers} worker(s), load {load:.1f} before: {told['communes']:,} communes, {told['nodes']:,} nodes, "
                f"{told['candidates']:,} candidates; {told['metres']:,} m, bound {told['bound']:,}, "
                f"gap {told['gap']:.3%}; {seconds:.0f} s in all, {told['seconds']:.0f} s of them planning; "
                f"{cpu:.0f} s of CPU, at most {most / 1e9:.2f} GB; plan {told['plan'][:16]}",
                flush=True,
            )
            missed += [f"{workers} worker(s): other {key} than before" for key in SAME if told[key] != first[key]]
            missed += [
                f"{workers} worker(s): {what}"
                for what, wrong in (
                    (f"gap above {GAP:.0%}", told["gap"] > GAP),
                    (f"more than {WALL_S:g} s", seconds > WALL_S),
                    (f"more than {MEMORY_GB:g} GB", most > MEMORY_GB * 1e9),
                    (f"fewer than {JUNCTIONS} junctions a commune", told["nodes"] < (1 + JUNCTIONS) * told["communes"]),
                )
                if wrong
            ]
        single_losses(plan)
    if missed:
        raise SystemExit("missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
