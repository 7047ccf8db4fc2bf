"""Bytes nobody needs any more.

Rows are released in the transaction that erases; bytes go after its commit. No list says which bytes are still to go:
bytes stay while a row that was not released, or a keeper, names their hash. So whoever is killed in between leaves
bytes that the next `sweep` finds, as it finds those of transactions that were rolled back.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from tinhso.files.models import Release, StoredFile
from tinhso.files.stored import alone, location
from tinhso.foundation.registry import Registry
from tinhso.proof.audit import Actor, command, note, nothing_changed

log = logging.getLogger("tinhso.files")
#: Bytes younger than this may belong to a transaction that has not ended yet.
GRACE_SECONDS = 3600
AT_ONCE = 500
#: So many unused files, if they are also most of what lies there, mean another database's folder rather than waste.
SUSPICIOUS = 1000

#: Which of these hashes an app still uses in tables that name bytes by hash alone.
Keeper = Callable[[Collection[str]], set[str]]
keepers: Registry[Keeper] = Registry("keeper of bytes", "keepers")


@command("files.release")
def release(*, files: Collection[int], actor: Actor) -> int:
    """Say that stored files (primary keys) are needed no more; returns how many. Their bytes go after the commit.

    A file that any table still refers to is passed over: whoever lets go of it last releases it.
    """
    free = StoredFile.objects.filter(pk__in=files, release=None)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.related_model is not Release:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})  # type: ignore[union-attr]
            free = free.exclude(Exists(rows))
    found = dict(free.values_list("pk", "sha256"))
    if not found:
        nothing_changed()
        return 0
    Release.objects.bulk_create(Release(file_id=pk) for pk in found)
    discard_later(set(found.values()))
    note(target="files", after={"released": len(found)})
    return len(found)


def discard_later(hashes: Collection[str]) -> None:
    """Discard bytes once the transaction stands."""
    if hashes:
        transaction.on_commit(partial(discard, hashes), robust=True)


def used(hashes: Collection[str]) -> set[str]:
    """Which of these hashes somebody still needs."""
    rows = StoredFile.objects.filter(sha256__in=hashes, release=None)
    return set(rows.values_list("sha256", flat=True)).union(*(keeper(hashes) for keeper in keepers))


def discard(hashes: Iterable[str]) -> int:
    """Delete the bytes under these hashes that nobody needs; how many went. Young ones are left for `sweep`."""
    gone, rest = 0, iter(sorted(set(hashes)))
    while part := list(islice(rest, AT_ONCE)):
        for sha256 in sorted(set(part) - used(part)):
            with alone():
                gone += _delete(location(sha256))
    return gone


def _delete(path: Path) -> int:
    with suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime >= GRACE_SECONDS:
            path.unlink()
            return 1
    return 0


def sweep() -> int:
    """Delete all bytes nobody needs, and what broken uploads left; how many went. Nothing where most is unknown."""
    root = Path(settings.MEDIA_ROOT)
    for path in root.glob("incoming-*"):
        _delete(path)
    total, unused, lying = 0, set(), _lying(root)
    while part := list(islice(lying, AT_ONCE)):
        total += len(part)
        unused |= set(part) - used(part)
    if len(unused) > max(SUSPICIOUS, total // 2):
        log.error(
            "%d of %d stored files are in no table: not deleted; is MEDIA_ROOT this database's?", len(unused), total
        )
        return 0
    return discard(unused)


def _lying(root: Path) -> Iterator[str]:
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if re.fullmatch("[0-9a-f]{64}", path.name):
                yield path.name
