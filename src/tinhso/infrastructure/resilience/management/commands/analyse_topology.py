"""tinhso analyse_topology: bridges and articulation points of a topology file, and what the loss of each takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.infrastructure.resilience.topology_file import Analysis, Weak, analyse
from tinhso.infrastructure.solvers.formats.errors import Unreadable
from tinhso.infrastructure.solvers.formats.gml import read_gml

LARGEST = 500_000_000
LOST = {
    "pairs": Text("cặp nút mất nhau", "pairs of nodes lost"),
    "nodes": Text("nút mất lõi", "nodes that lose the core"),
}


class Command(BaseCommand):
    help = "Bridges, articulation points and pairs of nodes lost by each, from a GML file (Topology Zoo)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--core", nargs="+", default=[], metavar="LABEL", help="count nodes that lose these instead"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            if path.stat().st_size > LARGEST:
                raise CommandError(f"{path}: > {LARGEST:,} B")
            found = analyse(read_gml(path.read_bytes()), options["core"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except (Unreadable, Problem, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        else:
            self._tell(found)

    def _tell(self, found: Analysis) -> None:
        nodes, spans, parts = found.nodes, found.spans, len(found.components)
        counted = Text(
            f"{nodes} nút, {spans} tuyến, {parts} thành phần liên thông",
            f"{nodes} nodes, {spans} spans, {parts} components",
        )
        self.stdout.write(" · ".join(str(part) for part in (found.name, counted) if part))
        if found.unreached:
            lost = Text(f"Không tới lõi: {found.unreached} nút", f"Not joined to the core: {found.unreached} nodes")
            self.stdout.write(str(lost))
        self._list(Text("Cầu", "Bridges"), found.bridges, found.unit)
        self._list(Text("Nút khớp", "Articulation points"), found.articulation, found.unit)
        cuts = Text("Cặp tuyến cùng cắt thì chia mạng", "Pairs of spans that only together part the network")
        self.stdout.write(f"{cuts}: {found.span_cuts:,}")

    def _list(self, title: Text, weak: list[Weak], unit: str) -> None:
        self.stdout.write(f"{title}: {len(weak)}" + (f" ({LOST[unit]})" if weak else ""))
        for one in weak:
            self.stdout.write(f"{one.lost:>10,}  {' – '.join(one.labels)}  [{one.id}]")
