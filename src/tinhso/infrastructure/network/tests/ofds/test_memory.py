"""Reading a file never takes more memory than was told beforehand, and what would take too much is refused before."""

import io
import tracemalloc
import zipfile

import orjson
import pytest

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.ofds.jsontext import loads
from tinhso.infrastructure.network.ofds.memory import at_most
from tinhso.proof.audit import SYSTEM

SHAPES = {
    "empty lists": b"[],",
    "nested lists": b"[[[[[]]]]],",
    "empty objects": b"{},",
    "one key": b'{"a":1},',
    "six keys": b'{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6},',
    "floats": b"1.5,",
    "decimals": b"1.50,",
    "points": b"[105.912345,20.112340],",
    "texts": b'"ab",',
    "Vietnamese": '"Đường Trần Hưng Đạo, thành phố Nam Định",'.encode(),
    "beyond the basic plane": ('"😀' + "a" * 60 + '",').encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_reading_takes_is_told_beforehand(shape):
    unit = SHAPES[shape]
    raw = b"[" + unit * (400_000 // len(unit)) + b"0]"
    tracemalloc.start()
    loads(raw)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak + len(raw) <= at_most(raw)


@pytest.mark.django_db
@pytest.mark.parametrize("packed", [False, True])
def test_too_much_is_refused_before_it_is_taken(settings, packed):
    settings.OFDS_MEMORY_MB = 20
    raw = b'{"networks":[' + b"[]," * 300_000 + b"[]]}"
    if packed:
        with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("network.json", raw)
        raw = out.getvalue()
    tracemalloc.start()
    with pytest.raises(Invalid, match="20 MB") as refused:
        import_ofds(actor=SYSTEM, raw=raw, source_name="a.json")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "too-large" and "TINHSO_OFDS_MEMORY_MB" in refused.value.mend
    assert peak < 5_000_000
    assert not Network.objects.exists()


def test_a_real_network_of_the_largest_size_passes(settings):
    span = {"id": "0" * 36, "name": "Đoạn cáp 12345", "start": "1" * 36, "end": "2" * 36, "status": "operational"}
    span["route"] = {"type": "LineString", "coordinates": [[105.912345, 20.112345]] * 6}
    raw = orjson.dumps([span] * 100)
    assert at_most(raw) * settings.OFDS_MAX_MB * 10**6 / len(raw) < settings.OFDS_MEMORY_MB * 10**6
