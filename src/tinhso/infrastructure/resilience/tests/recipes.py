"""A small territory and small named networks that tests begin from.

Until 2025 four communes: An (100 people), Bình (200), Cường (400), Dũng (800). From 2025 An and Bình are one commune,
An Bình; the others live on under new codes.
"""

from datetime import date

from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.tests.coverage_recipes import network, write
from tinhso.places.tests.recipes import TESTER, import_csv

AN, BINH, CUONG, DUNG = "00001", "00002", "00003", "00004"
AN_BINH, CUONG_MOI, DUNG_MOI = "00011", "00013", "00014"
BEFORE, AFTER = date(2024, 6, 1), date(2025, 6, 1)
UNITS = """\
01,Tỉnh Thử,tinh,,2015-01-01,,,,,,
001,Huyện Thử,huyen,01,2015-01-01,2025-01-01,,,,,
00001,Xã An,xa,001,2015-01-01,2025-01-01,20.10,106.10,100,2019,
00002,Xã Bình,xa,001,2015-01-01,2025-01-01,20.10,106.20,200,2019,
00003,Xã Cường,xa,001,2015-01-01,2025-01-01,20.05,106.15,400,2019,
00004,Xã Dũng,xa,001,2015-01-01,2025-01-01,20.05,106.25,800,2019,
00011,Xã An Bình,xa,01,2025-01-01,,20.10,106.15,,,00001:resolution 00002:resolution
00013,Xã Cường Mới,xa,01,2025-01-01,,20.05,106.15,,,00003:resolution
00014,Xã Dũng Mới,xa,01,2025-01-01,,20.05,106.25,,,00004:resolution
"""


def territory(folder):
    """The province of four communes."""
    import_csv(folder, UNITS)


def drawn(ways: str, homes: dict[str, str] | None = None, core: str = "", since=date(2018, 1, 1), **fields) -> Network:
    """A network by its spans, `"ab=A-B bc=B-C"`; `homes` by node, its commune; `core`: nodes separated by blanks."""
    made = network(**fields)
    spans = []
    for text in ways.split():
        key, _, ends = text.partition("=")
        start, _, end = ends.partition("-")
        spans.append({"id": key, "start_id": start, "end_id": end})
    named = {end for span in spans for end in (span["start_id"], span["end_id"])} | set(core.split()) | set(homes or ())
    nodes = [{"id": node, "name": f"Nút {node}", "unit_code": (homes or {}).get(node, "")} for node in sorted(named)]
    write(made, nodes, spans, since=since)
    if core:
        choose_core(actor=TESTER, network=made, nodes=core.split(), valid_from=since, reason="thử")
    return made
