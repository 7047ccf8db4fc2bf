"""Whose eyes may see a dossier on the public pages: its owner's, or those of whoever proved code and secret."""

from __future__ import annotations

import time
from uuid import uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.government.services.dossiers.secrets import opens
from tinhso.government.services.models import Dossier
from tinhso.identity.limits import client_address, forgive, hit

OPENED = "services.opened"
KEPT_SECONDS = 2 * 3600
MOST = 20


def open_by_secret(request: HttpRequest, code: str, secret: str) -> Dossier:
    """The dossier, now open in this session for two hours.

    Invalid, in the same words and after the same work for an unknown code and a wrong secret; TooMany past the limits.
    """
    code, address = code.strip().upper(), client_address(request)
    hit("tracking-address", address, limit=60, seconds=300)
    hit("tracking", f"{code}\n{address}", limit=10, seconds=600)
    # However many addresses guess at one dossier.
    hit("tracking-code", code, limit=200, seconds=3600)
    found = Dossier.objects.filter(code=code).first()
    right = opens(found or Dossier(uid=uuid4()), secret)
    if found is None or not right:
        raise Invalid(
            _("Mã hồ sơ và mã bí mật không khớp."), place="secret", mend=_("Xem lại giấy tiếp nhận hồ sơ và hẹn trả.")
        )
    forgive("tracking", f"{code}\n{address}")
    kept = _kept(request)
    kept[str(found.uid)] = int(time.time())
    request.session[OPENED] = dict(sorted(kept.items(), key=lambda item: item[1])[-MOST:])
    return found


def _kept(request: HttpRequest) -> dict[str, int]:
    now = time.time()
    return {uid: at for uid, at in request.session.get(OPENED, {}).items() if now - at < KEPT_SECONDS}


def reach(request: HttpRequest, code: str) -> tuple[Dossier, bool] | None:
    """(dossier, whether by code and secret); None for everybody else, whether or not there is such a dossier."""
    row = Dossier.objects.filter(code=code).select_related("version__procedure").first()
    if row is None:
        return None
    if request.user.is_authenticated and row.owner_id == request.user.pk:
        return row, False
    return (row, True) if str(row.uid) in _kept(request) else None
