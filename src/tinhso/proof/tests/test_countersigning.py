"""Another party signs on its own machine, and only what continues the last state it saw."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tinhso.foundation.errors import Conflict, Forbidden
from tinhso.proof import commands, publishing, queries
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import Checkpoint, Countersignature, KeyRole, LogKey
from tinhso.proof.notes import Malformed, Note, Signer, State, Verifier, WrongSignature
from tinhso.proof.tests.recipes import sequenced
from tinhso.proof.witness import NotAContinuation, Proof


@pytest.fixture
def auditor(tmp_path) -> Path:
    """The auditor's machine: a folder with its key, made by the command."""
    call_command("make_key", "auditor.example/log", out=tmp_path / "auditor.key", stdout=io.StringIO())
    return tmp_path / "auditor.key"


def verifier_of(key: Path) -> str:
    return str(Signer.parse(key.read_text()).verifier)


def sign(checkpoint: Path, key: Path, **options) -> str:
    out = io.StringIO()
    call_command("sign", str(checkpoint), key=key, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().strip()


@pytest.fixture
def states(db, tmp_path, auditor):
    """Two checkpoint files, the auditor's key registered, and the proof from the first to the second."""
    sequenced(5, 9)
    key = verifier_of(auditor)
    commands.register_key(actor=SYSTEM, verifier=key, owner="auditor", role=KeyRole.AUDITOR)
    old, new = Checkpoint.objects.order_by("size")
    for name, checkpoint in (("old", old), ("new", new)):
        (tmp_path / name).write_text(queries.countersigned_note(checkpoint))
    (tmp_path / "proof").write_text(publishing.consistency_text(old.size, new))
    return tmp_path


def test_a_key_file_is_private_and_never_overwritten(auditor):
    assert auditor.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="exists"):
        call_command("make_key", "auditor.example/log", out=auditor)
    with pytest.raises(CommandError, match="không hợp lệ"):
        call_command("make_key", "two words")


def test_signing_needs_no_database(tmp_path, auditor):
    # No db mark: a query would raise.
    log = Signer.make("log")
    note = Note(text := str(State("log", 3, b"r" * 32)), (log.sign(text),))
    (tmp_path / "checkpoint").write_text(str(note))
    line = sign(tmp_path / "checkpoint", auditor, name="auditor.example/log", log_key=str(log.verifier))
    signed = Note.parse(f"{note}{line}\n")
    both = [log.verifier, Verifier.parse(verifier_of(auditor))]
    assert signed.verified(both) == both


def test_a_continuation_is_signed_and_added(states, auditor):
    line = sign(
        states / "new", auditor, seen=states / "old", proof=states / "proof", log_key=LogKey.objects.first().verifier
    )
    (states / "line").write_text(line + "\n")
    new = Checkpoint.objects.order_by("size").last()
    for _turn in range(2):
        call_command("add_countersignature", str(new.size), str(states / "line"), stdout=io.StringIO())
    assert Countersignature.objects.count() == 1
    note = Note.parse(queries.countersigned_note(new))
    assert [key.name for key in note.verified([Verifier.parse(verifier_of(auditor))])] == ["auditor.example/log"]


def test_the_same_state_may_be_signed_again_without_proof(states, auditor):
    assert sign(states / "new", auditor, seen=states / "new")


def rewritten(states):
    """The new checkpoint as the same log key would sign another history."""
    state = State.parse(Note.parse((states / "new").read_text()).text)
    text = str(State(state.origin, state.size, b"z" * 32))
    (states / "new").write_text(str(Note(text, (Signer.make("x").sign(text),))))


def broken(states, old, new):
    path = states / "proof"
    path.write_text(path.read_text().replace(old, new, 1))


REFUSALS = {
    "rewritten": (rewritten, {}, "viết lại"),
    "no proof": (lambda states: (states / "proof").unlink(), {"proof": None}, "Thiếu chứng minh"),
    "cut back": (
        lambda states: (states / "old").write_text((states / "new").read_text()),
        {"checkpoint": "old-kept"},
        "cắt ngắn",
    ),
    "other log": (
        lambda states: (states / "old").write_text((states / "old").read_text().replace("tinhso.", "other.", 1)),
        {},
        "hai sổ",
    ),
    "proof from elsewhere": (lambda states: broken(states, "old ", "old 1"), {}, "bắt đầu từ"),
    "proof of junk": (lambda states: broken(states, "old ", "older "), {}, "old N"),
    "proof with a short hash": (lambda states: broken(states, "\n", "\nAAAA\n"), {}, "SHA-256"),
    "not a note": (lambda states: (states / "new").write_text("hello\n"), {}, "không có chữ ký"),
    "not text": (lambda states: (states / "new").write_bytes(b"\xff\xfe"), {}, "Không đọc được"),
    "absent": (lambda states: (states / "new").unlink(), {}, "Không đọc được"),
    "stranger's log key": (lambda states: None, {"log_key": str(Signer.make("x").verifier)}, "không mang chữ ký"),
    "name of another": (lambda states: None, {"name": "someone"}, "not someone"),
}


@pytest.mark.parametrize(("spoil", "options", "said"), REFUSALS.values(), ids=REFUSALS)
def test_nothing_else_is_signed(states, auditor, spoil, options, said):
    (states / "old-kept").write_text((states / "old").read_text())
    spoil(states)
    chosen = {"seen": states / "old", "proof": states / "proof", **options}
    checkpoint = states / chosen.pop("checkpoint", "new")
    with pytest.raises(CommandError, match=said):
        sign(checkpoint, auditor, **chosen)


def test_a_key_file_others_can_read_is_not_used(states, auditor):
    auditor.chmod(0o640)
    with pytest.raises(CommandError, match="600"):
        sign(states / "new", auditor)


@pytest.mark.both_databases
def test_only_registered_keys_in_force_may_countersign(states, auditor):
    new = Checkpoint.objects.order_by("size").last()
    text = Note.parse(new.note).text
    signer = Signer.parse(auditor.read_text())
    other_size = str(signer.sign(Note.parse(Checkpoint.objects.order_by("size").first().note).text))
    log_line = str(Note.parse(new.note).signatures[0])
    for line, error in (
        ("nonsense", Malformed),
        (str(Signer.make("auditor.example/log").sign(text)), Forbidden),
        (log_line, Forbidden),
        (other_size, WrongSignature),
    ):
        with pytest.raises(error):
            commands.countersign(actor=SYSTEM, checkpoint=new, line=line)
    commands.retire_key(actor=SYSTEM, verifier=verifier_of(auditor))
    with pytest.raises(Forbidden):
        commands.countersign(actor=SYSTEM, checkpoint=new, line=str(signer.sign(text)))
    assert not Countersignature.objects.exists()


def test_proofs_read_back():
    proof = Proof(5, (b"a" * 32, b"b" * 32))
    assert Proof.parse(str(proof)) == proof
    assert Proof.parse(f"{proof}\nanything else\n") == proof


class TestPublishing:
    def test_a_folder_grows_and_repeating_changes_nothing(self, db, tmp_path, auditor):
        folder = tmp_path / "out"
        assert publishing.publish(folder) == []
        sequenced(4)
        first = queries.latest_checkpoint()
        assert set(publishing.publish(folder)) == {f"checkpoints/{first.size}", "keys", "checkpoint"}
        assert publishing.publish(folder) == []
        sequenced(6)
        second = queries.latest_checkpoint()
        proof = f"consistency/{first.size}-{second.size}"
        assert set(publishing.publish(folder)) == {f"checkpoints/{second.size}", proof, "checkpoint"}
        assert sign(folder / "checkpoint", auditor, seen=folder / "checkpoints" / str(first.size), proof=folder / proof)

    def test_a_late_countersignature_reaches_the_folder(self, states, auditor):
        folder = states / "out"
        publishing.publish(folder)
        new = queries.latest_checkpoint()
        commands.countersign(actor=SYSTEM, checkpoint=new, line=sign(states / "new", auditor))
        assert set(publishing.publish(folder)) == {f"checkpoints/{new.size}", "checkpoint"}

    def test_a_folder_that_saw_another_history_is_left_alone(self, states):
        folder = states / "out"
        publishing.publish(folder)
        state = State.parse(Note.parse((folder / "checkpoint").read_text()).text)
        text = str(State(state.origin, state.size, b"z" * 32))
        (folder / "checkpoint").write_text(str(Note(text, (Signer.make("x").sign(text),))))
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        with pytest.raises(Conflict, match="không thuộc sổ này"):
            publishing.publish(folder)
        assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_the_schedule_publishes_where_a_folder_is_named(self, states, monkeypatch):
        from tinhso.proof.schedules import publish_hourly

        assert publish_hourly() == []
        monkeypatch.setenv("TINHSO_PUBLISH_DIR", str(states / "scheduled"))
        assert "checkpoint" in publish_hourly()
        assert (states / "scheduled" / "checkpoint").exists()


def test_not_a_continuation_is_a_conflict():
    assert issubclass(NotAContinuation, Conflict)
