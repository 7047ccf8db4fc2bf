"""Countersigning on a machine that never meets the log: is this checkpoint a continuation of the last one seen?

Needs no database. A consistency proof is the body of a C2SP witness request: "old N", base64 hashes, a blank line, the
new checkpoint.
"""

import base64
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict
from tinhso.proof import merkle
from tinhso.proof.notes import Malformed, Note, Signature, Signer, State, Verifier, strict_base64


@dataclass(frozen=True)
class Proof:
    """A consistency proof from the log of `old` leaves."""

    old: int
    path: tuple[bytes, ...]

    def __str__(self) -> str:
        return f"old {self.old}\n" + "".join(f"{base64.b64encode(item).decode()}\n" for item in self.path)

    @classmethod
    def parse(cls, source: str) -> "Proof":
        """Read a proof file; Malformed says what is wrong. What follows the first blank line is passed over."""
        first, *lines = source.partition("\n\n")[0].rstrip("\n").split("\n")
        word, _blank, number = first.partition(" ")
        if word != "old" or not (number.isascii() and number.isdigit()) or len(number) > 18 or len(lines) > 63:
            raise Malformed(_("Chứng minh nhất quán phải bắt đầu bằng “old N”."), place="proof, 1")
        path = tuple(strict_base64(line, f"proof, {at}") for at, line in enumerate(lines, 2))
        if any(len(item) != 32 for item in path):
            raise Malformed(_("Mỗi dòng chứng minh phải là một SHA-256."), place="proof")
        return cls(int(number), path)


class NotAContinuation(Conflict):
    """The checkpoint does not continue the last one seen: the log's history was changed, or the proof is wrong."""

    code = "not-a-continuation"


def check_continues(new: State, old: State, proof: Proof | None) -> None:
    """NotAContinuation unless `new` is `old` grown, by the proof (not needed when the sizes are equal)."""
    if new.origin != old.origin:
        raise NotAContinuation(
            _("Hai điểm chốt của hai sổ khác nhau: %(old)s, %(new)s.") % {"old": old.origin, "new": new.origin},
            place="origin",
        )
    if new.size < old.size:
        raise NotAContinuation(
            _("Sổ đã bị cắt ngắn: lần trước %(old)d mục, nay %(new)d.") % {"old": old.size, "new": new.size},
            place="size",
            mend=_("Không ký. Báo cho các bên, giữ cả hai điểm chốt."),
        )
    if new.size == old.size:
        holds = new.root == old.root
    elif proof is None:
        raise NotAContinuation(
            _("Thiếu chứng minh nhất quán từ %(old)d đến %(new)d.") % {"old": old.size, "new": new.size},
            place="proof",
            mend=_("Tải nó ở trang điểm chốt của sổ rồi thêm --proof."),
        )
    elif proof.old != old.size:
        raise NotAContinuation(
            _("Chứng minh bắt đầu từ %(given)d, không phải %(old)d.") % {"given": proof.old, "old": old.size},
            place="proof",
        )
    else:
        holds = merkle.consistency_holds(old.size, new.size, old.root, new.root, proof.path)
    if not holds:
        raise NotAContinuation(
            _("Lịch sử đã bị viết lại: sổ %(new)d mục không nối tiếp sổ %(old)d mục.")
            % {"old": old.size, "new": new.size},
            place="root",
            mend=_("Không ký. Báo cho các bên, giữ cả hai điểm chốt."),
        )


def countersign(
    checkpoint: str,
    signer: Signer,
    *,
    log_key: Verifier | None = None,
    seen: str | None = None,
    proof: str | None = None,
) -> tuple[State, Signature]:
    """Sign a checkpoint note once it is shown to continue the last one seen. Problem says why not.

    With the log's key, the log's own signature must be on both notes.
    """
    note = Note.parse(checkpoint)
    state = State.parse(note.text)
    notes = [note]
    if seen is not None:
        notes.append(Note.parse(seen))
        check_continues(state, State.parse(notes[1].text), Proof.parse(proof) if proof is not None else None)
    if log_key is not None:
        for signed in notes:
            if not signed.verified([log_key]):
                raise Conflict(_("Điểm chốt không mang chữ ký của %(key)s.") % {"key": log_key}, place="log key")
    return state, signer.sign(note.text)
