"""SNDlib native: every file round-trips; broken files are told by line."""

from decimal import Decimal
from pathlib import Path

import pytest

from tinhso.infrastructure.solvers.formats.errors import Unreadable
from tinhso.infrastructure.solvers.formats.sndlib import HEADER, read_sndlib, write_sndlib

FOLDER = Path(__file__).resolve().parents[6].parent / "shared/data/network/sndlib_native"
FILES = sorted(FOLDER.glob("*.txt"))

SMALL = f"""{HEADER}
META (
  origin = someone (2004), with = signs
)
# a comment ( with brackets )
NODES (
  A ( 105.9 20.25 )
  B # no place
)
LINKS (
  L1 ( A B ) 1.00 2.00 3.00 4.00 ( 155.00 1784.00 622.00 5352.00 )
  L2 ( B A ) 0 0 0 1e2 ( )
)
DEMANDS (
  D1 ( A B ) 1 77.00 UNLIMITED
  D2 ( B A ) 1 5 3
)
ADMISSIBLE_PATHS (
  D1 (
    P0 ( L1 )
    P1 ( L2 )
  )
)
"""


@pytest.mark.skipif(not FILES, reason="no SNDlib files in ../shared/data/network/sndlib_native")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_round_trips(path):
    network = read_sndlib(path.read_bytes())
    assert network.nodes and network.links and network.demands
    assert read_sndlib(write_sndlib(network).encode()) == network


def test_all_fields_are_read():
    network = read_sndlib(SMALL.encode())
    assert network.meta == {"origin": "someone (2004), with = signs"}
    assert (network.nodes[0].x, network.nodes[0].y, network.nodes[1].x) == (Decimal("105.9"), Decimal("20.25"), None)
    link = network.links[0]
    costs = (link.capacity, link.capacity_cost, link.routing_cost, link.setup_cost)
    assert costs == (1, 2, 3, 4) and link.modules == ((155, 1784), (622, 5352))
    assert (network.links[1].setup_cost, network.links[1].modules) == (100, ())
    assert [demand.longest for demand in network.demands] == [None, 3]
    assert network.paths == {"D1": [("P0", ("L1",)), ("P1", ("L2",))]}
    assert read_sndlib(write_sndlib(network).encode()) == network


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        (HEADER, "nodes", 1, "not that of an SNDlib network"),
        ("  B #", "  A #", 8, "node 'A' occurs twice, on lines 7 and 8"),
        ("L1 ( A B )", "L1 ( A C )", 11, "'C' is no node"),
        ("L2 ( B A ) 0", "L2 ( B A ) nan", 12, "the capacity is 'nan'"),
        ("622.00 5352.00", "622.00", 11, "expected a module's cost, found ')'"),
        ("L2 ( B A ) 0 0 0 1e2 ( )", "L2 ( B A ) 0 0 0 ( )", 12, "expected the setup cost, found '('"),
        ("77.00 UNLIMITED", "77.00 2.5", 15, "longest path is 2.5"),
        ("DEMANDS", "DEMAND", 14, "unknown section 'DEMAND'"),
        ("DEMANDS", "NODES", 14, "section NODES occurs twice"),
        ("  origin =", "  origin", 3, "expected 'attribute = content'"),
        ("P0 ( L1 )", "P0 ( L9 )", 20, "'L9' is no link"),
    ],
)
def test_broken_files_are_told_by_line(old, new, line, told):
    text = SMALL.replace(old, new, 1)
    if old == "  origin =":
        text = text.replace("with = signs", "without")
    with pytest.raises(Unreadable) as caught:
        read_sndlib(text.encode())
    assert told in str(caught.value) and caught.value.line == line


@pytest.mark.parametrize("text", [f"{HEADER}\nNODES (\n A", f"{HEADER}\nNODES (\n A\n)\n"])
def test_files_cut_short_are_told(text):
    with pytest.raises(Unreadable, match=r"ends too early|LINKS is missing"):
        read_sndlib(text.encode())
