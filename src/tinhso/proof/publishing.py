"""Publishing outside: checkpoints and consistency proofs as plain files, for a web host or a git repository.

checkpoint             the latest, with countersignatures
checkpoints/SIZE       each one published
consistency/OLD-NEW    proof from each published one to the next
keys                   verifier keys: role, owner, validity, key
"""

import os
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Conflict
from tinhso.proof import tree
from tinhso.proof.models import Checkpoint, LogKey
from tinhso.proof.notes import Note, State
from tinhso.proof.queries import consistency, countersigned_note, latest_checkpoint
from tinhso.proof.witness import Proof


def consistency_text(old: int, checkpoint: Checkpoint) -> str:
    """A consistency proof file from the log of `old` leaves to a checkpoint."""
    path = tuple(bytes.fromhex(item) for item in consistency(old, checkpoint.size))
    return f"{Proof(old, path)}\n{countersigned_note(checkpoint)}"


def keys_text() -> str:
    """Every key this log knows, one a line: role, owner, from, to, verifier key."""
    lines = []
    for key in LogKey.objects.order_by("valid_from", "id"):
        until = stamp(key.valid_to) if key.valid_to else "-"
        lines.append(f"{key.role} {key.owner} {stamp(key.valid_from)} {until} {key.verifier}\n")
    return "".join(lines)


def _write(path: Path, text: str) -> bool:
    """Write a file at once; False when it already says so."""
    if path.exists() and path.read_text() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.replace(path)
    return True


def publish(folder: Path) -> list[str]:
    """Bring a folder up to the latest checkpoint; names of the files written, none when nothing is new.

    Conflict when what was published before is no prefix of this log: then the log was changed, and nothing is written.
    """
    latest = latest_checkpoint()
    if latest is None:
        return []
    files: dict[str, str] = {}
    head = folder / "checkpoint"
    if head.exists():
        before = State.parse(Note.parse(head.read_text()).text)
        if before.size > latest.size or tree.root_at(before.size) != before.root:
            raise Conflict(
                _("Điểm chốt đã công bố (%(size)d mục) không thuộc sổ này.") % {"size": before.size},
                place=str(head),
                mend=_("Chạy tinhso check_log --since với tệp đó; không xóa nó."),
            )
        if before.size < latest.size:
            files[f"consistency/{before.size}-{latest.size}"] = consistency_text(before.size, latest)
    published = [int(path.name) for path in (folder / "checkpoints").glob("[0-9]*")]
    signed_since = Checkpoint.objects.filter(size__in=published, countersignatures__isnull=False).distinct()
    for checkpoint in [*signed_since, latest]:
        files[f"checkpoints/{checkpoint.size}"] = countersigned_note(checkpoint)
    files["keys"] = keys_text()
    # Last: a crash before it leaves the folder at the old checkpoint, and the next run completes it.
    files["checkpoint"] = countersigned_note(latest)
    return [name for name, text in files.items() if _write(folder / name, text)]
