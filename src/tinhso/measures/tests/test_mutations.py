"""A thousand seeded changes of every kind an attacker has: all detected, each called by its name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from tinhso.foundation import canonical
from tinhso.measures import bundle, verify
from tinhso.measures.tests import forgery, recipes
from tinhso.measures.tests.forgery import Files, Log, another, edited, joined, lines_of, rehashed
from tinhso.proof import keys, notes
from tinhso.proof.leaves import entry_data
from tinhso.proof.models import Entry, Leaf

pytestmark = pytest.mark.django_db
PARTY = "vnpt.example/so"
TURNS = 1000


@dataclass(frozen=True)
class Case:
    """An honest countersigned bundle, what a reader saw of the log, and the keys an attacker may hold."""

    files: Files
    older: Files
    log: Log
    log_key: notes.Signer
    party_key: notes.Signer
    stranger: notes.Signer

    @property
    def index(self) -> int:
        return json.loads(self.files["inclusion.json"])["index"]

    @property
    def seen_before(self) -> bytes:
        return self.older["checkpoint.txt"]

    @property
    def seen_after(self) -> bytes:
        return self.files["checkpoint.txt"]

    def signed(self, files: Files) -> Files:
        state = notes.Note.parse(files["checkpoint.txt"].decode()).text
        return {**files, "checkpoint.txt": str(notes.sign(state, [self.log_key, self.party_key])).encode()}

    def forged(self, chance: Random) -> Files:
        """A row changed, with leaves, sums, record and entry that fit it."""
        lines = lines_of(self.files["rows.jsonl"])
        at = chance.randrange(len(lines))
        lines[at] = edited(lines[at], numerator=1 - json.loads(lines[at])["numerator"])
        return rehashed(self.files, lines)


@pytest.fixture
def case(settings, tmp_path) -> Case:
    settings.VAR = tmp_path
    recipes.province()
    recipes.measured(3)
    older = bundle.contents(recipes.measured(7))
    files = bundle.contents(recipes.measured(20))
    ordered = Leaf.objects.order_by("index").values_list("entry_id", flat=True)
    entries = Entry.objects.in_bulk(ordered)
    size = verify.read_checkpoint(files["checkpoint.txt"], "").size
    log = Log([entry_data(entries[pk]) for pk in ordered][:size], settings.ORIGIN)
    stranger = notes.Signer.make(settings.ORIGIN)
    bare = Case(files, older, log, keys.log_signers()[0], notes.Signer.make(PARTY), stranger)
    return Case(bare.signed(files), bare.signed(older), log, bare.log_key, bare.party_key, stranger)


def rows(change: Callable[[Random, list[bytes]], None], name: str = "rows.jsonl") -> Callable[[Case, Random], Files]:
    def changed(case: Case, chance: Random) -> Files:
        lines = lines_of(case.files[name])
        change(chance, lines)
        return {**case.files, name: joined(lines)}

    return changed


def alter(chance: Random, lines: list[bytes]) -> None:
    at = chance.randrange(len(lines))
    lines[at] = forgery.changed_row(chance, lines[at])


def add(chance: Random, lines: list[bytes]) -> None:
    at = chance.randrange(len(lines))
    lines.insert(at + 1, edited(lines[at], key=json.loads(lines[at])["key"] + chance.choice("abc")))


def double(chance: Random, lines: list[bytes]) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def drop(chance: Random, lines: list[bytes]) -> None:
    del lines[chance.randrange(len(lines))]


def swap(chance: Random, lines: list[bytes]) -> None:
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]


def rehash(chance: Random, lines: list[bytes]) -> None:
    lines[chance.randrange(len(lines))] = forgery.hex_of(chance).encode()


def field(name: str) -> Callable[[Case, Random], Files]:
    def changed(case: Case, chance: Random) -> Files:
        value = json.loads(case.files["record.json"])[name]
        return {**case.files, "record.json": edited(case.files["record.json"], **{name: another(chance, value)})}

    return changed


def pinned(name: str) -> Callable[[Case, Random], Files]:
    """The record and its entry alike, as one who can write to the database would."""

    def changed(case: Case, chance: Random) -> Files:
        files = field(name)(case, chance)
        return {**files, "entry.json": edited(files["entry.json"], payload=json.loads(files["record.json"]))}

    return changed


def entry(name: str) -> Callable[[Case, Random], Files]:
    def changed(case: Case, chance: Random) -> Files:
        value = json.loads(case.files["entry.json"])[name]
        return {**case.files, "entry.json": edited(case.files["entry.json"], **{name: another(chance, value)})}

    return changed


def inputs(case: Case, chance: Random) -> Files:
    given = json.loads(case.files["inputs.json"])
    one = chance.choice(given["numbers"])
    one["number"] = another(chance, one["number"])
    return {**case.files, "inputs.json": canonical.dumps(given)}


def rule_text(case: Case, chance: Random) -> Files:
    name = chance.choice([name for name in case.files if name.startswith("rule/")])
    text = case.files[name].decode()
    at = chance.randrange(len(text))
    return {**case.files, name: (text[:at] + chance.choice(["#", " ", "not ", "0"]) + text[at:]).encode()}


def rule_order(case: Case, chance: Random) -> Files:
    names = json.loads(case.files["rule.json"])
    return {**case.files, "rule.json": canonical.dumps(names[1:] + names[:1])}


def path(case: Case, chance: Random) -> Files:
    told = json.loads(case.files["inclusion.json"])
    at = chance.randrange(len(told["path"]))
    replaced = chance.choice([[forgery.hex_of(chance)], [], [told["path"][at]] * 2])
    return {**case.files, "inclusion.json": canonical.dumps({**told, "path": _put(told["path"], at, replaced)})}


def _put(items: list[Any], at: int, instead: list[Any]) -> list[Any]:
    return [*items[:at], *instead, *items[at + 1 :]]


def place(name: str) -> Callable[[Case, Random], Files]:
    def changed(case: Case, chance: Random) -> Files:
        told = json.loads(case.files["inclusion.json"])
        return {**case.files, "inclusion.json": canonical.dumps({**told, name: another(chance, told[name])})}

    return changed


def state(**what: Callable[[Random, Any], Any]) -> Callable[[Case, Random], Files]:
    def changed(case: Case, chance: Random) -> Files:
        def said(now: verify.Checkpoint) -> notes.State:
            values = {"origin": now.origin, "size": now.size, "root": now.root}
            return notes.State(**{**values, **{name: change(chance, values[name]) for name, change in what.items()}})

        return forgery.with_state(case.files, said)

    return changed


def shipped(case: Case, chance: Random) -> Files:
    name = chance.choice([name for name in case.files if name.startswith("consistency/")])
    proof = json.loads(case.files[name])
    if chance.random() < 0.5:
        return {**case.files, name: canonical.dumps({**proof, "root": forgery.hex_of(chance)})}
    at = chance.randrange(len(proof["path"]))
    changed = _put(proof["path"], at, [forgery.hex_of(chance)])
    return {**case.files, name: canonical.dumps({**proof, "path": changed})}


def resigned(*signers: str, size: int | None = None) -> Callable[[Case, Random], Files]:
    """A changed row in a log rebuilt around it, every hash and proof fitting, signed by those keys."""

    def changed(case: Case, chance: Random) -> Files:
        mine = [getattr(case, name) for name in signers]
        at = chance.randrange(size) if size else case.index
        return case.log.holding(case.forged(chance), at, mine, size)

    return changed


def past_rewritten(case: Case, chance: Random) -> Files:
    """The measurement left as it is; an entry the reader's checkpoint covers is replaced."""
    before = verify.read_checkpoint(case.seen_before, "").size
    leaves = list(case.log.leaves)
    leaves[chance.randrange(before)] = canonical.dumps({"kind": "audit", "n": chance.randrange(10**6)})
    return Log(leaves, case.log.origin).holding(case.files, case.index, [case.log_key, case.party_key])


def unsigned_root(case: Case, chance: Random) -> Files:
    """Everything fits but the signatures, which stand under another root."""
    files = case.log.holding(case.forged(chance), case.index, [case.log_key])
    root = verify.read_checkpoint(files["checkpoint.txt"], "").root
    old = forgery.with_state(case.files, lambda now: notes.State(now.origin, now.size, root))
    return {**files, "checkpoint.txt": old["checkpoint.txt"]}


def under(*signers: str) -> Callable[[Case, Random], Files]:
    """The honest state under other signatures."""

    def changed(case: Case, chance: Random) -> Files:
        text = notes.Note.parse(case.files["checkpoint.txt"].decode()).text
        signed = notes.sign(text, [getattr(case, name) for name in signers])
        return {**case.files, "checkpoint.txt": str(signed).encode()}

    return changed


def without(case: Case, chance: Random) -> Files:
    gone = chance.choice([name for name in case.files if not name.startswith("consistency/")])
    return {name: data for name, data in case.files.items() if name != gone}


def extra(case: Case, chance: Random) -> Files:
    return {**case.files, f"{forgery.hex_of(chance, 4)}.json": b"{}"}


FIELDS = sorted(verify.FIELDS)
PINNED = dict.fromkeys(("numerator", "denominator", "rows"), "value-differs")
PINNED |= {"rows_root": "row-altered", "rule": "rule-changed", "inputs_sha256": "inputs-altered"}
BEFORE, AFTER, NOTHING = "seen_before", "seen_after", ""
# By kind: the change, the name it must be called by, and which checkpoint the reader kept.
KINDS: dict[str, tuple[Callable[[Case, Random], Files], str, str]] = {
    "row value": (rows(alter), "row-altered", BEFORE),
    "row added": (rows(add), "row-added", BEFORE),
    "row doubled": (rows(double), "row-added", BEFORE),
    "row removed": (rows(drop), "row-missing", BEFORE),
    "rows reordered": (rows(swap), "order-changed", BEFORE),
    "row hash": (rows(rehash, "rows.leaves"), "leaves-altered", BEFORE),
    "row hashes reordered": (rows(swap, "rows.leaves"), "leaves-altered", BEFORE),
    "row hash removed": (rows(drop, "rows.leaves"), "leaves-altered", BEFORE),
    **{f"record {name}": (field(name), "record-altered", BEFORE) for name in FIELDS},
    **{f"record and entry {name}": (pinned(name), "not-in-log", BEFORE) for name in FIELDS},
    **{f"value of record and entry {name}": (pinned(name), said, BEFORE) for name, said in PINNED.items()},
    "entry kind": (entry("kind"), "entry-altered", BEFORE),
    "entry subject": (entry("subject"), "not-in-log", BEFORE),
    "entry time": (entry("recorded_at"), "not-in-log", BEFORE),
    "inputs": (inputs, "inputs-altered", BEFORE),
    "rule text": (rule_text, "rule-changed", BEFORE),
    "rule order": (rule_order, "rule-changed", BEFORE),
    "inclusion path": (path, "not-in-log", BEFORE),
    "inclusion index": (place("index"), "not-in-log", BEFORE),
    "inclusion size": (place("size"), "not-in-log", BEFORE),
    "note size": (state(size=lambda chance, size: size + chance.randint(1, 1000)), "signature-wrong", BEFORE),
    "note root": (state(root=lambda chance, root: chance.randbytes(32)), "signature-wrong", BEFORE),
    "note origin": (state(origin=another), "signature-wrong", BEFORE),
    "log's signature": (lambda c, r: forgery.with_signature(c.files, r, 0), "signature-wrong", BEFORE),
    "party's signature": (lambda c, r: forgery.with_signature(c.files, r, 1), "signature-wrong", BEFORE),
    "shipped proof": (shipped, "history-rewritten", BEFORE),
    "older checkpoint": (lambda c, r: {**c.files, "checkpoint.txt": c.seen_before}, "not-in-log", BEFORE),
    "older bundle": (lambda c, r: c.older, "history-truncated", AFTER),
    "hashes recomputed, not signed": (lambda c, r: c.forged(r), "not-in-log", BEFORE),
    "log recomputed, not signed": (unsigned_root, "signature-wrong", BEFORE),
    "rewritten by a stranger": (resigned("stranger"), "history-rewritten", AFTER),
    "rewritten with the log's key": (resigned("log_key"), "history-rewritten", AFTER),
    "rewritten with every key": (resigned("log_key", "party_key"), "history-rewritten", AFTER),
    "past rewritten with every key": (past_rewritten, "history-rewritten", BEFORE),
    "truncated by a stranger": (resigned("stranger", size=3), "history-truncated", AFTER),
    "truncated with the log's key": (resigned("log_key", size=3), "history-truncated", AFTER),
    "truncated with every key": (resigned("log_key", "party_key", size=3), "history-truncated", AFTER),
    "log's key without the party's": (resigned("log_key"), "absent vnpt.example/so", NOTHING),
    "party's signature left out": (under("log_key"), "absent vnpt.example/so", NOTHING),
    "signed by a stranger as the log": (under("stranger", "party_key"), "absent tinhso.localhost/log", NOTHING),
    "signed by a stranger alone": (resigned("stranger"), "absent tinhso.localhost/log", NOTHING),
    "file removed": (without, "file-missing", BEFORE),
    "file added": (extra, "file-extra", BEFORE),
}


def checked(case: Case, files: Files, seen: str) -> verify.Report:
    """As a reader would who trusts the log's and the party's keys."""
    trusted = [verify.read_key(str(signer.verifier)) for signer in (case.log_key, case.party_key)]
    since = getattr(case, seen) if seen else None
    return verify.verify(files, trusted, since, wanted={key.name for key in trusted})


def names(report: verify.Report) -> set[str]:
    return {code for code, _place in report.findings} | {f"absent {name}" for name in report.absent}


def test_a_thousand_changes_of_every_kind_are_detected_by_name(case):
    for seen in (BEFORE, AFTER, NOTHING):
        assert checked(case, case.files, seen).exit_code == 0
    chance, missed, made = Random(20211231), [], Counter()
    for turn in range(TURNS):
        kind = list(KINDS)[turn % len(KINDS)]
        change, said, seen = KINDS[kind]
        files = change(case, chance)
        assert files != case.files, f"{kind} changed nothing"
        report = checked(case, files, seen)
        made[kind] += 1
        if report.exit_code == 0 or said not in names(report):
            missed.append((turn, kind, report.exit_code, report.findings, report.absent))
    assert missed == []
    assert sum(made.values()) == TURNS and set(made) == set(KINDS)


def test_a_thousand_random_edits_of_bytes_are_all_detected(case):
    told = [name for name in case.files if name not in {"README.txt", "keys.txt", "verify.py"}]
    chance, missed = Random(20211231), []
    edits: list[Callable[[bytearray, int], None]] = [
        lambda data, at: data.__setitem__(at, data[at] ^ 1 << chance.randrange(8)),
        lambda data, at: data.__delitem__(slice(at, at + chance.randint(1, 40))),
        lambda data, at: data.insert(at, chance.randrange(256)),
        lambda data, at: data.__setitem__(at, chance.choice(b'0123456789abcdef{}",:+/=\n ')),
    ]
    for turn in range(TURNS):
        name = chance.choice(told)
        data = bytearray(case.files[name])
        while bytes(data) == case.files[name]:
            edits[turn % len(edits)](data, chance.randrange(len(data)))
        # An edit may take a party's line away altogether: then its signature is absent, and nothing is vouched for.
        if checked(case, {**case.files, name: bytes(data)}, BEFORE).exit_code == 0:
            missed.append((turn, name))
    assert missed == []
