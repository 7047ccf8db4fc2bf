"""The sequencer: gives entries their place in the log, one batch and one signed checkpoint at a time.

Only one runs at a time. A batch is one transaction: after a crash at any moment the log is as before or as after it.
"""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Conflict
from tinhso.proof import merkle, notes, tree
from tinhso.proof.commands import log_signers_in_force
from tinhso.proof.models import Checkpoint, Entry, Leaf, TreeNode
from tinhso.proof.queries import latest_checkpoint

BATCH = 10_000
ADVISORY_LOCK = 0x74696E68_736F0001
# PostgreSQL hands out ids before commit: an entry may appear below ids already in the log, by this many at most
# between two full sweeps.
WINDOW = 50_000


def leaf_data(kind: str, subject: str, payload: str, recorded_at: datetime) -> bytes:
    """The bytes a leaf stands for: canonical {"kind", "payload", "recorded_at", "subject"}.

    Joined as text, because the payload is canonical already; equal to canonical.dumps of the parsed object.
    """
    quote = json.dumps
    return (
        f'{{"kind":{quote(kind, ensure_ascii=False)},"payload":{payload},'
        f'"recorded_at":"{stamp(recorded_at)}","subject":{quote(subject, ensure_ascii=False)}}}'
    ).encode()


def entry_data(entry: Entry) -> bytes:
    """The bytes the entry's leaf stands for."""
    return leaf_data(entry.kind, entry.subject, entry.payload, entry.recorded_at)


def _try_lock(handle: object) -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
            return bool(cursor.fetchone()[0])
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
    except BlockingIOError:
        return False
    return True


@contextmanager
def only_one(wait: float) -> Iterator[None]:
    """Hold the sequencer's lock; Conflict when another still holds it after `wait` seconds."""
    Path(settings.VAR).mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (Path(settings.VAR) / "sequencer.lock").open("a") as handle:
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                raise Conflict(
                    _("Một bộ đánh số khác đang chạy."), place="sequencer", mend=_("Đợi nó xong, hoặc dừng nó.")
                )
            time.sleep(0.05)
        try:
            yield
        finally:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _waiting(limit: int, sweep: bool) -> list[tuple]:
    waiting = Entry.objects.filter(leaf=None)
    if not sweep:
        highest = Leaf.objects.aggregate(top=Max("entry_id"))["top"] or 0
        waiting = waiting.filter(id__gt=highest - WINDOW)
    return list(waiting.order_by("id").values_list("id", "kind", "subject", "payload", "recorded_at")[:limit])


def run_once(*, limit: int = BATCH, sweep: bool = True, wait: float = 30) -> int:
    """Put up to `limit` waiting entries into the log in id order and sign one checkpoint; how many were put.

    `sweep` looks at all entries; without it only at recent ids, which stays fast on a long log. Conflict when another
    sequencer is at work for longer than `wait` seconds.
    """
    if not _waiting(1, sweep):
        return 0
    with only_one(wait):
        signers = log_signers_in_force()
        with transaction.atomic():
            batch = _waiting(limit, sweep)
            if not batch:
                return 0
            latest = latest_checkpoint()
            frontier = tree.frontier(latest.size if latest else 0)
            leaves, nodes = [], []
            for entry_id, *content in batch:
                hashed = merkle.leaf_hash(leaf_data(*content))
                leaves.append(Leaf(index=frontier.size, entry_id=entry_id, hash=hashed.hex()))
                for level, index, node in frontier.append(hashed):
                    if level % tree.STEP == 0:
                        nodes.append(TreeNode(level=level, index=index, hash=node.hex()))
            Leaf.objects.bulk_create(leaves, batch_size=2000)
            TreeNode.objects.bulk_create(nodes, batch_size=2000)
            root = frontier.root()
            body = str(notes.State(settings.ORIGIN, frontier.size, root))
            Checkpoint.objects.create(
                size=frontier.size, root=root.hex(), note=str(notes.sign(body, signers)), at=timezone.now()
            )
    return len(batch)


def drain(**options: object) -> int:
    """Run batches until nothing waits; how many entries were put."""
    total = 0
    while done := run_once(**options):  # type: ignore[arg-type]
        total += done
    return total
