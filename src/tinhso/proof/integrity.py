"""Checking the log against itself: every leaf, tree node, checkpoint and audit record, recomputed from the entries.

What differs is named exactly. What cannot be seen from inside (a log cut back together with its checkpoints) shows
against a checkpoint kept elsewhere: `since`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Problem
from tinhso.proof import merkle, tree
from tinhso.proof.audit_integrity import check_audit, check_countersignatures, check_keys
from tinhso.proof.faults import Report
from tinhso.proof.leaves import leaf_data
from tinhso.proof.models import Checkpoint, Entry, KeyRole, Leaf, LogKey, TreeNode
from tinhso.proof.notes import Malformed, Note, Signature, State, Verifier

CHUNK = 4000


@dataclass
class Walk:
    """The tree recomputed so far.

    `main` follows the stored leaf hashes; `other`, forked at the first leaf that does not fit its entry, follows the
    entries: the next checkpoint tells which of the two was changed.
    """

    report: Report
    main: merkle.Frontier = field(default_factory=merkle.Frontier)
    other: merkle.Frontier | None = None
    pending: list[tuple[int, int]] = field(default_factory=list)
    holes: list[int] = field(default_factory=list)
    nodes: dict[merkle.Place, set[str]] = field(default_factory=dict)
    good: int = 0
    lost: int = 0

    def grow(self, stored: bytes | None, computed: bytes | None, entry_id: int) -> None:
        """The next leaf: its stored hash, and its hash by its entry; None where the row is gone."""
        index = self.main.size
        if stored is None:
            self.holes.append(index)
        elif computed is not None and stored != computed:
            self.pending.append((index, entry_id))
            if self.other is None:
                self.other = merkle.Frontier(index, list(self.main.hashes))
        grown = [(self.main, stored or merkle.EMPTY_ROOT)]
        if self.other is not None:
            grown.append((self.other, computed or stored or merkle.EMPTY_ROOT))
        for frontier, leaf in grown:
            for level, place, node in frontier.append(leaf):
                if level % tree.STEP == 0:
                    self.nodes.setdefault((level, place), set()).add(node.hex())

    def settle(self, root: bytes) -> bool:
        """Whether the tree has a signed root; says which side of each pending difference was changed."""
        fits = self.main.root() == root
        by_entries = self.other is not None and self.other.root() == root
        for index, entry_id in self.pending:
            if by_entries:
                self.report.add("leaf-altered", f"leaf {index}", _("băm lưu không phải của mục %d") % entry_id)
            else:
                told = _("nội dung không khớp băm của nó ở lá %d") % index
                self.report.add("entry-altered", f"entry {entry_id}", told)
        if by_entries and self.other is not None:
            self.main = self.other
        self.other, self.pending = None, []
        return fits or by_entries

    def compare_root(self, root: bytes) -> None:
        """The tree against a checkpoint's root: the first that differs is told, later ones are counted."""
        size = self.main.size
        if self.settle(root):
            self.good = size
        elif not self.holes:
            if not self.lost:
                told = _("gốc đã ký không phải của các mục: có lá từ %(first)d đến %(last)d đã bị đổi")
                self.report.add("root-differs", f"checkpoint {size}", told % {"first": self.good, "last": size - 1})
            self.lost += 1

    def compare_nodes(self) -> None:
        """Stored tree nodes against those just recomputed."""
        by_level: dict[int, list[int]] = {}
        for level, index in self.nodes:
            if not any(hole >> level == index for hole in self.holes):
                by_level.setdefault(level, []).append(index)
        for level, indexes in by_level.items():
            rows = TreeNode.objects.filter(level=level, index__range=(min(indexes), max(indexes)))
            stored = dict(rows.values_list("index", "hash"))
            for index in indexes:
                place = f"node {level}/{index}"
                if index not in stored:
                    self.report.add("node-missing", place, _("nút cây không còn"))
                elif stored[index] not in self.nodes[level, index]:
                    self.report.add("node-differs", place, _("nút cây không phải băm của các lá dưới nó"))
        self.nodes.clear()


def _leaves() -> Iterator[tuple[int, str, int, tuple | None]]:
    """Leaves in order: index, stored hash, entry id, and the entry's content (None when the entry is gone)."""
    start = 0
    while rows := list(
        Leaf.objects.filter(index__gte=start).order_by("index").values_list("index", "hash", "entry_id")[:CHUNK]
    ):
        ids = [entry_id for _index, _hash, entry_id in rows]
        content = {
            entry_id: rest
            for entry_id, *rest in Entry.objects.filter(id__in=ids).values_list(
                "id", "kind", "subject", "payload", "recorded_at"
            )
        }
        for index, text, entry_id in rows:
            yield index, text, entry_id, tuple(content[entry_id]) if entry_id in content else None
        start = rows[-1][0] + 1


def _canonical(payload: str) -> bool:
    try:
        return canonical.dumps(json.loads(payload)).decode() == payload
    except (ValueError, TypeError):
        return False


@dataclass(frozen=True)
class _Key:
    verifier: Verifier
    role: str
    valid_from: datetime
    valid_to: datetime | None


def _keys() -> list[_Key]:
    """Keys that can be read; check_keys names the others."""
    readable = []
    for key in LogKey.objects.order_by("id"):
        with suppress(Malformed):
            readable.append(_Key(Verifier.parse(key.verifier), key.role, key.valid_from, key.valid_to))
    return readable


def _bytes(text: str) -> bytes:
    """A stored hash; text that is none stands for itself, and fits nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


def _signed_state(row: Checkpoint, keys: list[_Key], report: Report) -> State | None:
    """What the checkpoint's signed note says, when the log's signature on it is right."""
    place = f"checkpoint {row.size}"
    counting = [
        key.verifier
        for key in keys
        if key.role == KeyRole.LOG and key.valid_from <= row.at and (key.valid_to is None or row.at < key.valid_to)
    ]
    try:
        note = Note.parse(row.note)
        state = State.parse(note.text)
        if not note.verified(counting):
            report.add("signature-wrong", place, _("không có chữ ký của khóa sổ có hiệu lực khi đó"))
            return None
    except Problem as problem:
        report.add("signature-wrong", place, str(problem))
        return None
    if (state.size, state.root.hex()) != (row.size, row.root):
        report.add("checkpoint-altered", place, _("kích thước hoặc gốc lưu khác với bản đã ký"))
    for extra in row.countersignatures.all():
        try:
            signer = Verifier.parse(extra.key.verifier)
            line = Signature.parse(extra.line)
            right = (line.name, line.id) == (signer.name, signer.id) and signer.fits(note.text, line.signature)
        except Problem:
            right = False
        if not right:
            report.add("signature-wrong", place, _("chữ ký thêm của %s không đúng") % extra.key.name)
    return state


def _given_state(since: str, known: Iterable[Verifier], report: Report) -> State | None:
    """The state of a checkpoint kept elsewhere."""
    try:
        note = Note.parse(since)
        state = State.parse(note.text)
        if not note.verified(known):
            report.add("signer-unknown", "since", _("điểm chốt đưa vào không mang chữ ký của khóa nào đã biết"))
    except Problem as problem:
        report.add("signature-wrong", "since", str(problem))
        return None
    return state


def check_log(
    *, since: str | None = None, known: Iterable[Verifier] = (), say: Callable[[str], None] = lambda line: None
) -> Report:
    """Recompute the whole log.

    `since` is a checkpoint note kept elsewhere; `known` are further keys that may have signed it.
    """
    report = Report()
    keys = _keys()
    given = _given_state(since, [*known, *(key.verifier for key in keys)], report) if since else None
    check = _Check(Walk(report), keys, given)
    for index, text, entry_id, content in _leaves():
        while check.walk.main.size < index:
            report.add("leaf-missing", f"leaf {check.walk.main.size}", _("lá không còn trong sổ"))
            check.leaf(None, None, 0)
        computed = None
        if content is None:
            report.add("entry-missing", f"entry {entry_id}", _("mục của lá %d không còn") % index)
        else:
            computed = merkle.leaf_hash(leaf_data(*content))
            if not _canonical(content[2]):
                report.add("payload-not-canonical", f"entry {entry_id}", _("nội dung không ở dạng chuẩn"))
        check.leaf(_bytes(text), computed, entry_id)
        if check.walk.main.size % CHUNK == 0:
            check.walk.compare_nodes()
            say(_("%d lá đã kiểm tra") % check.walk.main.size)
    check.end()
    check_audit(report)
    check_keys(report)
    check_countersignatures(report)
    report.leaves = check.walk.main.size
    report.waiting = Entry.objects.filter(leaf=None).count()
    return report


class _Check:
    """The walk over the leaves beside the walk over the checkpoints."""

    def __init__(self, walk: Walk, keys: list[_Key], given: State | None) -> None:
        self.walk, self.keys, self.given, self.report = walk, keys, given, walk.report
        rows = Checkpoint.objects.order_by("size").prefetch_related("countersignatures__key")
        self.rows = rows.iterator(chunk_size=500)
        self.row = next(self.rows, None)

    def leaf(self, stored: bytes | None, computed: bytes | None, entry_id: int) -> None:
        """Take one leaf, and compare with the checkpoints at the size it makes."""
        walk, report = self.walk, self.report
        walk.grow(stored, computed, entry_id)
        size = walk.main.size
        if self.row is not None and self.row.size == size:
            report.checkpoints += 1
            state = _signed_state(self.row, self.keys, report)
            walk.compare_root(state.root if state and state.size == size else _bytes(self.row.root))
            self.row = next(self.rows, None)
        given = self.given
        if given is not None and given.size == size and given.root != walk.main.root() and not walk.holes:
            report.add("history-rewritten", f"since {size}", _("điểm chốt đưa vào không thuộc lịch sử của sổ này"))

    def end(self) -> None:
        """What the end of the leaves shows: checkpoints beyond it, leaves and nodes under no checkpoint."""
        walk, report, size = self.walk, self.report, self.walk.main.size
        while self.row is not None:
            report.checkpoints += 1
            _signed_state(self.row, self.keys, report)
            told = _("đã ký %(signed)d mục, sổ chỉ còn %(size)d") % {"signed": self.row.size, "size": size}
            report.add("history-truncated", f"checkpoint {self.row.size}", told)
            self.row = next(self.rows, None)
        if self.given is not None and self.given.size > size:
            told = _("đã thấy %(seen)d mục, sổ chỉ còn %(size)d") % {"seen": self.given.size, "size": size}
            report.add("history-truncated", "since", told)
        if walk.lost > 1:
            told = _("%d điểm chốt sau đó cũng không khớp") % (walk.lost - 1)
            report.add("root-differs", "later checkpoints", told)
        signed = Checkpoint.objects.aggregate(top=Max("size"))["top"] or 0
        if signed < size:
            report.add("checkpoint-missing", f"leaf {signed}", _("các lá từ đây không có điểm chốt"))
            walk.settle(walk.main.root())
        walk.compare_nodes()
        if TreeNode.objects.count() > sum(size >> level for level in range(tree.STEP, 63, tree.STEP)):
            for level, index in TreeNode.objects.values_list("level", "index").iterator():
                if level not in range(tree.STEP, 63, tree.STEP) or (index + 1) << level > size:
                    report.add("node-extra", f"node {level}/{index}", _("nút cây không thuộc sổ"))
