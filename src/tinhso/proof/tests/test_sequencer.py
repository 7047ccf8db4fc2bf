"""The log grows in id order, in whole batches, and every proof over it holds."""

import json

import pytest

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp
from tinhso.proof import merkle, queries, sequencer
from tinhso.proof.models import Checkpoint, Leaf, TreeNode
from tinhso.proof.notes import Note, State
from tinhso.proof.tests.recipes import entries, sequenced

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def data(entry):
    """The leaf's bytes by the contract's definition."""
    return canonical.dumps(
        {
            "kind": entry.kind,
            "subject": entry.subject,
            "payload": json.loads(entry.payload),
            "recorded_at": stamp(entry.recorded_at),
        }
    )


def test_an_empty_log_has_no_checkpoint():
    assert sequencer.run_once() == 0
    assert queries.latest_checkpoint() is None


def test_leaves_in_id_order_and_root_over_contract_bytes():
    made = sequenced(5, 1, 30)
    leaves = list(Leaf.objects.order_by("index"))
    assert [leaf.index for leaf in leaves] == list(range(len(leaves)))
    assert [leaf.entry_id for leaf in leaves] == sorted(leaf.entry_id for leaf in leaves)
    expected = [merkle.leaf_hash(data(leaf.entry)) for leaf in leaves]
    assert [leaf.hash for leaf in leaves] == [item.hex() for item in expected]
    latest = queries.latest_checkpoint()
    assert latest.size == len(leaves) >= len(made)
    for checkpoint in Checkpoint.objects.all():
        assert bytes.fromhex(checkpoint.root) == merkle.root_of(expected[: checkpoint.size])
        assert State.parse(Note.parse(checkpoint.note).text).root.hex() == checkpoint.root


def test_every_proof_from_storage_holds():
    sequenced(3, 40, 250)
    leaves = [bytes.fromhex(text) for text in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    latest = queries.latest_checkpoint()
    root = bytes.fromhex(latest.root)
    for leaf in Leaf.objects.all()[::7]:
        proof = queries.inclusion(leaf.entry_id)
        path = [bytes.fromhex(text) for text in proof.path]
        assert merkle.inclusion_holds(leaves[leaf.index], proof.index, proof.size, path, root)
    for old in range(1, latest.size, 13):
        path = [bytes.fromhex(text) for text in queries.consistency(old, latest.size)]
        assert merkle.consistency_holds(old, latest.size, merkle.root_of(leaves[:old]), root, path)


def test_a_proof_costs_four_reads(django_assert_num_queries):
    made = sequenced(300)
    with django_assert_num_queries(4):
        assert queries.inclusion(made[137].pk) is not None
    assert TreeNode.objects.count() < Leaf.objects.count() // 15 + 2


def test_waiting_entries_have_no_proof_yet():
    sequenced(3)
    waiting = entries(1)[0]
    assert queries.inclusion(waiting.pk) is None


@pytest.mark.parametrize("sweep", [True, False])
def test_entries_that_commit_late_are_not_lost(sweep):
    late, early = entries(2)
    made = entries(3, 2)
    # As on PostgreSQL, where a transaction may commit after others took later ids: the first two were not yet seen.
    original = sequencer._waiting
    hidden = {late.pk, early.pk}
    try:
        sequencer._waiting = lambda limit, sweep: [row for row in original(limit + 2, sweep) if row[0] not in hidden]
        sequencer.run_once()
    finally:
        sequencer._waiting = original
    assert Leaf.objects.filter(entry=made[-1]).exists()
    assert sequencer.run_once(sweep=sweep) == 2
    assert Leaf.objects.get(entry=late).index > Leaf.objects.get(entry=made[-1]).index


def test_a_batch_has_a_limit():
    entries(25)
    assert sequencer.run_once(limit=10) == 10
    assert sequencer.drain(limit=10) >= 15
    assert Leaf.objects.count() == queries.latest_checkpoint().size
