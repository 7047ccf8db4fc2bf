"""STP: SteinLib's files round-trip, PACE's variants are read, and what is wrong is told by line."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tinhso.infrastructure.solvers.formats.errors import Unreadable
from tinhso.infrastructure.solvers.formats.stp import read_stp, write_stp

STEINLIB = Path(__file__).resolve().parents[6].parent / "shared/data/network/steinlib"
FILES = sorted(STEINLIB.glob("*/*.stp"))

GRAPH = "SECTION Graph\nNodes 4\nEdges 3\nE 1 2 5\nE 2 3 0\nE 3 4 7\nEND\n"
TERMINALS = "SECTION Terminals\nTerminals 2\nT 1\nT 4\nEND\n"


@pytest.mark.skipif(not FILES, reason="no SteinLib files in ../shared/data/network/steinlib")
def test_every_steinlib_file_round_trips():
    for path in FILES:
        read = read_stp(path.read_bytes())
        assert read.notes == [], path.name
        again = read_stp(write_stp(read.instance, name=read.name).encode())
        assert again.name == read.name
        for one, other in zip(vars(read.instance).values(), vars(again.instance).values(), strict=True):
            assert np.array_equal(one, other), path.name


@pytest.mark.parametrize(
    "text",
    [
        GRAPH + TERMINALS + "EOF\n",
        TERMINALS + GRAPH + "EOF\ntrailing text after the end\n",
        "33D32945 STP File, STP Format Version 1.0\n" + GRAPH.lower() + TERMINALS.upper(),
        GRAPH.replace("END\n", "") + TERMINALS.replace("END\n", ""),
        "\ufeff" + (GRAPH + TERMINALS).replace("\n", "\r\n"),
        'SECTION Comment\nName "x"\nRemark odd words\nEND\n# a remark\n' + GRAPH + "\n\n" + TERMINALS + "EOF",
        GRAPH + TERMINALS + "SECTION Tree Decomposition\nc BAGS\ns td 2 3 4\nb 1 1 2 3\nb 2 3 4\n1 2\nEND\nEOF\n",
        GRAPH + TERMINALS + "SECTION Coordinates\nDD 1 105.9 20.2\nDD 2 0 0\nEND\nEOF\n",
        GRAPH.replace("Nodes 4", "Obstacles 0\nNodes 4") + TERMINALS.replace("T 1\n", "Root 1\nT 1\n"),
    ],
)
def test_variants_read_alike(text):
    instance = read_stp(text.encode()).instance
    assert (instance.nodes, instance.tails.tolist(), instance.heads.tolist()) == (4, [0, 1, 2], [1, 2, 3])
    assert (instance.costs.tolist(), instance.terminals.tolist()) == ([5, 0, 7], [0, 3])


def test_decimals_are_scaled_exactly():
    text = GRAPH.replace("1 2 5", "1 2 0.10").replace("2 3 0", "2 3 1e-3").replace("3 4 7", "3 4 2.5")
    read = read_stp((text + TERMINALS).encode())
    assert (read.scale, read.instance.costs.tolist()) == (1000, [100, 1, 2500])
    assert read.cost(2601) == Fraction(2601, 1000)
    assert read_stp(write_stp(read.instance, scale=read.scale).encode()).instance.costs.tolist() == [100, 1, 2500]


def test_what_is_odd_but_harmless_is_noted():
    text = GRAPH.replace("Edges 3", "Edges 9") + TERMINALS.replace("T 1\n", "T 1\nT 1\n")
    read = read_stp(text.encode())
    assert read.instance.terminals.tolist() == [0, 3]
    assert read.notes == [
        "line 3: 9 edges announced, 3 given.",
        "line 9: 2 terminals announced, 3 given.",
        "Some terminals are listed twice; each counts once.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no section Graph"),
        ("hello", "line 1 · 'hello' stands outside"),
        (GRAPH, "no section Terminals"),
        (GRAPH.replace("Nodes 4\n", "") + TERMINALS, "does not say how many 'Nodes'"),
        (GRAPH.replace("1 2 5", "1 9 5") + TERMINALS, "line 4 · vertex 9 does not exist"),
        (GRAPH.replace("1 2 5", "0 2 5") + TERMINALS, "line 4 · vertex 0 does not exist"),
        (GRAPH.replace("1 2 5", "x 2 5") + TERMINALS, "line 4 · 'x' is no vertex"),
        (GRAPH.replace("1 2 5", "1 2") + TERMINALS, "line 4 · an edge is"),
        (GRAPH.replace("1 2 5", "1 2 -5") + TERMINALS, "line 4 · the cost -5 is negative"),
        (GRAPH.replace("1 2 5", "1 2 inf") + TERMINALS, "line 4 · the cost 'inf' is no finite number"),
        (GRAPH.replace("1 2 5", "1 2 nan") + TERMINALS, "line 4 · the cost 'nan' is no finite number"),
        (GRAPH.replace("1 2 5", "1 2 1e400") + TERMINALS, "line 4 · the cost 1e400 is too large"),
        (GRAPH.replace("1 2 5", "1 2 1e-400") + TERMINALS, "line 4 · the cost 1e-400 has more than 30 decimals"),
        (GRAPH.replace("E 1 2 5", "A 1 2 5") + TERMINALS, "line 4 · arcs"),
        (GRAPH.replace("Nodes 4", "Nodes 99999999999") + TERMINALS, "line 2 · 99999999999 nodes"),
        (GRAPH + TERMINALS.replace("T 1", "T 5"), "line 10 · vertex 5 does not exist"),
        (GRAPH + TERMINALS.replace("T 1", "TP 1 3"), "line 10 · 'TP' makes it a problem with prizes"),
        (GRAPH + GRAPH + TERMINALS, "line 8 · a second section Graph"),
        (GRAPH + TERMINALS + "SECTION MaximumDegrees\nMD 1\nEND\n", "line 13 · the file asks for limits on degrees"),
        (GRAPH + TERMINALS + "SECTION Magic\nEND\n", "line 13 · unknown section 'Magic'"),
        (GRAPH.replace("1 2 5", f"1 2 {1 << 59}").replace("3 4 7", f"3 4 {1 << 59}") + TERMINALS, "use a larger unit"),
        ("PNG\0\0" + GRAPH, "NUL"),
    ],
)
def test_broken_files_are_told_by_line(text, message):
    with pytest.raises(Unreadable) as caught:
        read_stp(text.encode())
    assert message in str(caught.value)


def run(tmp_path, capsys, text, **options):
    path = tmp_path / "problem.stp"
    path.write_text(text)
    call_command("plan_steiner", path, **options)
    return capsys.readouterr().out


def test_the_command_prints_cost_bound_and_gap(tmp_path, capsys):
    out = run(tmp_path, capsys, GRAPH + TERMINALS, tree=tmp_path / "tree.txt")
    assert [line.split()[:2] for line in out.splitlines()[:4]] == [
        ["cost", "12"], ["bound", "12"], ["gap", "0.0000%"], ["edges", "3"]
    ]  # fmt: skip
    assert (tmp_path / "tree.txt").read_text() == "VALUE 12\n1 2\n2 3\n3 4\n"


def test_the_command_prints_json_and_writes_a_readable_tree(tmp_path, capsys):
    decimals = GRAPH.replace("1 2 5", "1 2 0.5")
    answer = json.loads(run(tmp_path, capsys, decimals + TERMINALS, json=True, tree=tmp_path / "tree.stp"))
    assert (answer["cost"], answer["bound"], answer["proven"]) == ("15/2", "15/2", True)
    assert answer["tree"] == [[1, 2], [2, 3], [3, 4]]
    tree = read_stp((tmp_path / "tree.stp").read_bytes())
    assert tree.cost(int(tree.instance.costs.sum())) == Fraction(15, 2)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (GRAPH.replace("E 2 3 0\n", "") + TERMINALS, {}, "4"),
        (GRAPH, {}, "no section Terminals"),
        (GRAPH + TERMINALS, {"time_limit": 0.0}, "0"),
    ],
)
def test_the_command_refuses(tmp_path, capsys, text, options, message):
    with pytest.raises(CommandError, match=message):
        run(tmp_path, capsys, text, **options)


def test_the_command_leaves_nothing_half_written(tmp_path, capsys):
    with pytest.raises(CommandError, match="missing"):
        run(tmp_path, capsys, GRAPH + TERMINALS, tree=tmp_path / "missing" / "tree.stp")
    assert [path.name for path in tmp_path.iterdir()] == ["problem.stp"]
