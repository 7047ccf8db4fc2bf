"""Graph Modelling Language (Himsolt, University of Passau, 1997), as the Internet Topology Zoo and others write it.

Tolerant where files differ: labels may repeat or be absent, edges may lack ids, run in parallel whatever `multigraph`
says, and carry any attributes; text may be UTF-8 or ISO 8859-1 with or without character entities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape

from tinhso.infrastructure.solvers.formats.errors import Unreadable, decoded

TOKEN = re.compile(
    r"""[ \t\r\f\v]+|(?P<line>\n)|(?P<comment>\#[^\n]*)|(?P<open>\[)|(?P<close>\])|"(?P<text>[^"]*)"
    |(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))|(?P<odd>[+-]?(?:nan|inf)\b)|(?P<key>[A-Za-z_][\w.:-]*)""",
    re.VERBOSE | re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
DEEPEST = 50

Value = "int | Decimal | str | Items"
Items = list[tuple[str, "int | Decimal | str | Items"]]


@dataclass(frozen=True)
class GmlNode:
    """A node by its number in the file. Coordinates in degrees, None where absent; `attributes` are all others."""

    id: int
    label: str
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    attributes: Items = field(default_factory=list)


@dataclass(frozen=True)
class GmlEdge:
    """An edge between two node numbers; `id` is its own where the file gives one, else made from its ends."""

    id: str
    source: int
    target: int
    attributes: Items = field(default_factory=list)
    named: bool = False


@dataclass(frozen=True)
class GmlGraph:
    """A graph with its own attributes (label, creator, …) in the order of the file."""

    nodes: list[GmlNode]
    edges: list[GmlEdge]
    attributes: Items = field(default_factory=list)

    @property
    def label(self) -> str:
        """The graph's name, empty where it has none."""
        return str(next((value for key, value in self.attributes if key in {"label", "Network", "name"}), ""))

    def nodes_labelled(self, label: str) -> list[GmlNode]:
        """Nodes of a label; labels may repeat."""
        return [node for node in self.nodes if node.label == label]


def read_gml(raw: bytes) -> GmlGraph:
    """The first graph of a file. Raises Unreadable with the line of what is wrong."""
    top, lines = _parsed(decoded(raw))
    graph = next((value for key, value in top if key.lower() == "graph"), None)
    if not isinstance(graph, list):
        raise Unreadable("no graph [ … ] in the file", mend="is this a GML file?")
    return _Reader(lines).graph(graph)


def write_gml(graph: GmlGraph) -> str:
    """GML of a graph, read back equal by `read_gml`."""
    lines = ["graph ["]
    lines += _written(graph.attributes, 1)
    for node in graph.nodes:
        items: Items = [("id", node.id), ("label", node.label)]
        if node.longitude is not None:
            items.append(("Longitude", node.longitude))
        if node.latitude is not None:
            items.append(("Latitude", node.latitude))
        lines += ["  node [", *_written(items + node.attributes, 2), "  ]"]
    for edge in graph.edges:
        items = [("source", edge.source), ("target", edge.target)]
        if edge.named:
            items.append(("id", edge.id))
        lines += ["  edge [", *_written(items + edge.attributes, 2), "  ]"]
    return "\n".join([*lines, "]", ""])


def _written(items: Items, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, value in items:
        if isinstance(value, list):
            yield f"{indent}{key} ["
            yield from _written(value, depth + 1)
            yield f"{indent}]"
        elif isinstance(value, str):
            safe = value.replace("&", "&amp;").replace('"', "&quot;")
            safe = "".join(char if char.isascii() else f"&#{ord(char)};" for char in safe)
            yield f'{indent}{key} "{safe}"'
        else:
            yield f"{indent}{key} {value}"


def _parsed(text: str) -> tuple[Items, dict[int, int]]:
    """Nested keys and values, and the line on which each list begins (by its identity)."""
    top: Items = []
    stack, lines, key, line, at = [top], {id(top): 1}, "", 1, 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            what = "a text without closing quote" if text[at] == '"' else f"cannot read {text[at : at + 20]!r}"
            raise Unreadable(what, line=line)
        kind, piece = found.lastgroup, found.group()
        at = found.end()
        if kind == "key" and not key:
            key = piece
        elif kind in {"key", "number", "odd", "text", "open"}:
            if not key:
                raise Unreadable(f"{piece[:40]!r} stands where a key should", line=line, mend="each value needs a key")
            if kind == "key":
                raise Unreadable(f"{key!r} has no value", line=line, mend="put texts in quotes")
            value = _value(kind, found.group(kind), line)
            stack[-1].append((key, value))
            key = ""
            if isinstance(value, list):
                lines[id(value)] = line
                stack.append(value)
                if len(stack) > DEEPEST:
                    raise Unreadable(f"lists nested more than {DEEPEST} deep", line=line)
        elif kind == "close":
            if key or len(stack) == 1:
                raise Unreadable(f"{key!r} has no value" if key else "a ] without its [", line=line)
            stack.pop()
        line += piece.count("\n")
    if key or len(stack) > 1:
        begun = lines[id(stack[-1])]
        raise Unreadable(f"{key!r} has no value" if key else "the file ends inside a list", line=line if key else begun)
    return top, lines


def _value(kind: str, piece: str, line: int) -> int | Decimal | str | Items:
    if kind == "open":
        return []
    if kind == "text":
        return ENTITY.sub(lambda found: unescape(found.group()), piece)
    if kind == "odd":
        return piece
    if len(piece) > 400:
        raise Unreadable("a number of more than 400 characters", line=line)
    return int(piece) if piece.lstrip("+-").isdigit() else Decimal(piece)


class _Reader:
    """Nodes and edges out of nested items, each fault named with its line."""

    def __init__(self, lines: dict[int, int]) -> None:
        self.lines = lines
        self.taken: dict[int, int] = {}
        self.parallel: Counter[tuple[int, int]] = Counter()

    def graph(self, items: Items) -> GmlGraph:
        nodes, rest = [], []
        edges: list[tuple[Items, int]] = []
        for key, value in items:
            if key.lower() == "node" and isinstance(value, list):
                nodes.append(self.node(value))
            elif key.lower() == "edge" and isinstance(value, list):
                edges.append((value, self.lines[id(value)]))
            else:
                rest.append((key, value))
        given = Counter(str(value) for edge, _line in edges for key, value in edge if key == "id")
        return GmlGraph(nodes, [self.edge(edge, line, given) for edge, line in edges], rest)

    def node(self, items: Items) -> GmlNode:
        line = self.lines[id(items)]
        number = self.number(items, "id", line, "node")
        if number in self.taken:
            told = f"node id {number} occurs twice, on lines {self.taken[number]} and {line}"
            raise Unreadable(told, line=line, mend="give each node an id of its own")
        self.taken[number] = line
        where: dict[str, Decimal | None] = {"Longitude": None, "Latitude": None}
        label, rest = None, []
        for key, value in items:
            if key == "label" and label is None and not isinstance(value, list):
                label = str(value)
            elif key in where and where[key] is None and isinstance(value, int | Decimal):
                where[key] = Decimal(value)
            elif key != "id":
                rest.append((key, value))
        return GmlNode(number, str(number) if label is None else label, where["Longitude"], where["Latitude"], rest)

    def edge(self, items: Items, line: int, given: Counter[str]) -> GmlEdge:
        ends = [self.number(items, side, line, "edge") for side in ("source", "target")]
        for side, end in zip(("source", "target"), ends, strict=True):
            if end not in self.taken:
                raise Unreadable(f"the edge's {side} {end} is no node", line=line, mend="add the node or drop the edge")
        own = next((str(value) for key, value in items if key == "id" and not isinstance(value, list)), None)
        named = own is not None and given[own] == 1
        # An id that several edges share stays an attribute; it names none of them.
        skipped = {"source", "target"} | ({"id"} if named else set())
        rest = [(key, value) for key, value in items if key not in skipped]
        if not named or own is None:
            pair = (min(ends), max(ends))
            self.parallel[pair] += 1
            own = f"{pair[0]}–{pair[1]}" + (f" #{self.parallel[pair]}" if self.parallel[pair] > 1 else "")
        return GmlEdge(own, ends[0], ends[1], rest, named)

    def number(self, items: Items, key: str, line: int, kind: str) -> int:
        found = [value for name, value in items if name == key]
        if len(found) != 1 or not isinstance(found[0], int):
            told = f"{len(found)} times {key}" if found and len(found) > 1 else f"no whole number {key}"
            raise Unreadable(f"this {kind} has {told}", line=line, mend=f"give one, as in: {key} 7")
        return found[0]
