"""What an attacker can do to a bundle: single changes of every kind, and whole forged logs with fitting hashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tinhso.foundation import canonical
from tinhso.measures import verify
from tinhso.proof import merkle, notes

Files = dict[str, bytes]


def lines_of(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1]


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def edited(data: bytes, **changes: Any) -> bytes:
    return canonical.dumps({**json.loads(data), **changes})


def hex_of(chance: Random, length: int = 32) -> str:
    return chance.randbytes(length).hex()


def another(chance: Random, value: Any) -> Any:
    """A value of the same type that is not this one."""
    if type(value) is int:
        return value + chance.choice([-1, 1]) * chance.randint(1, 1000)
    if len(value) == 64 and set(value) <= set("0123456789abcdef"):
        return hex_of(chance)
    at = chance.randrange(len(value))
    letters = [letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789ăđư" if letter != value[at]]
    return value[:at] + chance.choice(letters) + value[at + 1 :]


def changed_row(chance: Random, line: bytes) -> bytes:
    """A row with one of its values changed; it stays a row."""
    row = json.loads(line)
    name = chance.choice(sorted(set(row) - {"key"}))
    return edited(line, **{name: another(chance, row[name])})


def rehashed(files: Files, lines: list[bytes], **record: Any) -> Files:
    """These rows with leaves, sums, record and entry made to fit them; the log is left alone."""
    parsed = [json.loads(line) for line in lines]
    hashes = [merkle.leaf_hash(line) for line in lines]
    fitting = {
        "numerator": sum(row["numerator"] for row in parsed),
        "denominator": sum(row["denominator"] for row in parsed),
        "rows": len(lines),
        "rows_root": merkle.root_of(hashes).hex(),
    }
    changed = edited(files["record.json"], **{**fitting, **record})
    return {
        **files,
        "rows.jsonl": joined(lines),
        "rows.leaves": joined([hashed.hex().encode() for hashed in hashes]),
        "record.json": changed,
        "entry.json": edited(files["entry.json"], payload=json.loads(changed)),
    }


@dataclass(frozen=True)
class Log:
    """The true log: the bytes of every leaf, so that a forger can build another that fits."""

    leaves: list[bytes]
    origin: str

    def _hash(self, level: int, index: int) -> bytes:
        return merkle.root_of([merkle.leaf_hash(leaf) for leaf in self.leaves[index << level : (index + 1) << level]])

    def holding(self, files: Files, index: int, signers: list[notes.Signer], size: int | None = None) -> Files:
        """The bundle against a log of `size` in which its entry is leaf `index`, every proof fitting, signed anew."""
        size = size or len(self.leaves)
        forged = Log([*self.leaves[:index], files["entry.json"], *self.leaves[index + 1 :]][:size], self.origin)
        root = merkle.root_of([merkle.leaf_hash(leaf) for leaf in forged.leaves])
        path = merkle.hashes_of(merkle.inclusion_spans(index, size), forged._hash)
        kept = {name: data for name, data in files.items() if not name.startswith("consistency/")}
        for name in files.keys() - kept.keys():
            if (old := int(name[12:-5])) < size:
                told = merkle.hashes_of(merkle.consistency_spans(old, size), forged._hash)
                before = merkle.root_of([merkle.leaf_hash(leaf) for leaf in forged.leaves[:old]])
                proof = {"old": old, "new": size, "root": before.hex(), "path": [one.hex() for one in told]}
                kept[name] = canonical.dumps(proof)
        return {
            **kept,
            "inclusion.json": canonical.dumps({"index": index, "size": size, "path": [one.hex() for one in path]}),
            "checkpoint.txt": str(notes.sign(str(notes.State(self.origin, size, root)), signers)).encode(),
        }


def with_state(files: Files, change: Callable[[verify.Checkpoint], notes.State]) -> Files:
    """The checkpoint saying something else under its old signatures."""
    note = notes.Note.parse(files["checkpoint.txt"].decode())
    state = change(verify.read_checkpoint(files["checkpoint.txt"], ""))
    return {**files, "checkpoint.txt": str(notes.Note(str(state), note.signatures)).encode()}


def with_signature(files: Files, chance: Random, at: int) -> Files:
    """One bit of a signature flipped."""
    note = notes.Note.parse(files["checkpoint.txt"].decode())
    signed = list(note.signatures)
    raw = bytearray(signed[at].signature)
    raw[chance.randrange(64)] ^= 1 << chance.randrange(8)
    signed[at] = notes.Signature(signed[at].name, signed[at].id, bytes(raw))
    return {**files, "checkpoint.txt": str(notes.Note(note.text, tuple(signed))).encode()}
