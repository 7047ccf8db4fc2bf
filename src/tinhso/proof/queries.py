"""Reads over the log: the latest checkpoint, and proofs against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tinhso.foundation.access import may
from tinhso.foundation.errors import Invalid
from tinhso.proof import merkle, tree
from tinhso.proof.leaves import entry_data
from tinhso.proof.log import PRIVATE_KINDS
from tinhso.proof.models import Checkpoint, Entry, Leaf, LogKey


@dataclass(frozen=True)
class Inclusion:
    """Proof that the leaf at `index` is in the log of `size`: sibling hashes (hex) from the leaf upwards."""

    index: int
    size: int
    path: list[str]


def latest_checkpoint() -> Checkpoint | None:
    """The newest signed state; None while the log is empty."""
    return Checkpoint.objects.order_by("-size").first()


def in_log(entry_id: int) -> bool:
    """Whether a signed state covers an entry, so that its inclusion can be proven."""
    checkpoint = latest_checkpoint()
    return checkpoint is not None and Leaf.objects.filter(entry_id=entry_id, index__lt=checkpoint.size).exists()


def inclusion(entry_id: int, checkpoint: Checkpoint | None = None) -> Inclusion | None:
    """Proof that an entry is in the log at a checkpoint (default: the latest); None while it is not yet."""
    checkpoint = checkpoint or latest_checkpoint()
    leaf = Leaf.objects.filter(entry_id=entry_id).only("index").first()
    if checkpoint is None or leaf is None or leaf.index >= checkpoint.size:
        return None
    return inclusion_at(leaf.index, checkpoint.size)


def inclusion_at(index: int, size: int) -> Inclusion:
    """Proof for the leaf at `index` in the log of `size`, both known to exist."""
    path = tree.hashes(merkle.inclusion_spans(index, size))
    return Inclusion(index, size, [item.hex() for item in path])


def consistency(old_size: int, new_size: int) -> list[str]:
    """Hashes (hex) proving the log of `old_size` a prefix of the log of `new_size`. Invalid for sizes it never had."""
    latest = latest_checkpoint()
    reached = latest.size if latest else 0
    if not 0 <= old_size <= new_size <= reached:
        raise Invalid(
            _("Không có chứng minh nhất quán từ %(old)s đến %(new)s: sổ có %(size)s mục.")
            % {"old": old_size, "new": new_size, "size": reached},
            place="old, new",
            mend=_("Chọn 0 ≤ cũ ≤ mới ≤ kích thước sổ."),
        )
    return [item.hex() for item in tree.hashes(merkle.consistency_spans(old_size, new_size))]


def countersigned_note(checkpoint: Checkpoint) -> str:
    """The checkpoint's signed note with every countersignature on it, in the order received."""
    given = sorted(checkpoint.countersignatures.all(), key=lambda item: item.pk)
    return checkpoint.note + "".join(f"{item.line}\n" for item in given)


def keys_in_force(moment: datetime, roles: Iterable[str] | None = None) -> QuerySet[LogKey]:
    """Keys whose signatures count at a moment."""
    found = LogKey.objects.filter(valid_from__lte=moment).exclude(valid_to__lte=moment)
    return found.filter(role__in=list(roles)) if roles is not None else found


def published_data(entry: Entry, user: Any = None) -> str | None:
    """The bytes (UTF-8 text) an entry's leaf stands for; None for kinds only auditors may read."""
    if entry.kind in PRIVATE_KINDS and not may(user, "proof.audit"):
        return None
    return entry_data(entry).decode()


class RecentLeaves:
    """Every leaf with its entry, the newest first, as a sequence: any page costs one indexed read."""

    def __init__(self) -> None:
        last = Leaf.objects.aggregate(top=Max("index"))["top"]
        self.size = 0 if last is None else last + 1

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> list[Leaf]:
        start, stop, _step = part.indices(self.size)
        chosen = Leaf.objects.filter(index__lt=self.size - start, index__gte=self.size - stop)
        return list(chosen.select_related("entry").order_by("-index"))


def counts_at(key: LogKey, moment: datetime) -> bool:
    """Whether a key's signatures count at a moment."""
    return key.valid_from <= moment and (key.valid_to is None or moment < key.valid_to)
