import ast
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tinhso.measures import bundle, verify
from tinhso.measures.tests import recipes
from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import countersign, register_key
from tinhso.proof.models import LogKey
from tinhso.proof.notes import Note, Signer
from tinhso.proof.queries import latest_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


def checked(files, *keys, **more):
    return verify.verify(files, [verify.read_key(key) for key in keys], **more)


@pytest.mark.both_databases
def test_a_bundle_holds_under_the_log_key_and_never_without(var):
    files = recipes.bundle_files()
    assert checked(files, recipes.log_key()).exit_code == 0
    assert checked(files).exit_code == 3
    stranger = str(Signer.make("elsewhere.example/log").verifier)
    assert checked(files, stranger).exit_code == 3
    assert [name for name in files if name.startswith("consistency/")]


def test_the_same_measurement_and_checkpoint_give_the_same_bytes(var):
    recipes.province()
    made = recipes.measured()
    assert bundle.packed(bundle.contents(made)) == bundle.packed(bundle.contents(made))


def test_the_shipped_verifier_runs_alone(var, tmp_path):
    files = recipes.bundle_files()
    path = tmp_path / "b.zip"
    path.write_bytes(bundle.packed(files))
    (tmp_path / "verify.py").write_bytes(files["verify.py"])

    def run(*arguments):
        command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run(str(path), "--key", recipes.log_key(), "--recompute", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["result"], said["notes"]) == (0, "verified", ["code-warning", "recounted"])
    assert run(str(path)).returncode == 3
    assert run(str(tmp_path / "absent.zip")).returncode == 2
    folder = tmp_path / "unpacked"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    inside = subprocess.run([sys.executable, str(folder / "verify.py")], capture_output=True, check=False)
    assert inside.returncode == 3
    (folder / "rows.jsonl").unlink()
    assert "thiếu tệp: rows.jsonl" in run(str(folder)).stdout


def test_the_command_trusts_registered_keys_unless_offline(var, tmp_path):
    path = tmp_path / "b.zip"
    path.write_bytes(bundle.packed(recipes.bundle_files()))

    def code(*arguments):
        with pytest.raises(SystemExit) as stop:
            call_command("verify", str(path), *arguments, stdout=(out := StringIO()))
        return stop.value.code, out.getvalue()

    exit_code, said = code("--lang", "en")
    assert exit_code == 0 and "registered in this installation: tinhso.localhost/log+" in said
    assert "rests on this installation alone" in said
    exit_code, said = code("--offline", "--lang", "en")
    assert exit_code == 3 and "consistent, signer unknown" in said and "not looked at" in said
    log = LogKey.objects.get(role="log").verifier
    exit_code, said = code("--offline", "--key", log, "--lang", "en")
    assert (
        exit_code == 0
        and f"--key gave them: {log[: len('tinhso.localhost/log+12345678')]}" in said
        and "alone" not in said
    )
    trusted = json.loads(code("--json")[1])["trusted"]
    assert trusted["given"] == [] and len(trusted["registered"]) == 1
    exit_code, said = code("--recompute", "--lang", "en")
    assert exit_code == 1 and "not the one this record pins" in said


def test_recomputing_names_the_first_row_that_comes_out_otherwise(var):
    files = recipes.bundle_files()
    other = verify.verify(files, recount=lambda files: files["rows.jsonl"].replace(b'"numerator":1', b'"numerator":0'))
    assert other.findings == [("recount-differs", "rows.jsonl:2 (+9)")]
    failed = {**files, "rule/tinhso.measures.tests.parity.py": b"def count(inputs): raise ValueError('no')"}
    with pytest.raises(RuntimeError, match="no"):
        verify.recount_from_bundle(failed)


def test_an_auditor_who_signed_earlier_vouches_in_every_later_bundle(var):
    """Taking a countersignature makes the log grow: the latest checkpoint has seldom been signed by anybody else."""
    recipes.province()
    made = recipes.measured(3)
    signed = latest_checkpoint()
    auditor = Signer.make("auditor.example/so")
    register_key(actor=SYSTEM, verifier=str(auditor.verifier), owner="H40.KT", role="auditor")
    countersign(actor=SYSTEM, checkpoint=signed, line=str(auditor.sign(Note.parse(signed.note).text)))
    later = recipes.measured(7)
    assert latest_checkpoint().size > signed.size

    files = bundle.contents(made)
    assert checked(files, str(auditor.verifier)).exit_code == 0
    assert verify.WITNESSED not in bundle.contents(later), "what came after the signature is not vouched for"
    honest = auditor.sign(Note.parse(signed.note).text)
    other = auditor.sign("another text\n")
    forged = {**files, verify.WITNESSED: files[verify.WITNESSED].replace(str(honest).encode(), str(other).encode())}
    assert checked(forged, str(auditor.verifier)).findings[0][0] == "signature-wrong"
    without = {name: data for name, data in files.items() if name != f"consistency/{signed.size}.json"}
    assert checked(without, str(auditor.verifier)).findings[0][0] == "history-unproven"


def test_history_is_continued_or_said_to_be_rewritten(var):
    recipes.province()
    recipes.measured(3)
    early = latest_checkpoint().note.encode()
    made = recipes.measured(7)
    files = bundle.contents(made)
    key = recipes.log_key()
    assert checked(files, key, since=early).exit_code == 0
    recipes.measured(9)
    late = latest_checkpoint()
    assert checked(files, key, since=late.note.encode()).findings[0][0] == "history-truncated"
    shipped = [name for name in files if name.startswith("consistency/")]
    without = {name: data for name, data in files.items() if name not in shipped}
    assert checked(without, key, since=early).findings[0][0] == "history-unproven"
    proof = files[f"consistency/{verify.read_checkpoint(early, '').size}.json"]
    assert checked(without, key, since=early, proof=proof).exit_code == 0
    elsewhere = Signer.make("tinhso.localhost/log")
    from tinhso.proof.notes import State, sign

    state = verify.read_checkpoint(early, "")
    forged = str(sign(str(State(state.origin, state.size, b"\1" * 32)), [elsewhere])).encode()
    assert checked(files, key, since=forged).findings[0][0] == "history-rewritten"


def test_every_name_asked_for_must_have_signed_the_bundle_or_a_checkpoint_that_covers_it(var):
    recipes.province()
    recipes.measured(3)
    files = bundle.contents(recipes.measured(7))
    party = Signer.make("vnpt.example/so")
    trusted = [recipes.log_key(), str(party.verifier)]
    both = {verify.read_key(key).name for key in trusted}
    alone = checked(files, *trusted, wanted=both)
    assert (alone.exit_code, alone.absent) == (3, [party.name])
    assert "✗ vnpt.example/so" in verify.told(alone, "en", as_json=False)
    note = Note.parse(files["checkpoint.txt"].decode())
    vouched = str(Note(note.text, (*note.signatures, party.sign(note.text)))).encode()
    assert checked(files, *trusted, since=vouched, wanted=both).exit_code == 0
    later = bundle.contents(recipes.measured(9))
    assert checked(later, *trusted, since=vouched, wanted=both).absent == [party.name]


def test_the_verifier_keeps_to_python_3_9_and_the_standard_library():
    tree = ast.parse(Path(verify.__file__).read_text(), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names <= set(sys.stdlib_module_names)
