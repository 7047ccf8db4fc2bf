"""Real topologies of the Internet Topology Zoo, where its files are at hand."""

import re
from pathlib import Path

FILES = sorted((Path(__file__).resolve().parents[5].parent / "shared/data/network/topology_zoo_gml").glob("*.gml"))


def zoo(path: Path) -> tuple[int, list[tuple[int, int]]]:
    """How many nodes a file has, and both ends of every span; read by eye of a pattern, since what reads files lies in
    a room above this one."""
    text = path.read_text(encoding="utf-8", errors="replace")
    ids = [int(found) for found in re.findall(r"node\s*\[\s*id\s+(\d+)", text)]
    number = {node: place for place, node in enumerate(ids)}
    ends = re.findall(r"edge\s*\[\s*source\s+(\d+)\s+target\s+(\d+)", text)
    return len(ids), [(number[int(one)], number[int(two)]) for one, two in ends]
