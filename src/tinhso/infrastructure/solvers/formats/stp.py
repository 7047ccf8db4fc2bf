"""SteinLib's STP format of Steiner tree problems, with the variants of PACE 2018: read robustly, written plainly.

T. Koch, A. Martin, S. Voß, "SteinLib: an updated library on Steiner tree problems in graphs", ZIB-Report 00-37 (2000);
PACE 2018 adds a section with a tree decomposition and drops the header. Costs may be decimals: all are scaled by one
power of ten, exactly. What would make it another problem (arcs, prizes, degree limits) is refused by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np

from tinhso.infrastructure.solvers.formats.errors import Unreadable, decoded
from tinhso.infrastructure.solvers.steiner.problem import Instance, Invalid

MAGIC = "33D32945 STP File, STP Format Version 1.0"
_WHOLE = re.compile(r"[+-]?[0-9]{1,400}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})([eE][+-]?[0-9]{1,3})?", re.ASCII)
_HARMLESS = {"comment", "coordinates", "presolve", "tree", "cut", "cuts", "name", "finalization"}
_OTHER_PROBLEM = {
    "obstacles": "obstacles in the plane",
    "maximumdegrees": "limits on degrees",
    "nodeweights": "prizes or weights of nodes",
    "hoplimit": "a limit on hops",
}
# A problem this large is refused before memory is taken for it.
MOST_NODES = 20_000_000


@dataclass
class StpFile:
    """A problem as read. Costs in the file are those of the instance divided by `scale`; vertices count from 1."""

    instance: Instance
    scale: int = 1
    name: str = ""
    coordinates: dict[int, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def cost(self, scaled: int) -> int | Fraction:
        """A cost in the units of the file."""
        value = Fraction(scaled, self.scale)
        return value.numerator if value.denominator == 1 else value


class _Reader:
    """Takes a file line by line."""

    def __init__(self) -> None:
        self.nodes: int | None = None
        self.declared: dict[str, tuple[int, int]] = {}
        self.tails: list[int] = []
        self.heads: list[int] = []
        self.costs: list[tuple[str, int]] = []
        self.ends: list[int] = []
        self.terminals: list[tuple[int, int]] = []
        self.coordinates: dict[int, tuple[str, ...]] = {}
        self.name = ""
        self.notes: list[str] = []
        self.sections: set[str] = set()

    def read(self, lines: Iterator[tuple[int, list[str]]]) -> None:
        """Sections in any order, each up to its END, the next SECTION or the end of the file."""
        section = ""
        for number, words in lines:
            key = words[0].lower()
            if key == "section":
                section = "".join(words[1:]).lower()
                if section in _OTHER_PROBLEM:
                    raise Unreadable(
                        f"the file asks for {_OTHER_PROBLEM[section]}, which is another problem", line=number
                    )
                if section not in {"graph", "terminals", "treedecomposition", *_HARMLESS}:
                    raise Unreadable(
                        f"unknown section {' '.join(words[1:])!r}",
                        line=number,
                        mend="remove it if it does not change the problem",
                    )
                if section in {"graph", "terminals"} and section in self.sections:
                    raise Unreadable(f"a second section {words[1]}", line=number, mend="a file holds one problem")
                self.sections.add(section)
            elif key == "eof":
                return
            elif key == "end":
                section = ""
            elif section == "graph":
                self.graph(number, key, words)
            elif section == "terminals":
                self.terminal(number, key, words)
            elif section == "coordinates" and key in {"d", "dd", "ddd"} and len(words) > 2:
                self.coordinates[self.vertex(number, words[1])] = tuple(words[2:])
            elif section == "comment" and key == "name":
                self.name = " ".join(words[1:]).strip('"')
            elif not section and key not in {"33d32945", "c"} and not key.startswith("33d32945"):
                raise Unreadable(f"{words[0]!r} stands outside any section", line=number)

    def graph(self, number: int, key: str, words: list[str]) -> None:
        """A line of the section Graph."""
        if key == "e":
            if len(words) < 4:
                raise Unreadable("an edge is 'E tail head cost'", line=number)
            self.tails.append(self.vertex(number, words[1]))
            self.heads.append(self.vertex(number, words[2]))
            self.costs.append((words[3], number))
        elif key in {"nodes", "edges"}:
            value = self.count(number, words)
            if key == "nodes":
                if value > MOST_NODES:
                    raise Unreadable(f"{value} nodes are more than {MOST_NODES}", line=number)
                self.nodes = value
            self.declared[key] = (value, number)
        elif key == "a" or (key == "arcs" and words[1:] != ["0"]):
            raise Unreadable("arcs ('A') make it a directed problem", line=number, mend="only edges ('E') are read")
        elif key not in {"arcs", "obstacles", "name", "optimal", "remark", "creator", "problem", "c"}:
            raise Unreadable(f"{words[0]!r} is unknown in section Graph", line=number)

    def terminal(self, number: int, key: str, words: list[str]) -> None:
        """A line of the section Terminals."""
        if key == "t":
            if len(words) < 2:
                raise Unreadable("a terminal is 'T vertex'", line=number)
            self.terminals.append((self.vertex(number, words[1]), number))
        elif key == "terminals":
            self.declared[key] = (self.count(number, words), number)
        elif key == "root" and len(words) > 1:
            self.notes.append(f"line {number}: the root {words[1]} says nothing about an undirected tree.")
        elif key in {"tp", "rootp", "tg"}:
            raise Unreadable(
                f"{words[0]!r} makes it a problem with prizes or groups, which is another problem", line=number
            )
        elif key != "c":
            raise Unreadable(f"{words[0]!r} is unknown in section Terminals", line=number)

    def vertex(self, number: int, word: str) -> int:
        """A vertex, counted from 0; whether it exists is known at the end."""
        if not _WHOLE.fullmatch(word):
            raise Unreadable(f"{word!r} is no vertex", line=number, mend="vertices are whole numbers from 1")
        value = int(word)
        if value < 1 or value > MOST_NODES or (self.nodes is not None and value > self.nodes):
            limit = self.nodes if self.nodes is not None else MOST_NODES
            raise Unreadable(f"vertex {word[:20]} does not exist", line=number, mend=f"vertices are 1 to {limit}")
        return value - 1

    def count(self, number: int, words: list[str]) -> int:
        """How many of something the file announces."""
        if len(words) < 2 or not _WHOLE.fullmatch(words[1]) or words[1].startswith("-"):
            raise Unreadable(f"{words[0]!r} needs a whole number of at least 0", line=number)
        return int(words[1])

    def scaled(self) -> tuple[list[int], int]:
        """The costs as integers, and the power of ten they were multiplied by."""
        values, places = [], 0
        for word, number in self.costs:
            if _WHOLE.fullmatch(word):
                value: int | Decimal = int(word)
            elif _DECIMAL.fullmatch(word):
                value = Decimal(word)
                exponent = value.normalize().as_tuple().exponent
                places = max(places, -int(exponent))
                if places > 30:
                    raise Unreadable(f"the cost {word[:40]} has more than 30 decimals", line=number)
            else:
                raise Unreadable(f"the cost {word[:40]!r} is no finite number", line=number)
            if value < 0:
                raise Unreadable(f"the cost {word[:40]} is negative", line=number, mend="a cost is at least 0")
            if value > 1 << 60:
                raise Unreadable(f"the cost {word[:40]} is too large", line=number, mend="use a larger unit")
            values.append(value)
        scale = 10**places
        return [int(Fraction(value) * scale) for value in values], scale

    def result(self) -> StpFile:
        """The problem, once everything is read."""
        if "graph" not in self.sections:
            raise Unreadable("there is no section Graph, so this is no Steiner tree problem in a graph")
        if self.nodes is None:
            raise Unreadable("section Graph does not say how many 'Nodes' there are")
        if "terminals" not in self.sections:
            raise Unreadable("there is no section Terminals")
        for (_cost, number), *ends in zip(self.costs, self.tails, self.heads, strict=True):
            if max(ends) >= self.nodes:
                raise Unreadable(
                    f"vertex {max(ends) + 1} does not exist", line=number, mend=f"vertices are 1 to {self.nodes}"
                )
        for vertex, number in self.terminals:
            if vertex >= self.nodes:
                raise Unreadable(
                    f"vertex {vertex + 1} does not exist", line=number, mend=f"vertices are 1 to {self.nodes}"
                )
        for what, found in (("edges", len(self.tails)), ("terminals", len(self.terminals))):
            value, number = self.declared.get(what, (found, 0))
            if value != found:
                self.notes.append(f"line {number}: {value} {what} announced, {found} given.")
        if len({vertex for vertex, _number in self.terminals}) < len(self.terminals):
            self.notes.append("Some terminals are listed twice; each counts once.")
        costs, scale = self.scaled()
        try:
            instance = Instance.of(
                self.nodes, np.array(self.tails, np.int64), np.array(self.heads, np.int64), costs,
                np.array([vertex for vertex, _number in self.terminals], np.int64),
            )  # fmt: skip
        except Invalid as error:
            raise Unreadable(str(error)) from error
        return StpFile(instance, scale, self.name, self.coordinates, self.notes)


def read_stp(data: bytes) -> StpFile:
    """The problem in a file. Raises Unreadable naming the line; `notes` tell what was odd but harmless."""
    text = decoded(data)
    lines = ((number, line.split("#", 1)[0].split()) for number, line in enumerate(text.splitlines(), start=1))
    reader = _Reader()
    reader.read((number, words) for number, words in lines if words)
    return reader.result()


def _amount(value: int, scale: int) -> str:
    """A scaled cost as a plain decimal."""
    if scale == 1:
        return str(value)
    places = len(str(scale)) - 1
    return f"{value // scale}.{value % scale:0{places}d}".rstrip("0").rstrip(".")


def write_stp(
    instance: Instance,
    *,
    edges: list[int] | None = None,
    scale: int = 1,
    name: str = "",
    coordinates: dict[int, tuple[str, ...]] | None = None,
) -> str:
    """An STP file of an instance, or of some of its edges (a tree); readable by SteinLib's and PACE's readers."""
    chosen = range(len(instance.tails)) if edges is None else sorted(edges)
    lines = [MAGIC, "", "SECTION Comment", f'Name "{" ".join(name.replace(chr(34), " ").split())}"', "END", ""]
    lines += ["SECTION Graph", f"Nodes {instance.nodes}", f"Edges {len(chosen)}"]
    lines += [
        f"E {instance.tails[e] + 1} {instance.heads[e] + 1} {_amount(int(instance.costs[e]), scale)}" for e in chosen
    ]
    lines += ["END", "", "SECTION Terminals", f"Terminals {len(instance.terminals)}"]
    lines += [f"T {t + 1}" for t in instance.terminals]
    lines += ["END", ""]
    if coordinates:
        lines += ["SECTION Coordinates"]
        lines += [f"{'D' * len(at)} {v + 1} {' '.join(at)}" for v, at in sorted(coordinates.items())]
        lines += ["END", ""]
    return "\n".join([*lines, "EOF", ""])


def write_tree(instance: Instance, edges: list[int], cost: int, scale: int = 1) -> str:
    """A tree as PACE 2018 wants it: its value, then the ends of each edge."""
    lines = [f"VALUE {_amount(cost, scale)}"]
    return "\n".join([*lines, *(f"{instance.tails[e] + 1} {instance.heads[e] + 1}" for e in sorted(edges)), ""])
