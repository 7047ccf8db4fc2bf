"""Every way to change the log behind its back is named, exactly."""

import random
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.foundation import append_only
from tinhso.proof import commands, merkle, tree
from tinhso.proof.audit import Actor, command, note
from tinhso.proof.integrity import check_log
from tinhso.proof.leaves import entry_data
from tinhso.proof.models import (
    AuditDetail,
    AuditRecord,
    Checkpoint,
    Countersignature,
    Entry,
    KeyRole,
    Leaf,
    LogKey,
    TreeNode,
)
from tinhso.proof.notes import Signer, State, sign
from tinhso.proof.sequencer import run_once
from tinhso.proof.tests.recipes import entries, sequenced

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ACTOR = Actor("user:7", "Nguyễn Văn A")


@command("reading.correct")
def correct(*, actor: Actor) -> None:
    note(target="trạm 1", before={"value": 1}, after={"value": 2})


@pytest.fixture
def whole_log():
    """60 readings and one audited command under three checkpoints, the last countersigned; triggers taken away."""
    correct(actor=ACTOR)
    sequenced(20, 20)
    sequenced(20)
    auditor = Signer.make("auditor.example")
    commands.register_key(actor=ACTOR, verifier=str(auditor.verifier), owner="auditor", role=KeyRole.AUDITOR)
    last = Checkpoint.objects.order_by("-size").first()
    line = str(auditor.sign(str(State("tinhso.localhost/log", last.size, bytes.fromhex(last.root)))))
    commands.countersign(actor=ACTOR, checkpoint=last, line=line)
    run_once()
    append_only.remove()
    return last


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA defer_foreign_keys = 1" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL DEFERRED"
        )
        cursor.execute(statement, values)


def found(**options):
    return {(fault.kind, fault.place) for fault in check_log(**options).faults}


def entry_at(index):
    return Leaf.objects.get(index=index).entry_id


def test_a_whole_log_has_no_faults(whole_log):
    report = check_log(since=whole_log.note)
    assert report.faults == []
    assert report.leaves == Leaf.objects.count() > 60
    assert report.checkpoints == 4
    assert report.waiting == 0
    entries(2)
    assert check_log().waiting == 2


def test_an_empty_log_is_whole():
    assert check_log().faults == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("payload", '{"value":9}'), ("subject", "station:x"), ("kind", "x"), ("recorded_at", "2020-01-01 00:00:00+00:00")],
)
def test_an_altered_entry(whole_log, column, value):
    entry = entry_at(17)
    sql(f"UPDATE proof_entry SET {column} = %s WHERE id = %s", value, entry)
    assert found() == {("entry-altered", f"entry {entry}")}


def test_a_payload_that_is_not_canonical(whole_log):
    entry = Entry.objects.filter(kind="reading").first()
    sql("UPDATE proof_entry SET payload = %s WHERE id = %s", '{"value": 0}', entry.pk)
    assert ("payload-not-canonical", f"entry {entry.pk}") in found()


def test_two_entries_swapped(whole_log):
    one, two = Leaf.objects.get(index=5), Leaf.objects.get(index=9)
    sql("UPDATE proof_leaf SET entry_id = -1 WHERE index = 5".replace("index", '"index"'))
    sql('UPDATE proof_leaf SET entry_id = %s WHERE "index" = 9', one.entry_id)
    sql('UPDATE proof_leaf SET entry_id = %s WHERE "index" = 5', two.entry_id)
    assert found() == {("entry-altered", f"entry {one.entry_id}"), ("entry-altered", f"entry {two.entry_id}")}


def test_an_altered_leaf_hash(whole_log):
    sql('UPDATE proof_leaf SET hash = %s WHERE "index" = 17', "ab" * 32)
    assert found() == {("leaf-altered", "leaf 17")}


def test_an_entry_and_its_leaf_altered_together(whole_log):
    entry = Entry.objects.get(pk=entry_at(17))
    entry.payload = '{"value":9}'
    sql("UPDATE proof_entry SET payload = %s WHERE id = %s", entry.payload, entry.pk)
    sql('UPDATE proof_leaf SET hash = %s WHERE "index" = 17', merkle.leaf_hash(entry_data(entry)).hex())
    first = Checkpoint.objects.order_by("size").filter(size__gt=17).first()
    assert found() == {
        ("node-differs", "node 4/1"),
        ("root-differs", f"checkpoint {first.size}"),
        ("root-differs", "later checkpoints"),
    }


def test_a_leaf_taken_away(whole_log):
    sql('DELETE FROM proof_leaf WHERE "index" = 17')
    assert ("leaf-missing", "leaf 17") in found()
    assert {kind for kind, _place in found()} == {"leaf-missing"}


def test_a_tree_node_altered_or_gone_or_added(whole_log):
    sql("UPDATE proof_treenode SET hash = %s WHERE level = 4 AND index = 2".replace("index", '"index"'), "ab" * 32)
    assert found() == {("node-differs", "node 4/2")}
    sql('DELETE FROM proof_treenode WHERE level = 4 AND "index" = 2')
    assert found() == {("node-missing", "node 4/2")}
    TreeNode.objects.create(level=4, index=99, hash="ab" * 32)
    TreeNode.objects.create(level=4, index=98, hash="ab" * 32)
    assert ("node-extra", "node 4/99") in found()


@pytest.mark.parametrize("change", ["root", "size", "note", "resigned"])
def test_an_altered_checkpoint(whole_log, change):
    place = f"checkpoint {whole_log.size}"
    if change == "root":
        sql("UPDATE proof_checkpoint SET root = %s WHERE id = %s", "ab" * 32, whole_log.pk)
        assert found() == {("checkpoint-altered", place)}
    elif change == "size":
        sql("UPDATE proof_checkpoint SET size = size - 1 WHERE id = %s", whole_log.pk)
        assert ("checkpoint-altered", f"checkpoint {whole_log.size - 1}") in found()
    elif change == "note":
        note_text = whole_log.note.replace("tinhso.localhost", "tinhso.elsewhere", 1)
        sql("UPDATE proof_checkpoint SET note = %s WHERE id = %s", note_text, whole_log.pk)
        assert ("signature-wrong", place) in found()
    else:
        forged = sign(
            str(State("tinhso.localhost/log", whole_log.size, b"r" * 32)), [Signer.make("tinhso.localhost/log")]
        )
        sql("UPDATE proof_checkpoint SET note = %s WHERE id = %s", str(forged), whole_log.pk)
        assert found() == {("signature-wrong", place)}


def test_an_altered_countersignature(whole_log):
    sql("UPDATE proof_countersignature SET line = %s", str(Signer.make("auditor.example").sign("x\n")))
    assert found() == {("signature-wrong", f"checkpoint {whole_log.size}")}


def test_the_last_leaves_cut_off(whole_log):
    sql('DELETE FROM proof_leaf WHERE "index" >= 40')
    kinds = {kind for kind, _place in found()}
    assert "history-truncated" in kinds


def cut_back(size):
    """As a careful forger would: leaves, nodes and checkpoints beyond a size, all gone."""
    sql("DELETE FROM proof_countersignature")
    signing = AuditRecord.objects.get(verb="proof.countersign")
    sql("DELETE FROM proof_auditdetail WHERE record_id = %s", signing.pk)
    sql("DELETE FROM proof_auditrecord WHERE id = %s", signing.pk)
    sql("DELETE FROM proof_entry WHERE id = %s", signing.entry_id)
    sql("DELETE FROM proof_checkpoint WHERE size > %s", size)
    sql('DELETE FROM proof_leaf WHERE "index" >= %s', size)
    for node in TreeNode.objects.all():
        if (node.index + 1) << node.level > size:
            sql("DELETE FROM proof_treenode WHERE id = %s", node.pk)


def test_a_log_cut_back_with_care_shows_against_a_kept_checkpoint(whole_log):
    cut_back(Checkpoint.objects.order_by("size").first().size)
    assert found() == set()
    assert found(since=whole_log.note) == {("history-truncated", "since")}


def test_a_log_rewritten_with_care_shows_against_a_kept_checkpoint(whole_log):
    first = Checkpoint.objects.order_by("size").first()
    dropped = entry_at(first.size + 3)
    cut_back(first.size)
    sql("DELETE FROM proof_entry WHERE id = %s", dropped)
    entries(70)
    run_once()
    assert found() == set()
    assert found(since=whole_log.note) == {("history-rewritten", f"since {whole_log.size}")}


def test_a_checkpoint_of_someone_else(whole_log):
    stranger = Signer.make("tinhso.localhost/log")
    given = str(sign(str(State("tinhso.localhost/log", whole_log.size, bytes.fromhex(whole_log.root))), [stranger]))
    assert found(since=given) == {("signer-unknown", "since")}
    assert found(since=given, known=[stranger.verifier]) == set()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "x.y"),
        ("actor_code", "user:8"),
        ("target", "x"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("detail_hash", "0" * 64),
    ],
)
def test_an_altered_audit_record(whole_log, column, value):
    record = AuditRecord.objects.get(verb="reading.correct")
    sql(f"UPDATE proof_auditrecord SET {column} = %s WHERE id = %s", value, record.pk)
    assert ("audit-record-altered", f"audit {record.pk}") in found()


def test_altered_values_of_an_audit_record(whole_log):
    record = AuditRecord.objects.get(verb="reading.correct")
    sql("UPDATE proof_auditdetail SET values = %s WHERE record_id = %s".replace("values", '"values"'), "{}", record.pk)
    assert found() == {("audit-detail-altered", f"audit {record.pk}")}


def test_an_audit_record_taken_away(whole_log):
    record = AuditRecord.objects.get(verb="reading.correct")
    sql("DELETE FROM proof_auditdetail WHERE record_id = %s", record.pk)
    assert found() == set()
    sql("DELETE FROM proof_auditrecord WHERE id = %s", record.pk)
    assert found() == {("audit-record-missing", f"entry {record.entry_id}")}


def test_a_damaged_tree_is_not_signed_on(whole_log):
    sql("UPDATE proof_treenode SET hash = %s", "ab" * 32)
    entries(1)
    with pytest.raises(tree.DamagedTree):
        run_once()


COVERED = {
    Entry: ["kind", "subject", "payload", "recorded_at"],
    Leaf: ["index", "entry_id", "hash"],
    TreeNode: ["level", "index", "hash"],
    Checkpoint: ["size", "root", "note"],
    Countersignature: ["line", "checkpoint_id"],
    AuditRecord: ["verb", "actor_code", "actor_name", "target", "at", "detail_hash", "entry_id"],
    AuditDetail: ["salt", "values"],
    LogKey: ["owner", "name", "role", "public_key", "verifier", "valid_from"],
}


def bent(value, chance):
    """A value of the same kind, one place changed."""
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 1000])
    if isinstance(value, datetime):
        return value + timedelta(microseconds=chance.choice([-1, 1, 10**6]))
    at = chance.randrange(len(value))
    other = chance.choice([char for char in "0123456789abcdefghijklmnop" if char != value[at]])
    return value[:at] + other + value[at + 1 :]


def test_200_random_changes_200_found(whole_log):
    chance = random.Random(20211231)
    found_all, tried = 0, 0
    while tried < 200:
        model = chance.choice(list(COVERED))
        column = chance.choice(COVERED[model])
        row = chance.choice(list(model.objects.values("pk", column)))
        try:
            with transaction.atomic():
                sql(
                    f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE {model._meta.pk.column} = %s'.replace(
                        "WHERE index", 'WHERE "index"'
                    ),
                    bent(row[column], chance),
                    row["pk"],
                )
                told = bool(check_log().faults)
                transaction.set_rollback(True)
        except IntegrityError:
            # The schema refused it: a key already taken, a role that is none.
            continue
        tried += 1
        found_all += told
        assert told, (model, column, row)
    assert found_all == tried == 200
