"""The log grows in id order, in whole batches, and every proof over it holds."""

import json
import threading

import pytest
from django.db import OperationalError, connection, transaction

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Conflict
from tinhso.proof import merkle, queries, sequencer
from tinhso.proof.models import Checkpoint, Leaf, TreeNode
from tinhso.proof.notes import Note, State
from tinhso.proof.tests.recipes import entries, sequenced
from tinhso.proof.turn import only_one

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


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer: ids commit in order")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_after_a_later_one_is_not_lost():
    written, commit = threading.Event(), threading.Event()
    late = []

    def slow_writer():
        with transaction.atomic():
            late.extend(entries(1))
            written.set()
            commit.wait(20)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert written.wait(20)
    early = entries(1, 1)[0]
    assert early.pk > late[0].pk
    sequencer.run_once()
    assert Leaf.objects.filter(entry=early).exists()
    assert not Leaf.objects.filter(entry=late[0]).exists()
    commit.set()
    writer.join()
    assert sequencer.run_once(sweep=False) == 1
    assert Leaf.objects.get(entry=late[0]).index == queries.latest_checkpoint().size - 1


@pytest.mark.django_db(transaction=True)
def test_only_one_numbers_at_a_time():
    entries(1)
    with only_one(0), pytest.raises(Conflict):
        if connection.vendor == "postgresql":
            in_another_session(lambda: sequencer.run_once(wait=0.1))
        else:
            sequencer.run_once(wait=0.1)
    assert sequencer.run_once() >= 1


def in_another_session(act):
    """An advisory lock is its session's: the rival needs one of its own."""
    caught = []

    def run():
        try:
            act()
        except Conflict as refused:
            caught.append(refused)
        finally:
            connection.close()

    rival = threading.Thread(target=run)
    rival.start()
    rival.join()
    if caught:
        raise caught[0]


def test_serving_outlasts_a_lost_database(monkeypatch):
    stopped, said, turns = threading.Event(), [], iter([OperationalError("gone"), OperationalError("gone"), 3])

    def turn(**options):
        outcome = next(turns, None)
        if outcome is None:
            stopped.set()
            return 0
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(sequencer, "run_once", turn)
    monkeypatch.setattr(sequencer, "close_old_connections", lambda: None)
    monkeypatch.setattr(stopped, "wait", lambda seconds: None)
    sequencer.serve(stopped, said.append)
    assert said == ["gone", "3 entries in the log"]
