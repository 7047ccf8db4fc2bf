"""SNDlib's native format, version 1.0, type network (Orlowski, Pióro, Tomaszewski, Wessäly, Networks 2010): nodes,
links with the capacities that can be bought, demands, and the paths they may take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from tinhso.infrastructure.solvers.formats.errors import Unreadable, decoded

HEADER = "?SNDlib native format; type: network; version: 1.0"
SECTIONS = ("META", "NODES", "LINKS", "DEMANDS", "ADMISSIBLE_PATHS")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)


@dataclass(frozen=True)
class SndNode:
    """A node; x and y are longitude and latitude in most files, None where absent."""

    id: str
    x: Decimal | None = None
    y: Decimal | None = None


@dataclass(frozen=True)
class SndLink:
    """A possible link: capacity installed already with its cost, cost of routing one unit, cost of opening it, and
    the modules (capacity, cost) that can be installed."""

    id: str
    source: str
    target: str
    capacity: Decimal = Decimal(0)
    capacity_cost: Decimal = Decimal(0)
    routing_cost: Decimal = Decimal(0)
    setup_cost: Decimal = Decimal(0)
    modules: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True)
class SndDemand:
    """A demand: `value` units of `routing_unit`; `longest` counts the links a path may have (None: any)."""

    id: str
    source: str
    target: str
    routing_unit: Decimal
    value: Decimal
    longest: int | None = None


@dataclass(frozen=True)
class SndNetwork:
    """A network design problem. `paths` by demand: path id and its links in order."""

    nodes: list[SndNode]
    links: list[SndLink]
    demands: list[SndDemand] = field(default_factory=list)
    paths: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)


def read_sndlib(raw: bytes) -> SndNetwork:
    """Read a network file. Raises Unreadable with the line of what is wrong."""
    lines = decoded(raw).splitlines()
    if not lines or not re.match(r"\s*\?SNDlib native format\s*;\s*type:\s*network\b", lines[0]):
        raise Unreadable("the first line is not that of an SNDlib network", line=1, mend=f"it reads {HEADER!r}")
    return _Reader(lines).network()


def write_sndlib(network: SndNetwork) -> str:
    """Native format of a network, read back equal by `read_sndlib`."""
    lines = [HEADER, ""]
    if network.meta:
        lines += ["META (", *(f"  {key} = {text}" for key, text in network.meta.items()), ")", ""]
    lines += ["NODES (", *(f"  {_node(node)}" for node in network.nodes), ")", ""]
    lines += ["LINKS (", *(f"  {_link(link)}" for link in network.links), ")", ""]
    lines += ["DEMANDS (", *(f"  {_demand(demand)}" for demand in network.demands), ")", ""]
    lines.append("ADMISSIBLE_PATHS (")
    for demand, paths in network.paths.items():
        lines += [f"  {demand} (", *(f"    {path} ( {' '.join(links)} )" for path, links in paths), "  )"]
    return "\n".join([*lines, ")", ""])


def _node(node: SndNode) -> str:
    return node.id if node.x is None or node.y is None else f"{node.id} ( {node.x} {node.y} )"


def _link(link: SndLink) -> str:
    modules = "".join(f"{capacity} {cost} " for capacity, cost in link.modules)
    costs = f"{link.capacity} {link.capacity_cost} {link.routing_cost} {link.setup_cost}"
    return f"{link.id} ( {link.source} {link.target} ) {costs} ( {modules})"


def _demand(demand: SndDemand) -> str:
    longest = "UNLIMITED" if demand.longest is None else demand.longest
    ends = f"{demand.source} {demand.target}"
    return f"{demand.id} ( {ends} ) {demand.routing_unit} {demand.value} {longest}"


class _Reader:
    """Words with their lines, taken one by one."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.words = list(self._split())
        self.at = 0
        self.ids: dict[str, dict[str, int]] = {"node": {}, "link": {}, "demand": {}}

    def _split(self) -> Iterator[tuple[str, int]]:
        meta = False
        for number, line in enumerate(self.lines[1:], start=2):
            text = line.partition("#")[0] if not meta else line
            if meta and text.strip() != ")":
                # A line of META holds free text, brackets and all.
                if text.strip() and not text.lstrip().startswith("#"):
                    yield text.strip(), number
                continue
            meta = bool(re.match(r"\s*META\s*\(\s*$", text))
            for word in re.findall(r"[()]|[^\s()]+", text):
                yield word, number

    @property
    def line(self) -> int:
        return self.words[min(self.at, len(self.words) - 1)][1] if self.words else len(self.lines)

    def peek(self) -> str:
        return self.words[self.at][0] if self.at < len(self.words) else ""

    def take(self, wanted: str = "") -> str:
        if self.at >= len(self.words):
            raise Unreadable("the file ends too early", line=len(self.lines), mend=f"expected {wanted or 'more'}")
        word, line = self.words[self.at]
        if wanted in {"(", ")"} and word != wanted:
            raise Unreadable(f"expected {wanted!r}, found {word[:40]!r}", line=line)
        if wanted not in {"(", ")"} and word in {"(", ")"}:
            raise Unreadable(f"expected {wanted or 'a name'}, found {word!r}", line=line)
        self.at += 1
        return word

    def number(self, what: str) -> Decimal:
        line, word = self.line, self.take(what)
        if not NUMBER.match(word):
            raise Unreadable(f"{what} is {word[:40]!r}", line=line, mend="give a finite number")
        return Decimal(word)

    def new(self, kind: str) -> str:
        line, name = self.line, self.take(f"the id of a {kind}")
        if name in self.ids[kind]:
            raise Unreadable(f"{kind} {name!r} occurs twice, on lines {self.ids[kind][name]} and {line}", line=line)
        self.ids[kind][name] = line
        return name

    def known(self, kind: str) -> str:
        line, name = self.line, self.take(f"the id of a {kind}")
        if name not in self.ids[kind]:
            raise Unreadable(f"{name!r} is no {kind} named before", line=line)
        return name

    def network(self) -> SndNetwork:
        found = SndNetwork([], [])
        seen: set[str] = set()
        while self.peek():
            line, section = self.line, self.take()
            if section not in SECTIONS:
                raise Unreadable(f"unknown section {section[:40]!r}", line=line, mend=f"known: {', '.join(SECTIONS)}")
            if section in seen:
                raise Unreadable(f"section {section} occurs twice", line=line)
            seen.add(section)
            self.take("(")
            while self.peek() != ")":
                self._entry(section, found)
            self.take(")")
        for section in ("NODES", "LINKS"):
            if section not in seen:
                raise Unreadable(f"section {section} is missing", line=len(self.lines))
        return found

    def _entry(self, section: str, found: SndNetwork) -> None:
        if section == "META":
            key, sign, text = self.take().partition("=")
            if not sign:
                raise Unreadable(f"expected 'attribute = content', found {key[:40]!r}", line=self.words[self.at - 1][1])
            found.meta[key.strip()] = text.strip()
        elif section == "NODES":
            found.nodes.append(self._node())
        elif section == "LINKS":
            found.links.append(self._link())
        elif section == "DEMANDS":
            found.demands.append(self._demand())
        else:
            demand = self.known("demand")
            found.paths[demand] = list(self._paths())

    def _node(self) -> SndNode:
        name = self.new("node")
        if self.peek() != "(":
            return SndNode(name)
        self.take("(")
        where = self.number("the longitude"), self.number("the latitude")
        self.take(")")
        return SndNode(name, *where)

    def _ends(self) -> tuple[str, str]:
        self.take("(")
        ends = self.known("node"), self.known("node")
        self.take(")")
        return ends

    def _link(self) -> SndLink:
        name, ends = self.new("link"), self._ends()
        capacity, capacity_cost = self.number("the capacity"), self.number("its cost")
        routing_cost, setup_cost = self.number("the routing cost"), self.number("the setup cost")
        modules = []
        self.take("(")
        while self.peek() != ")":
            modules.append((self.number("a module's capacity"), self.number("a module's cost")))
        self.take(")")
        return SndLink(name, *ends, capacity, capacity_cost, routing_cost, setup_cost, tuple(modules))

    def _demand(self) -> SndDemand:
        name, ends = self.new("demand"), self._ends()
        unit, value = self.number("the routing unit"), self.number("the demand")
        if self.peek() == "UNLIMITED":
            self.take()
            return SndDemand(name, *ends, unit, value)
        line, longest = self.line, self.number("the longest path")
        if longest != int(longest) or longest < 0:
            raise Unreadable(f"the longest path is {longest}", line=line, mend="give a whole number or UNLIMITED")
        return SndDemand(name, *ends, unit, value, int(longest))

    def _paths(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        self.take("(")
        while self.peek() != ")":
            name, links = self.take("a path's id"), []
            self.take("(")
            while self.peek() != ")":
                links.append(self.known("link"))
            self.take(")")
            yield name, tuple(links)
        self.take(")")
