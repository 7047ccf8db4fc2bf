"""The stored tree: any complete subtree's hash in a bounded number of reads.

Every fourth level is stored (the leaves themselves are level 0), so an in-between hash is made of at most eight
stored ones: a fifteenth of the rows at the price of seven hashings.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict
from tinhso.proof import merkle
from tinhso.proof.models import Leaf, TreeNode

STEP = 4


def _stored_under(level: int, index: int) -> list[merkle.Place]:
    spare = level % STEP
    return [(level - spare, (index << spare) + offset) for offset in range(1 << spare)]


class DamagedTree(Conflict):
    """The stored tree lacks a hash, or does not have the root that was signed."""

    code = "damaged-tree"


def read(places: Iterable[merkle.Place]) -> dict[merkle.Place, bytes]:
    """Hashes of complete subtrees, in two queries. DamagedTree where the stored tree has a hole."""
    wanted = set(places)
    by_level: dict[int, list[int]] = defaultdict(list)
    for level, index in {stored for place in wanted for stored in _stored_under(*place)}:
        by_level[level].append(index)
    found: dict[merkle.Place, bytes] = {}
    if leaves := by_level.pop(0, None):
        rows = Leaf.objects.filter(index__in=leaves).values_list("index", "hash")
        found.update({(0, index): bytes.fromhex(text) for index, text in rows})
    if by_level:
        which = Q()
        for level, indexes in by_level.items():
            which |= Q(level=level, index__in=indexes)
        rows3 = TreeNode.objects.filter(which).values_list("level", "index", "hash")
        found.update({(level, index): bytes.fromhex(text) for level, index, text in rows3})
    result = {}
    for place in wanted:
        try:
            layer = [found[stored] for stored in _stored_under(*place)]
        except KeyError as hole:
            level, index = hole.args[0]
            raise DamagedTree(
                _("Cây băm của sổ thiếu một nút."), place=f"{level}/{index}", mend=_("Chạy tinhso check_log.")
            ) from None
        while len(layer) > 1:
            layer = [merkle.node_hash(*layer[at : at + 2]) for at in range(0, len(layer), 2)]
        result[place] = layer[0]
    return result


def hashes(spans: list[merkle.Span]) -> list[bytes]:
    """The hash of each leaf range of a planned proof."""
    known = read(place for span in spans for place in merkle.cover(*span))
    return merkle.hashes_of(spans, lambda level, index: known[level, index])


def root_at(size: int) -> bytes:
    """The root of the tree when it had `size` leaves."""
    return hashes([(0, size)])[0] if size else merkle.EMPTY_ROOT


def frontier(size: int) -> merkle.Frontier:
    """The right edge of the tree at `size`, ready to grow."""
    places = merkle.cover(0, size)
    known = read(places)
    return merkle.Frontier(size, [known[place] for place in places])
