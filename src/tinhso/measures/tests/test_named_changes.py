"""A table of changes: each is noticed and called by its name."""

import json

import pytest

from tinhso.foundation import canonical
from tinhso.measures import bundle, verify
from tinhso.measures.tests import recipes
from tinhso.proof import keys, notes
from tinhso.proof.queries import latest_checkpoint

pytestmark = pytest.mark.django_db
RULE = "rule/tinhso.measures.tests.parity.py"


@pytest.fixture
def proven(settings, tmp_path):
    """A bundle, the log's key, and a checkpoint seen before it."""
    settings.VAR = tmp_path
    recipes.province()
    recipes.measured(3)
    seen = latest_checkpoint().note.encode()
    recipes.measured(7)
    files = bundle.contents(recipes.measured(20))
    return files, verify.read_key(recipes.log_key()), seen


def lines_of(data):
    return data.split(b"\n")[:-1]


def joined(lines):
    return b"".join(line + b"\n" for line in lines)


def edited(data, **changes):
    return canonical.dumps({**json.loads(data), **changes})


def with_lines(files, change, name="rows.jsonl"):
    lines = lines_of(files[name])
    change(lines)
    return {**files, name: joined(lines)}


def swap(lines):
    lines[3], lines[7] = lines[7], lines[3]


def flip(lines):
    lines[4] = lines[4].replace(b'"numerator":0', b'"numerator":1')


def in_record_and_entry(files, **changes):
    record = edited(files["record.json"], **changes)
    return {**files, "record.json": record, "entry.json": edited(files["entry.json"], payload=json.loads(record))}


def forged_state(files, size=None, root=None):
    state = notes.State.parse(notes.Note.parse(files["checkpoint.txt"].decode()).text)
    return str(notes.State(state.origin, size or state.size, root or state.root))


def resigned(files, signer, **changes):
    return {**files, "checkpoint.txt": str(notes.sign(forged_state(files, **changes), [signer])).encode()}


def unsigned_change(files, **changes):
    note = notes.Note.parse(files["checkpoint.txt"].decode())
    return {**files, "checkpoint.txt": str(notes.Note(forged_state(files, **changes), note.signatures)).encode()}


def without(files, name):
    return {other: data for other, data in files.items() if other != name}


def proof_name(files):
    return max(name for name in files if name.startswith("consistency/"))


NAMED = {
    "record": (lambda f: {**f, "record.json": edited(f["record.json"], numerator=19)}, "record-altered"),
    "row": (lambda f: with_lines(f, flip), "row-altered rows.jsonl:5 n00005"),
    "row left out": (lambda f: with_lines(f, lambda lines: lines.pop(9)), "row-missing rows.leaves:10"),
    "row added": (
        lambda f: with_lines(f, lambda lines: lines.append(lines[-1].replace(b"n00020", b"n00021"))),
        "row-added rows.jsonl:21 n00021",
    ),
    "order": (lambda f: with_lines(f, swap), "order-changed rows.jsonl"),
    "row hashes": (lambda f: with_lines(f, swap, "rows.leaves"), "leaves-altered rows.leaves"),
    "value": (lambda f: in_record_and_entry(f, numerator=20), "value-differs 20/20, 20 ≠ [10, 20], 20"),
    "rule": (lambda f: {**f, RULE: f[RULE].replace(b"% 2 == 0", b"% 2 >= 0")}, "rule-changed rule/"),
    "inputs": (lambda f: {**f, "inputs.json": f["inputs.json"].replace(b":7}", b":8}")}, "inputs-altered inputs.json"),
    "entry": (lambda f: {**f, "entry.json": edited(f["entry.json"], kind="audit")}, "entry-altered entry.json"),
    "signature": (lambda f: resigned(f, notes.Signer.make("tinhso.localhost/log"), root=b"\2" * 32), "not-in-log"),
    "checkpoint": (lambda f: unsigned_change(f, root=b"\2" * 32), "not-in-log"),
    "file missing": (lambda f: without(f, "inputs.json"), "file-missing inputs.json"),
    "rule missing": (lambda f: without(f, RULE), f"file-missing {RULE}"),
    "file extra": (lambda f: {**f, "rows2.jsonl": b""}, "file-extra rows2.jsonl"),
    "shipped proof": (
        lambda f: {**f, proof_name(f): edited(f[proof_name(f)], root="0" * 64)},
        "history-rewritten consistency/",
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_named_change_is_called_by_its_name(proven, name):
    files, key, _seen = proven
    change, said = NAMED[name]
    found = verify.verify(change(files), [key])
    assert found.exit_code == 1
    assert any(f"{code} {place}".startswith(said) for code, place in found.findings), found.findings


def test_a_forged_signature_is_called_wrong(proven):
    files, key, _seen = proven
    note = files["checkpoint.txt"].decode()
    head, _dash, tail = note.rpartition(" ")
    raw = bytearray(verify.base64.b64decode(tail))
    raw[20] ^= 1
    forged = {**files, "checkpoint.txt": f"{head} {verify.base64.b64encode(bytes(raw)).decode()}\n".encode()}
    assert ("signature-wrong", "checkpoint.txt: tinhso.localhost/log") not in verify.verify(forged).findings
    assert verify.verify(forged, [key]).findings == [("signature-wrong", "checkpoint.txt: tinhso.localhost/log")]


def test_the_log_key_cannot_shorten_or_rewrite_what_was_seen(proven):
    files, key, seen = proven
    signer = keys.log_signers()[0]
    truncated = resigned(files, signer, size=1)
    found = verify.verify(truncated, [key], since=seen)
    assert "history-truncated" in [code for code, _place in found.findings]
    rewritten = resigned(files, signer, root=b"\3" * 32)
    found = verify.verify(rewritten, [key], since=seen)
    assert ("history-rewritten", "4 → 12") in found.findings or "history-rewritten" in dict(found.findings)
