"""The sequencer: gives entries their place in the log, one batch and one signed checkpoint at a time.

Only one runs at a time. A batch is one transaction: after a crash at any moment the log is as before or as after it.
"""

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem
from tinhso.proof import merkle, notes, tree
from tinhso.proof.commands import log_signers_in_force
from tinhso.proof.leaves import leaf_data
from tinhso.proof.models import Checkpoint, Entry, Leaf, TreeNode
from tinhso.proof.queries import latest_checkpoint
from tinhso.proof.turn import only_one

BATCH = 10_000
# PostgreSQL hands out ids before commit: an entry may appear below ids that already have a leaf. Between two sweeps of
# all entries, only this many ids below the highest are looked at; an older one waits for the sweep.
WINDOW = 5_000
SWEEP_SECONDS = 300


def _waiting(limit: int, sweep: bool) -> list[tuple]:
    waiting = Entry.objects.filter(leaf=None)
    if not sweep:
        highest = Leaf.objects.aggregate(top=Max("entry_id"))["top"] or 0
        waiting = waiting.filter(id__gt=highest - WINDOW)
    return list(waiting.order_by("id").values_list("id", "kind", "subject", "payload", "recorded_at")[:limit])


def _insert_leaves(rows: list[tuple[int, int, str]]) -> None:
    """One statement for the whole batch: three times as fast as building model instances."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(
                'INSERT INTO proof_leaf ("index", entry_id, hash) '
                "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])",
                columns,
            )
        else:
            cursor.executemany('INSERT INTO proof_leaf ("index", entry_id, hash) VALUES (%s, %s, %s)', rows)


def run_once(*, limit: int = BATCH, sweep: bool = True, wait: float = 30) -> int:
    """Put up to `limit` waiting entries into the log in id order and sign one checkpoint; how many were put.

    `sweep` looks at all entries; without it only at recent ids, which stays fast on a long log. Conflict when another
    sequencer is at work for longer than `wait` seconds.
    """
    if not _waiting(1, sweep):
        return 0
    with only_one(wait):
        moment = timezone.now()
        signers = log_signers_in_force(moment)
        with transaction.atomic():
            batch = _waiting(limit, sweep)
            if not batch:
                return 0
            latest = latest_checkpoint()
            frontier = tree.frontier(latest.size if latest else 0)
            if latest is not None and frontier.root().hex() != latest.root:
                # Signing on would make the damage look like history.
                raise tree.DamagedTree(
                    _("Cây băm lưu không có gốc đã ký; không ký tiếp."),
                    place=f"checkpoint {latest.size}",
                    mend=_("Chạy tinhso check_log."),
                )
            leaves, nodes = [], []
            for entry_id, *content in batch:
                hashed = merkle.leaf_hash(leaf_data(*content))
                leaves.append((frontier.size, entry_id, hashed.hex()))
                for level, index, node in frontier.append(hashed):
                    if level % tree.STEP == 0:
                        nodes.append(TreeNode(level=level, index=index, hash=node.hex()))
            _insert_leaves(leaves)
            TreeNode.objects.bulk_create(nodes, batch_size=2000)
            root = frontier.root()
            body = str(notes.State(settings.ORIGIN, frontier.size, root))
            Checkpoint.objects.create(
                size=frontier.size, root=root.hex(), note=str(notes.sign(body, signers)), at=moment
            )
    return len(batch)


def drain(**options: object) -> int:
    """Run batches until nothing waits; how many entries were put."""
    total = 0
    while done := run_once(**options):  # type: ignore[arg-type]
        total += done
    return total


def serve(stopped: threading.Event, say: Callable[[str], None], *, every: float = 1, limit: int = BATCH) -> None:
    """Run batches until `stopped`, looking once every `every` seconds; a lost database is waited for.

    Another sequencer at work is no error: this one stands by.
    """
    swept, told = float("-inf"), ""
    while not stopped.is_set():
        sweep = time.monotonic() - swept >= SWEEP_SECONDS
        try:
            close_old_connections()
            done = run_once(limit=limit, sweep=sweep, wait=0)
        except (Problem, DatabaseError, InterfaceError) as trouble:
            if str(trouble) != told:
                told = str(trouble)
                say(told)
            stopped.wait(max(every, 1))
            continue
        told = ""
        if sweep:
            swept = time.monotonic()
        if done:
            say(f"{done} entries in the log")
        if done < limit:
            stopped.wait(every)
