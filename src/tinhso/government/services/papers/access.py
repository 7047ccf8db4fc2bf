"""Who may have the papers of a dossier, on pages and through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Forbidden, Problem
from tinhso.government.services.access import staff_agencies
from tinhso.government.services.models import Dossier, IssuedPaper
from tinhso.proof.audit import Actor

OWN, AGENCY, HOLDER = "own", "agency", "holder"
#: Whoever proved code and secret; the record of a print says no more of them.
HOLDER_ACTOR = Actor("holder", "Người giữ mã bí mật")


def standing(user: Any, dossier: Dossier) -> str:
    """As whom a person reads a dossier's papers: AGENCY, OWN, or "" (not at all)."""
    uids = staff_agencies(user)
    named = {dossier.competent_uid, dossier.received_uid, dossier.helped_uid} - {""}
    if uids is None or named & uids:
        return AGENCY
    return OWN if user.is_authenticated and dossier.owner_id == user.pk else ""


def check_agency(user: Any, agency_uid: str) -> None:
    """Forbidden unless the person acts for the agency."""
    uids = staff_agencies(user)
    if uids is not None and agency_uid not in uids:
        raise Forbidden(_("Bạn không thuộc cơ quan này."), place="agency")


def paper_for(user: Any, uid: object) -> IssuedPaper:
    """A paper the person may have; Problem 404 otherwise, whether or not there is one."""
    rows = IssuedPaper.objects.visible_to(user).select_related("dossier__version")
    paper = rows.filter(uid=uid).first()
    if paper is None:
        raise Problem(_("Không tìm thấy giấy tờ này."), status=404, code="not-found")
    return paper
