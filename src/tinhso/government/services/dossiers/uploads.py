"""Files that people give: the bytes are kept under their hash, the names they were sent under can be erased."""

from __future__ import annotations

from typing import Any

from tinhso.files.stored import Readable, label, store
from tinhso.proof.audit import Actor


def kept(*, content: Readable, name: str, actor: Actor) -> dict[str, Any]:
    """`file` and `name` of a DossierPaper. Invalid: not clean, too large, or of no accepted kind."""
    file = store(actor=actor, content=content, name=name, public=False, guarded=True, personal=True)
    return {"file": file, "name": label(name)}
