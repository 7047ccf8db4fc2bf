"""From a paper's fixed content to its bytes: unsigned and saying so, or sealed by the agency's certificate."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from tinhso.foundation import pdf
from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import IssuedPaper
from tinhso.government.services.papers import qr
from tinhso.proof.signed_pdf import sign_pdf

TEMPLATE = Path(__file__).with_name("paper.typ")


def unsigned(paper: IssuedPaper) -> bytes:
    """The paper with the words that it is not signed yet: the same bytes every time."""
    return _render(paper, None)


def sealed(paper: IssuedPaper, at: datetime) -> bytes:
    """The same content, signed. SigningUnavailable when the agency's key cannot be reached."""
    content = json.loads(paper.content)
    made = _render(paper, at)
    reason = f"{content['form_name'] or content['title']} {content['reference']}"
    return sign_pdf(made, owner=paper.agency_uid, name=content["agency"], reason=reason)


def _render(paper: IssuedPaper, at: datetime | None) -> bytes:
    content = json.loads(paper.content)
    receipt = paper.form == "01" and paper.dossier is not None
    data = {
        "content": content,
        "digest": paper.content_sha256,
        "unsigned": at is None,
        "seal": f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S %z}" if at else None,
        # Added here and kept nowhere else: neither in the content that is hashed nor in the code.
        "secret": secret_of(paper.dossier) if receipt and paper.dossier else "",
        # Broken by hand: nothing in it invites a line break. Whoever types it back may break it as they like.
        "chunks": [content["qr"][start : start + 64] for start in range(0, len(content["qr"]), 64)],
        "picture": qr.picture(content["qr"]) if content["qr"] else "",
    }
    return pdf.render(TEMPLATE, data, moment=at or paper.made_at or paper.wanted_at)
