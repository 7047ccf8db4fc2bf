"""Checks an evidence bundle of Tỉnh Số: does the published figure follow from these rows, is it in the signed log?

    python3 verify.py BUNDLE.zip|FOLDER [--key VERIFIERKEY]... [--since CHECKPOINT [--proof FILE]]
                      [--recompute] [--lang vi|en] [--json]

Needs Python 3.9 or later and nothing else, no network. Take this file from a place you trust: whoever changes a bundle
can change the copy inside. Keys likewise: keys.txt in the bundle is for information and never believed.

Exit: 0 it holds, the keys you gave signed · 3 consistent, a signer is unknown · 1 something differs · 2 unreadable.
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter, namedtuple
from pathlib import Path

MEMBERS, FILE, TOTAL, RATIO, LINE = 1000, 2**27, 2**28, 200, 2**20  # what a bundle may hold at most, in bytes
REQUIRED = ["README.txt", "record.json", "entry.json", "rows.jsonl", "rows.leaves", "inputs.json", "rule.json"]
REQUIRED += ["inclusion.json", "checkpoint.txt", "keys.txt", "verify.py"]
NAME = re.compile(r"(?!\.)[A-Za-z0-9_.-]+(/(?!\.)[A-Za-z0-9_.-]+)*")
PROOF = re.compile(r"consistency/([0-9]{1,16})\.json")
WITNESSED = "countersigned.txt"  # an earlier checkpoint that other parties signed, if the latest is not yet signed
TEXTS = ("as_of", "indicator", "inputs_sha256", "kind", "known_at", "rows_root", "rule", "scope", "unit")
FIELDS = {**dict.fromkeys(TEXTS, str), "denominator": int, "numerator": int, "rows": int, "version": int}
RESULTS = ("verified", "differs", "unreadable", "signer-unknown")  # by exit code
SAYS = """
record-altered | bản ghi bị sửa: khác bản ghi trong sổ | record altered: it is not the one in the log
entry-altered | mục trong sổ bị sửa | log entry altered
not-in-log | mục không nằm trong sổ đã chốt | not in the log: the entry does not lead to the checkpoint's root
row-altered | hàng bị sửa | row altered
row-added | hàng bị thêm | row added
row-missing | hàng bị bỏ | row missing
order-changed | thứ tự hàng bị đổi | order of rows changed
leaves-altered | danh sách băm của hàng bị sửa | list of row hashes altered
value-differs | giá trị khác với tổng các hàng | value differs from the sum of the rows
rule-changed | quy tắc bị đổi | rule changed
inputs-altered | đầu vào bị sửa | inputs altered
signature-wrong | chữ ký sai | signature wrong
history-rewritten | lịch sử bị viết lại | history rewritten: the log does not continue that checkpoint
history-truncated | lịch sử bị cắt: sổ ngắn hơn điểm chốt | history truncated: the log is shorter than that checkpoint
history-unproven | thiếu chứng minh nhất quán: lấy từ API rồi --proof | no consistency proof: get it for --proof
other-log | điểm chốt của sổ khác | the checkpoint is of another log
file-missing | thiếu tệp | file missing
file-extra | tệp thừa | extra file
recount-differs | tính lại ra hàng khác | recomputing gives other rows
recount-failed | không tính lại được | recomputing failed
recounted | đã tính lại, ra đúng các hàng | recomputed, giving the same rows
code-warning | --recompute chạy mã trong gói, không phải hộp cát | --recompute runs code of the bundle, unsandboxed
verified | ĐÚNG: khóa đã biết đã ký | VERIFIED: signed by a known key
signer-unknown | nhất quán, chưa rõ người ký | consistent, signer unknown
absent | khóa đã cho chưa ký | a key you gave has not signed
differs | KHÔNG ĐÚNG | DOES NOT HOLD
unreadable | không đọc được | unreadable
"""
Key = namedtuple("Key", "name id public")
Checkpoint = namedtuple("Checkpoint", "text origin size root signatures")


class Unreadable(Exception):
    """A bundle, key or checkpoint cannot be read; the text says where and why."""


def canonical(value) -> bytes:  # Canonical JSON: keys sorted, no blanks, UTF-8
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parsed(data: bytes, place: str, kind: type = dict, strict: bool = True):
    """The JSON value in these bytes: integers of at most 16 digits, no key twice, and if strict canonical."""

    def refuse(text):
        raise ValueError("not an integer of at most 16 digits, or a key given twice: " + str(text)[:20])

    def unique(pairs):
        return dict(pairs) if len(dict(pairs)) == len(pairs) else refuse(pairs[0][0])

    hooks = {"parse_int": lambda text: int(text) if len(text) < 18 else refuse(text), "object_pairs_hook": unique}
    try:
        value = json.loads(data.decode(), parse_float=refuse, parse_constant=refuse, **hooks)  # type: ignore[arg-type]
        canonical_form = canonical(value) == data
    except RecursionError:
        raise Unreadable(f"{place}: nested too deeply") from None
    except ValueError as fault:
        raise Unreadable(f"{place}: broken JSON: {str(fault)[:200]}") from None
    if type(value) is not kind or (strict and not canonical_form):
        raise Unreadable(f"{place}: not a canonical JSON {kind.__name__}")
    return value


def _from_zip(path: Path):
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 42))
        tail = file.read()
    end = tail[-22:]
    # One end record, no ZIP64, no comment: other readers must see the same members.
    if len(end) < 22 or end[:4] != b"PK\5\6" or end[20:] != b"\0\0" or b"PK\6\7" in tail[:20]:
        raise Unreadable("not a plain ZIP file")
    if size > FILE or int.from_bytes(end[10:12], "little") > MEMBERS or int.from_bytes(end[12:16], "little") > LINE:
        raise Unreadable(f"larger than {FILE} bytes, or more than {MEMBERS} members")
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            mode = item.external_attr >> 16
            if (mode and not stat.S_ISREG(mode)) or item.flag_bits & 1:
                raise Unreadable(f"{item.filename[:80]!r}: not a plain file")
            if item.file_size > max(2**20, RATIO * item.compress_size):
                raise Unreadable(f"{item.filename[:80]!r}: unpacks to more than is allowed (zip bomb?)")
            yield item.orig_filename, item.file_size, functools.partial(archive.open, item)


def _from_folder(path: Path):
    for full in path.rglob("*"):
        mode = full.lstat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise Unreadable(f"{full}: not a plain file")
        if stat.S_ISREG(mode):
            yield full.relative_to(path).as_posix(), full.lstat().st_size, functools.partial(full.open, "rb")


def read_bundle(path) -> dict:
    """Contents by name, memory bounded; Unreadable says what is wrong."""
    files, total = dict[str, bytes](), 0
    try:
        for name, size, opened in _from_folder(Path(path)) if Path(path).is_dir() else _from_zip(Path(path)):
            total += size
            if not NAME.fullmatch(name) or name in files:
                raise Unreadable(f"unsafe or repeated name {name[:80]!r}")
            if total > TOTAL or len(files) >= MEMBERS:
                raise Unreadable(f"unpacks to more than {TOTAL} bytes or {MEMBERS} files (zip bomb?)")
            # In small steps: a stream may hold more than its directory declares.
            with opened() as stream:
                files[name] = b"".join(iter(lambda stream=stream: stream.read(65536), b""))
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as fault:
        raise Unreadable(f"{path}: {fault}") from None
    return files


def sha256(*parts: bytes) -> bytes:
    """Prefix 0 makes a leaf hash, prefix 1 a node hash (RFC 6962 §2.1)."""
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves) -> bytes:  # RFC 6962 §2.1: pairing neighbours and carrying a lone last node up
    level = list(leaves) or [sha256()]
    while len(level) > 1:
        pairs = [sha256(b"\1", level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


def climb(index: int, last: int, path, old: bytes, new: bytes):
    """The two roots a proof leads to, `old` growing with left siblings only; None when the path does not fit."""
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            old, new = sha256(b"\1", sibling, old), sha256(b"\1", sibling, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = sha256(b"\1", new, sibling)
        index, last = index >> 1, last >> 1
    return (old, new) if last == 0 else None


def included(leaf: bytes, index: int, size: int, path, root: bytes) -> bool:  # RFC 9162 §2.1.3.2
    return 0 <= index < size and (climb(index, size - 1, path, leaf, leaf) or (b"", b""))[1] == root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, path) -> bool:  # RFC 9162 §2.1.4.2
    if not 0 < old < new:
        return not path and (old == 0 or (old == new and old_root == new_root))
    path = list(path) if old & (old - 1) else [old_root, *path]
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    return bool(path) and climb(index, last, path[1:], path[0], path[0]) == (old_root, new_root)


def hashes_in(texts, place: str) -> list:  # SHA-256 values given in lower-case hex
    if type(texts) is not list or not all(type(t) is str and re.fullmatch("[0-9a-f]{64}", t) for t in texts):
        raise Unreadable(f"{place}: not a list of SHA-256 in hex")
    return [bytes.fromhex(text) for text in texts]


P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, d - c, d + c, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def _point(data: bytes):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


@functools.lru_cache(maxsize=256)
def ed25519_fits(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032 §5.1.7: whether the signature is the public key's over the message."""
    key, base = _point(public), _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    s = int.from_bytes(signature[32:], "little")
    if key is None or len(public) != 32 or len(signature) != 64 or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], 1, P - key[3])
    table, found = ((0, 1, 1, 0), base, minus, _add(base, minus)), (0, 1, 1, 0)
    for bit in range(255, -1, -1):
        found = _add(_add(found, found), table[(s >> bit & 1) + 2 * (h >> bit & 1)])
    x, y = (value * pow(found[2], P - 2, P) % P for value in found[:2])
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def _base64(text: str, place: str) -> bytes:
    fits = re.fullmatch("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", text)
    if not fits or base64.b64encode(base64.b64decode(text)).decode() != text:
        raise Unreadable(f"{place}: not base64")
    return base64.b64decode(text)


def read_key(text: str) -> Key:  # A verifier key `name+hexid+base64(0x01 ‖ public key)` (C2SP signed-note)
    name, given, encoded = ([*text.strip().split("+", 2), "", ""])[:3]
    raw = _base64(encoded, f"key {name[:60]!r}")
    known = sha256(name.encode(), b"\n", raw)[:4]
    if raw[:1] != b"\1" or len(raw) != 33 or known.hex() != given or not name:
        raise Unreadable(f"key {name[:60]!r}: not an Ed25519 verifier key, or its id does not fit")
    return Key(name, known, raw[1:])


def read_checkpoint(data: bytes, place: str) -> Checkpoint:  # C2SP tlog-checkpoint
    text, blank, lines = data[:LINE].decode("utf-8", "replace").rpartition("\n\n")
    parts = text.split("\n")
    found = [re.fullmatch(r"— ([^\s+]+) (\S+)", line) for line in lines[:-1].split("\n")]
    sized = len(parts) >= 3 and re.fullmatch("0|[1-9][0-9]{0,15}", parts[1])
    if not blank or not sized or not lines.endswith("\n") or not all(found) or len(found) > 100:
        raise Unreadable(f"{place}: not a signed checkpoint")
    signed = [(match.group(1), _base64(match.group(2), place)) for match in found if match]
    root = _base64(parts[2], place)
    if len(root) != 32 or any(len(raw) < 5 for _name, raw in signed):
        raise Unreadable(f"{place}: the root is not SHA-256, or a signature is too short")
    return Checkpoint(text + "\n", parts[0], int(parts[1]), root, [(name, raw[:4], raw[4:]) for name, raw in signed])


class Report:
    """Findings (code, place); names of known keys that signed, of wanted ones that have not, of unknown ones."""

    def __init__(self, findings=()):
        self.findings, self.notes, self.record = list(findings), [], {}
        self.signers, self.absent, self.strangers = [], [], []

    def say(self, code: str, place: str = "") -> None:
        self.findings.append((code, place))

    @property
    def exit_code(self) -> int:
        found, vouched = dict(self.findings), self.signers and not self.absent
        return 1 + ("unreadable" in found) if found else 0 if vouched else 3


def check_record(report: Report, files: dict, checkpoint: Checkpoint) -> int:
    """The record is the one in the log entry, and the entry leads to the checkpoint's root. Returns its index."""
    record, entry = parsed(files["record.json"], "record.json"), parsed(files["entry.json"], "entry.json")
    if wrong := [name for name, kind in FIELDS.items() if type(record.get(name)) is not kind]:
        raise Unreadable(f"record.json: missing or of a wrong type: {', '.join(wrong)}")
    report.record = record
    if canonical(entry.get("payload")) != files["record.json"]:
        report.say("record-altered", "record.json")
    if entry.get("kind") != "measurement" or set(entry) != {"kind", "payload", "recorded_at", "subject"}:
        report.say("entry-altered", "entry.json")
    proof = parsed(files["inclusion.json"], "inclusion.json")
    path, index, size = hashes_in(proof.get("path"), "inclusion.json"), proof.get("index"), proof.get("size")
    leaf = sha256(b"\0", files["entry.json"])
    if type(index) is not int or size != checkpoint.size or not included(leaf, index, size, path, checkpoint.root):
        report.say("not-in-log", "entry.json, inclusion.json, checkpoint.txt")
    return index if type(index) is int else 0


def check_rows(report: Report, files: dict) -> None:
    """Rows against their sum and against the tree hash the record pins."""
    record, lines, keys, sums = report.record, files["rows.jsonl"].split(b"\n"), [], [0, 0]
    if lines.pop():
        raise Unreadable("rows.jsonl: the last line does not end")
    for number, line in enumerate(lines, 1):
        row = parsed(line if len(line) <= LINE else b"too long", f"rows.jsonl line {number}")
        if [type(row.get(name)) for name in ("key", "numerator", "denominator")] != [str, int, int]:
            raise Unreadable(f"rows.jsonl line {number}: key, numerator or denominator is missing or of a wrong type")
        keys.append(row["key"])
        sums = [sums[0] + row["numerator"], sums[1] + row["denominator"]]
    if record["kind"] == "total":
        sums[1] = int(bool(lines))
    if [record["numerator"], record["denominator"], record["rows"]] != [*sums, len(lines)]:
        report.say("value-differs", "{numerator}/{denominator}, {rows}".format(**record) + f" ≠ {sums}, {len(lines)}")
    listed = hashes_in(files["rows.leaves"].decode("ascii", "replace").split("\n")[:-1], "rows.leaves")
    found = [sha256(b"\0", line) for line in lines]
    if root_of(listed).hex() != record["rows_root"] or files["rows.leaves"][-1:] not in (b"\n", b""):
        same = root_of(found).hex() == record["rows_root"]
        report.say(*(("leaves-altered", "rows.leaves") if same else ("row-altered", "rows.jsonl")))
        listed = found
    new, gone = Counter(found) - Counter(listed), Counter(listed) - Counter(found)
    added = [f"rows.jsonl:{at} {keys[at - 1]}" for at, hashed in enumerate(found, 1) if hashed in new]
    missing = [f"rows.leaves:{at}" for at, hashed in enumerate(listed, 1) if hashed in gone]
    paired = min(len(added), len(missing))
    named = [("row-altered", place) for place in added[:paired]] + [("row-added", place) for place in added[paired:]]
    report.findings += (named + [("row-missing", place) for place in missing[paired:]])[:50]
    if found != listed and not added and not missing:
        report.say("order-changed", "rows.jsonl")
    if any(keys[at] >= keys[at + 1] for at in range(len(keys) - 1)):
        report.say("order-changed", "rows.jsonl: key")


def check_sources(report: Report, files: dict) -> None:
    """Inputs and rule are those the record pins; no file is extra."""
    if sha256(files["inputs.json"]).hex() != report.record["inputs_sha256"]:
        report.say("inputs-altered", "inputs.json")
    names = parsed(files["rule.json"], "rule.json", list)
    if not names or set(map(type, names)) != {str}:
        raise Unreadable("rule.json: not a list of module names")
    sources = {f"rule/{name}.py": files.get(f"rule/{name}.py") for name in names}
    told = ((name, sources[f"rule/{name}.py"] or b"") for name in names)
    if sha256(*(f"{name}\0{len(source)}\0".encode() + source for name, source in told)).hex() != report.record["rule"]:
        report.say("rule-changed", "rule/")
    report.findings += [("file-missing", name[:200]) for name, source in sources.items() if source is None]
    known = {*REQUIRED, *sources, WITNESSED}
    report.findings += [("file-extra", name) for name in files if not (name in known or PROOF.fullmatch(name))]


def check_signatures(report: Report, checkpoint: Checkpoint, keys, place: str) -> tuple:
    """Names of known keys that signed, and of others. A line that almost names a known key must be that key's."""
    signers, strangers = [], []
    if checkpoint.origin not in [name for name, _id, _signature in checkpoint.signatures]:
        report.say("signature-wrong", f"{place}: {checkpoint.origin}")
    for name, id_, signature in checkpoint.signatures:
        related = [key for key in keys if key.id == id_ or key.name == name]
        fits = [key for key in related if ed25519_fits(key.public, checkpoint.text.encode(), signature)]
        if any((key.name, key.id) == (name, id_) for key in fits):
            signers.append(name)
        elif fits or any(key.id == id_ for key in related):
            report.say("signature-wrong", f"{place}: {name}")
        else:
            strangers.append(name)
    return signers, strangers


def check_history(report: Report, files: dict, now: Checkpoint, since: Checkpoint, proof) -> None:
    """The log continues the checkpoint seen earlier; `proof` (bytes) stands in for the bundle's own."""
    low, high = sorted((since, now), key=lambda checkpoint: checkpoint.size)
    sizes, path = f"{since.size} → {now.size}", []
    data = proof or (files.get(f"consistency/{low.size}.json") if low is since else None)
    if since.origin != now.origin:
        return report.say("other-log", f"{since.origin} ≠ {now.origin}")
    if 0 < low.size < high.size:
        if data is None:
            return report.say("history-unproven" if low is since else "history-truncated", sizes)
        path = hashes_in(parsed(data, "consistency proof", strict=False).get("path"), "consistency proof")
    if not consistent(low.size, high.size, low.root, high.root, path):
        report.say("history-rewritten", sizes)


def verify(files: dict, keys=(), since=None, proof=None, *, recount=None, wanted=()) -> Report:
    """Check a bundle's contents. `keys` are trusted Keys, `since` bytes of a checkpoint seen earlier, `recount(files)`
    gives rows.jsonl anew, `wanted` are names that must have signed. What cannot be read is a finding."""
    report = Report(("file-missing", name) for name in REQUIRED if name not in files)
    if report.findings:
        return report
    try:
        checkpoint = read_checkpoint(files["checkpoint.txt"], "checkpoint.txt")
        index = check_record(report, files, checkpoint)
        check_rows(report, files)
        check_sources(report, files)
        report.signers, report.strangers = check_signatures(report, checkpoint, keys, "checkpoint.txt")
        for name in filter(PROOF.fullmatch, files):
            shipped = parsed(files[name], name)
            root, path = hashes_in([shipped.get("root")], name)[0], hashes_in(shipped.get("path"), name)
            named = [shipped.get("old"), shipped.get("new")] == [int(name[12:-5]), checkpoint.size]
            if not named or not consistent(shipped["old"], checkpoint.size, root, checkpoint.root, path):
                report.say("history-rewritten", name)
        for text, place, given in ((since, "--since", proof), (files.get(WITNESSED), WITNESSED, None)):
            if text is not None:
                earlier = read_checkpoint(text, place)
                vouched, _ = check_signatures(report, earlier, keys, place)
                check_history(report, files, checkpoint, earlier, given)
                # Whoever signed an earlier state vouches for its leaves alone.
                report.signers += [name for name in vouched if index < earlier.size and name not in report.signers]
        report.absent = sorted(set(wanted) - set(report.signers))
        if recount is not None and not report.findings:
            mine, theirs = recount(files).split(b"\n"), files["rows.jsonl"].split(b"\n")
            other = [at for at in range(max(len(mine), len(theirs))) if mine[at : at + 1] != theirs[at : at + 1]]
            report.findings += [("recount-differs", f"rows.jsonl:{at + 1} (+{len(other) - 1})") for at in other[:1]]
            report.notes += [] if other else ["recounted"]
    except (Unreadable, RuntimeError) as fault:
        report.say("unreadable" if isinstance(fault, Unreadable) else "recount-failed", str(fault))
    return report


RUNNER = """
import contextlib, importlib, json, pathlib, sys
with contextlib.suppress(ImportError, OSError, ValueError):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
folder = pathlib.Path(sys.argv[1])
sys.path.append(str(folder))
rows = importlib.import_module(sys.argv[2]).count(json.loads((folder / "inputs.json").read_bytes()))
text = lambda row: json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\\n"
(folder / "rows.jsonl").write_bytes("".join(map(text, sorted(rows, key=lambda row: row["key"]))).encode())
"""


def recount_from_bundle(files: dict, seconds: int = 600) -> bytes:
    """rows.jsonl anew, by the bundle's own rule in a separate, isolated Python process; RuntimeError says why not."""
    names = parsed(files["rule.json"], "rule.json", list)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "inputs.json").write_bytes(files["inputs.json"])
        for name in names:
            if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", name, re.ASCII):
                raise RuntimeError(f"{name!r} is not a module name")
            target = Path(folder, *name.split(".")).with_suffix(".py")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files[f"rule/{name}.py"])
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", RUNNER, folder, names[0]]
        env = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        said = Path(folder, "said")
        try:
            with said.open("wb") as out:
                subprocess.run(command, cwd=folder, env=env, timeout=seconds, check=True, stdout=out, stderr=out)  # noqa: S603
            return Path(folder, "rows.jsonl").read_bytes()
        except (OSError, subprocess.SubprocessError) as fault:
            last = said.read_bytes()[-300:].decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise RuntimeError(last or str(fault)[:300]) from None


def arguments(parser: argparse.ArgumentParser) -> None:  # Declare what the command line takes
    parser.add_argument("bundle", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--key", action="append", default=[], metavar="VERIFIERKEY", help="a key that must have signed")
    parser.add_argument("--since", metavar="CHECKPOINT", help="file of a checkpoint you saw earlier")
    parser.add_argument("--proof", metavar="FILE", help="consistency proof from that checkpoint, as the API gives it")
    parser.add_argument("--recompute", action="store_true", help="run inputs → rows again (runs code from the bundle)")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    parser.add_argument("--json", action="store_true")


def run(options, keys=(), recount=recount_from_bundle) -> Report:
    """Verify as the command line asks; `keys` are trusted beside those given."""
    try:
        given = [read_key(text) for text in options.key]
        since, proof = (Path(path).read_bytes()[:LINE] if path else None for path in (options.since, options.proof))
        files = read_bundle(options.bundle)
    except (Unreadable, OSError) as fault:
        return Report([("unreadable", str(fault))])
    again, wanted = recount if options.recompute else None, {key.name for key in given}
    report = verify(files, [*keys, *given], since, proof, recount=again, wanted=wanted)
    if options.recompute and recount is recount_from_bundle:
        report.notes.insert(0, "code-warning")
    return report


def told(report: Report, lang: str, as_json: bool) -> str:  # The report as text or JSON
    said = {row[0]: row[1 + (lang == "en")] for row in (line.split(" | ") for line in SAYS.strip().splitlines())}
    listed = [{"code": code, "place": place, "text": said[code]} for code, place in report.findings]
    if as_json:
        body = {**vars(report), "result": RESULTS[report.exit_code], "exit": report.exit_code, "findings": listed}
        return json.dumps(body, ensure_ascii=False, indent=1)
    lines = [said[RESULTS[report.exit_code]]] + [f"  · {item['text']}: {item['place']}" for item in listed]
    record = "  {indicator} v{version} · {scope} · {as_of} · {numerator}/{denominator}"
    lines += [record.format(**report.record)] if report.record else []
    lines += [f"  ✓ {name}" for name in report.signers] + [f"  ? {name}" for name in report.strangers]
    lines += [f"  ✗ {name}: {said['absent']}" for name in report.absent]
    return "\n".join(lines + [f"  {said[code]}" for code in report.notes])


if __name__ == "__main__":
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments(cli)
    found = run(asked := cli.parse_args())
    sys.stdout.buffer.write((told(found, asked.lang, asked.json) + "\n").encode())
    sys.exit(found.exit_code)
