"""GML: every Topology Zoo file round-trips; broken files are told by line."""

from decimal import Decimal
from pathlib import Path

import pytest

from tinhso.infrastructure.solvers.formats.errors import Unreadable
from tinhso.infrastructure.solvers.formats.gml import read_gml, write_gml

ZOO = Path(__file__).resolve().parents[6].parent / "shared/data/network/topology_zoo_gml"
FILES = sorted(ZOO.glob("*.gml"))

SMALL = b"""# made by hand
Creator "someone"
graph [ label "A &amp; B" multigraph 0
  node [ id 1 label "X" Longitude 105.9 Latitude 20.25 graphics [ w 3.5 fill "#ff0000" ] ]
  node [ id 2 label "X" ]
  node [ id 7 ]
  edge [ source 1 target 2 id "e1" ]
  edge [ source 2 target 1 LinkLabel "second &quot;way&quot;" ]
  edge [ source 2 target 1 ]
  edge [ source 7 target 7 id "e9" ] edge [ source 7 target 1 id "e9" ]
]
"""


@pytest.mark.skipif(not FILES, reason="no Topology Zoo files in ../shared/data/network/topology_zoo_gml")
def test_every_topology_zoo_file_round_trips():
    for path in FILES:
        raw = path.read_bytes()
        graph = read_gml(raw)
        assert len(graph.nodes) == raw.count(b"\n  node [") and len(graph.edges) == raw.count(b"\n  edge ["), path.name
        assert read_gml(write_gml(graph).encode("ascii")) == graph, path.name


def test_parallel_edges_repeated_labels_and_shared_ids_are_kept():
    graph = read_gml(SMALL)
    assert graph.label == "A & B"
    assert [node.label for node in graph.nodes] == ["X", "X", "7"]
    assert (graph.nodes[0].longitude, graph.nodes[1].longitude) == (Decimal("105.9"), None)
    assert graph.nodes[0].attributes == [("graphics", [("w", Decimal("3.5")), ("fill", "#ff0000")])]
    assert [edge.id for edge in graph.edges] == ["e1", "1–2", "1–2 #2", "7–7", "1–7"]
    assert graph.edges[1].attributes == [("LinkLabel", 'second "way"')]
    assert read_gml(write_gml(graph).encode()) == graph


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_encodings(encoding):
    raw = 'graph [ node [ id 0 label "Orléans" ] ]'.encode(encoding)
    assert read_gml(raw).nodes[0].label == "Orléans"
    assert read_gml(write_gml(read_gml('graph [ node [ id 0 label "Hà Nội &" ] ]'.encode())).encode("ascii")).nodes[
        0
    ].label == ("Hà Nội &")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("", 0, "no graph"),
        ("just words", 1, "'just' has no value"),
        ("graph [\n node [ id 1 ]\n node [ id 1 ]\n]", 3, "node id 1 occurs twice, on lines 2 and 3"),
        ("graph [\n node [ id 1 ]\n edge [ source 1\n target 4 ]\n]", 3, "target 4 is no node"),
        ("graph [\n node [ label 1 ]\n]", 2, "no whole number id"),
        ("graph [\n node [ id 1.5 ]\n]", 2, "no whole number id"),
        ("graph [\n node [ id 1 id 2 ]\n]", 2, "2 times id"),
        ('graph [\n label "x\n]', 2, "without closing quote"),
        ("graph [\n node [ id 1 ]\n", 1, "ends inside a list"),
        ("graph [\n]\n]", 3, "without its ["),
        ("graph [\n 5\n]", 2, "'5' stands where a key should"),
        ("graph [\n a\n b 1 ]", 3, "'a' has no value"),
        ("graph [\n a ;\n]", 2, "cannot read ';"),
        ("graph [ node [ id 1 ] \n\0 ]", 2, "NUL"),
        ("a [ " * 60, 1, "nested more than 50 deep"),
    ],
)
def test_broken_files_are_told_by_line(text, line, told):
    with pytest.raises(Unreadable) as caught:
        read_gml(text.encode())
    assert told in str(caught.value) and caught.value.line == line
