"""Bundles made to harm: each ends in a clear message and exit code 2, in little memory."""

import io
import json
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tinhso.measures import bundle, verify
from tinhso.measures.tests import recipes


@pytest.fixture
def real(db, settings, tmp_path):
    settings.VAR = tmp_path
    recipes.province()
    return bundle.contents(recipes.measured(20))


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def symlink():
    info = zipfile.ZipInfo("record.json")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


def lying_about_size():
    """A stream of 300 MB whose directory says 10 bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packer.compress(b"\0" * 2**20) for _turn in range(300)) + packer.flush()
    name = b"rows.jsonl"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(body), 10, len(name), 0) + name
    entry = (
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, len(body), 10, len(name), 0, 0, 0, 0, 0, 0) + name
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local) + len(body), 0)
    return local + body + entry + end


HOSTILE = {
    "not a zip": b"hello",
    "empty": b"",
    "cut off": zipped([("record.json", b"{}")])[:-7],
    "comment behind": zipped([("record.json", b"{}")]) + b"PK",
    "bomb": zipped([("rows.jsonl", b"\0" * 60_000_000)]),
    "many bombs": zipped([(f"rule/m{at}.py", bytes([at % 7]) * 1_000_000) for at in range(290)]),
    "lies about its size": lying_about_size(),
    "many members": zipped([(f"rule/m{at}.py", b"") for at in range(1500)], zipfile.ZIP_STORED),
    "path upwards": zipped([("../record.json", b"{}")]),
    "path upwards inside": zipped([("rule/../../x.py", b"{}")]),
    "absolute path": zipped([("/etc/passwd", b"{}")]),
    "backslash": zipped([("rule\\x.py", b"{}")]),
    "NUL in a name": zipped([("record.jsonX", b"{}")]).replace(b"jsonX", b"json\0"),
    "symlink": zipped([(symlink(), b"/etc/passwd")]),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [*HOSTILE, "repeated"])
def test_a_hostile_file_is_unreadable_not_harmful(name, tmp_path):
    path = tmp_path / "b.zip"
    path.write_bytes(zipped([("record.json", b"{}")] * 2) if name == "repeated" else HOSTILE[name])
    options = verify.argparse.Namespace(bundle=str(path), key=[], since=None, proof=None, recompute=False)
    tracemalloc.start()
    found = verify.run(options)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.exit_code == 2, found.findings
    assert "\n" not in found.findings[0][1] and len(found.findings[0][1]) < 400
    assert peak < 350_000_000


BROKEN = {
    "broken JSON": ("record.json", b"{"),
    "deep nesting": ("record.json", b'{"a":' * 100_000),
    "deep row": ("rows.jsonl", b"[" * 200_000 + b"\n"),
    "huge integer": ("record.json", b'{"rows":' + b"9" * 500_000 + b"}"),
    "float": ("rows.jsonl", b'{"denominator":1,"key":"a","numerator":0.5}\n'),
    "not a number": ("rows.jsonl", b'{"denominator":NaN,"key":"a","numerator":1}\n'),
    "key twice": ("record.json", b'{"a":1,"a":2}'),
    "list for object": ("entry.json", b"[]"),
    "truth for a number": ("rows.jsonl", b'{"denominator":true,"key":"a","numerator":1}\n'),
    "lone surrogate": ("entry.json", b'{"kind":"\\ud800"}'),
    "not UTF-8": ("record.json", b"\xff\xfe"),
    "long line": ("rows.jsonl", b'{"key":"' + b"a" * 2**21 + b'"}\n'),
    "no line end": ("rows.jsonl", b"{}"),
    "path of numbers": ("inclusion.json", b'{"index":0,"path":[1],"size":1}'),
    "rule list of numbers": ("rule.json", b"[1]"),
    "no checkpoint": ("checkpoint.txt", b"hello\n"),
    "size with sign": ("checkpoint.txt", b"o\n-1\nAAAA\n\n\xe2\x80\x94 o AAAA\n"),
    "huge size": ("checkpoint.txt", b"o\n" + b"9" * 10_000 + b"\nAAAA\n\n\xe2\x80\x94 o AAAA\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_contents_are_named(real, name):
    place, data = BROKEN[name]
    found = verify.verify({**real, place: data}, [verify.read_key(recipes.log_key())])
    assert found.exit_code == 2
    said = [text for code, text in found.findings if code == "unreadable"]
    assert len(said) == 1 and said[0].startswith(place) and len(said[0]) < 400


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+00000000+AAAA", "a+zz+" + "A" * 44, "é" * 5000])
def test_a_broken_key_is_refused(text):
    with pytest.raises(verify.Unreadable):
        verify.read_key(text)


@given(st.binary(max_size=300))
def test_any_bytes_as_checkpoint_or_json_end_in_an_answer(data):
    for read in (lambda: verify.read_checkpoint(data, "x"), lambda: verify.parsed(data, "x")):
        try:
            read()
        except verify.Unreadable:
            continue


def test_a_folder_with_a_link_is_refused(real, tmp_path):
    for name, data in real.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "rows.jsonl").unlink()
    (tmp_path / "rows.jsonl").symlink_to("/dev/zero")
    with pytest.raises(verify.Unreadable, match="not a plain file"):
        verify.read_bundle(tmp_path)


# RFC 8032, section 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_ed25519_agrees_with_rfc_8032(public, message, signature):
    key, text, made = map(bytes.fromhex, (public, message, signature))
    assert verify.ed25519_fits(key, text, made)
    assert not verify.ed25519_fits(key, text + b"x", made)
    # The same signature with S + L: malleable unless refused.
    more = int.from_bytes(made[32:], "little") + verify.L
    assert not verify.ed25519_fits(key, text, made[:32] + more.to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_ed25519_agrees_with_openssl(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, made = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    assert verify.ed25519_fits(public, message, bytes(made))
    made[bit // 8] ^= 1 << bit % 8
    assert not verify.ed25519_fits(public, message, bytes(made))


@pytest.mark.parametrize("y", [2**255 - 19, 2**255 - 18, 2**255 - 1, 2])
def test_points_off_the_curve_or_written_otherwise_are_refused(y):
    assert not verify.ed25519_fits(y.to_bytes(32, "little"), b"", bytes(64))


def test_the_report_is_the_same_as_json(real):
    report = verify.verify(real, [verify.read_key(recipes.log_key())])
    said = json.loads(verify.told(report, "en", as_json=True))
    assert (said["result"], said["exit"], said["record"]["rows"]) == ("verified", 0, 20)
    assert "VERIFIED" in verify.told(report, "en", as_json=False)
