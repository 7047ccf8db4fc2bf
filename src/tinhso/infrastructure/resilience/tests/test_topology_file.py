"""analyse_topology: what it prints, against networkx on every Topology Zoo file; faults of files and questions."""

import json
from io import StringIO
from pathlib import Path

import networkx as nx
import pytest
from django.core.management import CommandError, call_command

from tinhso.infrastructure.resilience.topology_file import analyse
from tinhso.infrastructure.solvers.formats.gml import read_gml

ZOO = Path(__file__).resolve().parents[5].parent / "shared/data/network/topology_zoo_gml"
FILES = sorted(ZOO.glob("*.gml"))
SMALL = """graph [ label "Small"
  node [ id 0 label "Hanoi" ] node [ id 1 label "Vinh" ] node [ id 2 label "Hue" ] node [ id 3 label "Hue" ]
  edge [ source 0 target 1 id "a" ] edge [ source 1 target 0 id "b" ] edge [ source 1 target 2 id "c" ]
]"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.gml"
    path.write_text(SMALL)
    return path


def run(*arguments) -> str:
    out = StringIO()
    call_command("analyse_topology", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.skipif(not FILES, reason="no Topology Zoo files in ../shared/data/network/topology_zoo_gml")
@pytest.mark.parametrize("files", [FILES[i::4] for i in range(4)], ids=lambda files: files[0].stem)
def test_every_topology_zoo_file_agrees_with_removing_and_counting(files):
    def joined(nodes, edges):
        graph = nx.Graph(edges)
        graph.add_nodes_from(nodes)
        return sum(len(part) * (len(part) - 1) // 2 for part in nx.connected_components(graph))

    for path in files:
        file = read_gml(path.read_bytes())
        nodes = [node.id for node in file.nodes]
        edges = [(edge.source, edge.target) for edge in file.edges]
        found, whole, graph = analyse(file), joined(nodes, edges), nx.Graph(edges)
        graph.add_nodes_from(nodes)
        bridges, cut_nodes = {}, {}
        for index, edge in enumerate(file.edges):
            if lost := whole - joined(nodes, edges[:index] + edges[index + 1 :]):
                bridges[edge.id] = lost
        for node in nodes:
            left = [ends for ends in edges if node not in ends]
            own = len(nx.node_connected_component(graph, node)) - 1
            if lost := whole - own - joined([other for other in nodes if other != node], left):
                cut_nodes[node] = lost
        assert {one.id: one.lost for one in found.bridges} == bridges, path.name
        assert {one.id: one.lost for one in found.articulation} == cut_nodes, path.name


def test_it_tells_bridges_articulation_points_and_pairs_lost(small):
    told = run(small)
    assert "Small · 4 nút, 3 tuyến, 2 thành phần liên thông" in told
    assert "2  Vinh – Hue  [c]" in told and "1  Vinh  [1]" in told
    found = json.loads(run(small, "--json"))
    assert found["bridges"] == [{"id": "c", "ends": ["Vinh", "Hue"], "pairs_lost": 2}]
    assert found["articulation_points"] == [{"id": 1, "label": "Vinh", "pairs_lost": 1}]
    assert found["components"] == [3, 1] and found["two_span_cuts"] == 1


def test_with_a_core_it_counts_nodes_that_lose_it(small):
    found = json.loads(run(small, "--json", "--core", "Hanoi"))
    assert found["unreached"] == 1
    assert found["bridges"] == [{"id": "c", "ends": ["Vinh", "Hue"], "nodes_lost": 1}]
    points = [(one["id"], one["nodes_lost"]) for one in found["articulation_points"]]
    assert points == [(0, 3), (1, 2)]
    assert json.loads(run(small, "--json", "--core", "0")) == found
    assert "Không tới lõi: 1 nút" in run(small, "--core", "0")


@pytest.mark.parametrize(("core", "told"), [("Hue", "2, 3"), ("Saigon", "Saigon")])
def test_a_core_that_cannot_be_meant_is_told(small, core, told):
    with pytest.raises(CommandError, match=f"--core.*{told}"):
        run(small, "--core", core)


def test_broken_and_absent_files_are_told(small):
    small.write_text(SMALL.replace("target 2", "target 9"))
    with pytest.raises(CommandError, match="line 3 · the edge's target 9 is no node"):
        run(small)
    with pytest.raises(CommandError, match=r"none\.gml"):
        run(small.with_name("none.gml"))
