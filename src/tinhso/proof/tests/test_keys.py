"""The log's keys: made once, kept secret, rotated with an overlap; other parties' keys registered and ended."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.proof import commands, keys, queries
from tinhso.proof.audit import SYSTEM, Actor
from tinhso.proof.integrity import check_log
from tinhso.proof.models import AuditRecord, Checkpoint, KeyRole, LogKey
from tinhso.proof.notes import Malformed, Note, Signer, Verifier
from tinhso.proof.tests.recipes import sequenced

pytestmark = pytest.mark.django_db
ACTOR = Actor("user:1", "Trần Thị B")


def signers_of(checkpoint):
    known = [Verifier.parse(text) for text in LogKey.objects.values_list("verifier", flat=True)]
    return [str(key) for key in Note.parse(checkpoint.note).verified(known)]


def test_the_log_key_is_made_once_and_readable_by_its_owner_alone(own_var):
    sequenced(1, 1)
    path = own_var / "keys" / "log_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert LogKey.objects.get().verifier == str(Signer.parse(path.read_text()).verifier)
    assert {tuple(signers_of(item)) for item in Checkpoint.objects.all()} == {(LogKey.objects.get().verifier,)}


def test_a_key_file_others_can_read_is_refused(own_var):
    sequenced(1)
    (own_var / "keys" / "log_key").chmod(0o644)
    with pytest.raises(Invalid, match="600"):
        sequenced(1)


def test_the_key_may_come_from_the_environment(monkeypatch, own_var):
    signer = Signer.make("tinhso.localhost/log")
    monkeypatch.setenv("TINHSO_LOG_KEY", signer.secret())
    sequenced(1)
    assert signers_of(queries.latest_checkpoint()) == [str(signer.verifier)]
    assert not (own_var / "keys").exists()
    with pytest.raises(CommandError, match="TINHSO_LOG_KEY"):
        call_command("rotate_log_key")


@pytest.mark.both_databases
def test_rotation_overlaps_then_the_old_key_ends(own_var):
    sequenced(3)
    old = LogKey.objects.get()
    fresh, retiring = commands.rotate_log_key(actor=ACTOR, until=timezone.now() + timedelta(days=7))
    assert [key.pk for key in retiring] == [old.pk]
    sequenced(3)
    assert signers_of(queries.latest_checkpoint()) == [str(fresh), old.verifier]
    LogKey.objects.filter(pk=old.pk).update(valid_to=timezone.now())
    sequenced(3)
    assert signers_of(queries.latest_checkpoint()) == [str(fresh)]
    assert check_log().faults == []
    assert LogKey.objects.filter(pk=old.pk).exists()
    assert set(AuditRecord.objects.values_list("verb", flat=True)) == {"proof.register_key", "proof.retire_key"}


def test_a_log_whose_keys_have_all_ended_signs_nothing(own_var):
    sequenced(1)
    LogKey.objects.update(valid_to=timezone.now())
    with pytest.raises(Conflict, match="rotate_log_key"):
        sequenced(1)
    assert Checkpoint.objects.count() == 1


def test_rotation_by_command(capsys):
    sequenced(1)
    call_command("rotate_log_key", "--overlap-days", "3")
    assert capsys.readouterr().out.count("tinhso.localhost/log+") == 2


@pytest.mark.both_databases
def test_registering_again_changes_nothing_and_another_owner_is_refused():
    key = str(Signer.make("operator.example").verifier)
    for _turn in range(2):
        commands.register_key(actor=ACTOR, verifier=key, owner="VNPT", role=KeyRole.OPERATOR)
    assert AuditRecord.objects.count() == 1
    assert key in AuditRecord.objects.get().entry.payload
    with pytest.raises(Conflict):
        commands.register_key(actor=ACTOR, verifier=key, owner="H40", role=KeyRole.PROVINCE)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"verifier": "nonsense"}, Malformed),
        ({"role": "king"}, Invalid),
        ({"owner": ""}, Invalid),
        ({"owner": "x" * 81}, Invalid),
    ],
)
def test_a_bad_registration_is_refused(change, error):
    good = {"verifier": str(Signer.make("a").verifier), "owner": "H40", "role": "province"}
    with pytest.raises(error):
        commands.register_key(actor=ACTOR, **{**good, **change})
    assert not LogKey.objects.exists()


def test_ending_a_key_twice_keeps_the_earlier_end():
    key = commands.register_key(
        actor=SYSTEM, verifier=str(Signer.make("a").verifier), owner="H40", role=KeyRole.PROVINCE
    )
    ended = commands.retire_key(actor=SYSTEM, verifier=key.verifier).valid_to
    assert commands.retire_key(actor=SYSTEM, verifier=key.verifier).valid_to == ended
    with pytest.raises(Invalid):
        commands.retire_key(actor=SYSTEM, verifier="unknown")


def test_a_secret_file_is_replaced_whole(tmp_path):
    path = tmp_path / "secret"
    keys.write_secret(path, "one")
    keys.write_secret(path, "two")
    assert path.read_text() == "two"
    assert [item.name for item in tmp_path.iterdir() if item.name != "var"] == ["secret"]
