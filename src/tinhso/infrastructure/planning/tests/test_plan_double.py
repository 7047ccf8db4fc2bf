"""Two-way connection of real networks and published instances is proven optimal, and the command tells it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tinhso.infrastructure.planning.doubling_files import FORMATS, ask
from tinhso.infrastructure.planning.management.commands.plan_double import ground
from tinhso.infrastructure.solvers.double import double
from tinhso.infrastructure.solvers.verify import verify

DATA = Path(__file__).parents[5] / "../shared/data/network"
SLOW = {"Georgia__OpenNet"}

SQUARE = b"""graph [ label "Square"
  node [ id 0 label "A" Longitude 105.0 Latitude 20.0 ]
  node [ id 1 label "B" Longitude 105.1 Latitude 20.0 ]
  node [ id 2 label "C" Longitude 105.1 Latitude 20.1 ]
  node [ id 3 label "D" Longitude 105.0 Latitude 20.1 ]
  node [ id 4 label "Nowhere" ]
  edge [ source 0 target 1 ] edge [ source 1 target 2 ] edge [ source 2 target 3 ] edge [ source 3 target 4 ] ]"""


def files(pattern: str) -> list:
    if not DATA.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no networks in {DATA}"))]
    return [pytest.param(path, id=path.stem) for path in sorted(DATA.glob(pattern))]


def check(path: Path, protect: str, seconds: float = 60) -> None:
    """Every node of the file gets two ways to its busiest node, at a cost proven least; unprotectable ones are few."""
    for asked in ask(path.read_bytes(), FORMATS[path.suffix], [], from_scratch=True):
        plan = double(asked.problem, protect=protect, time_limit=seconds, skip_impossible=True)
        assert verify(ground(asked, plan), plan.edges, need=plan.need, cost=plan.cost, bound=plan.bound) == []
        assert plan.proven and plan.gap == 0, f"{path.name}: {plan.cost} ≥ {plan.bound} after {plan.seconds:.0f} s"
        assert len(plan.impossible) * 10 <= asked.problem.nodes


@pytest.mark.parametrize("path", files("ofds_public/*.json"))
def test_every_real_network_is_doubled_to_a_proof(path: Path) -> None:
    check(path, "span")


@pytest.mark.parametrize("path", [case for case in files("ofds_public/*.json") if case.id not in SLOW])
def test_and_protected_from_nodes(path: Path) -> None:
    check(path, "node")


@pytest.mark.soak
@pytest.mark.parametrize("path", [case for case in files("ofds_public/*.json") if case.id in SLOW])
def test_the_largest_is_protected_from_nodes(path: Path) -> None:
    check(path, "node", 300)


@pytest.mark.parametrize("protect", ["span", "node"])
@pytest.mark.parametrize("path", files("sndlib_native/*.txt"))
def test_sndlib_is_designed_to_a_proof(path: Path, protect: str) -> None:
    check(path, protect)


def told(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("plan_double", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def square(tmp_path: Path) -> Path:
    path = tmp_path / "square.gml"
    path.write_bytes(SQUARE)
    return path


def test_the_command_tells_cost_bound_gap_and_what_it_solved(square: Path) -> None:
    text = told(square, "--core", "A")
    assert "Square" in text and "bổ sung cho mạng đã liên thông" in text
    assert "gap    0.0000%" in text and "A – D" in text and "Nowhere" in text
    found = json.loads(told(square, "--core", "0", "--protect", "node", "--json"))
    assert found["proven"] and found["cost"] == found["bound"] > 0
    assert (found["core"], found["unprotected"], len(found["spans"])) == (["A"], ["4"], 1)


@pytest.mark.parametrize(
    ("name", "content", "options", "words"),
    [
        ("a.gml", SQUARE, ["--core", "Z"], "'Z'"),
        ("a.gml", b"graph [ node [ id 1 ]", [], "line"),
        ("a.gml", b"graph [ ]", [], "no nodes"),
        ("a.xyz", SQUARE, [], "--format"),
        ("a.gml", SQUARE, ["--time-limit", "0"], "--time-limit"),
        ("a.txt", b"?SNDlib native format; type: network; version: 1.0\nNODES ( A\n", [], "line"),
    ],
)
def test_bad_files_are_refused_with_their_fault(
    tmp_path: Path, name: str, content: bytes, options: list[str], words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        told(path, *options)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.gml"):
        told(tmp_path / "nothing.gml")
