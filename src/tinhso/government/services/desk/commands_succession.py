"""People decide who takes a dossier of an agency that was split."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.government.services.access import assignable
from tinhso.government.services.dossiers.commands import Applied, apply
from tinhso.government.services.dossiers.succeeding import undecided
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import AppliedAct
from tinhso.identity.queries import follow
from tinhso.proof.audit import Actor, command, note, nothing_changed


@command("services.assign_succeeded")
def assign_succeeded(
    *,
    dossier: int,
    former: str,
    to: str,
    reason: str,
    actor: Actor,
    user: Any,
    key: str,
    expected: int | None = None,
) -> Applied:
    """Move what waits of a dossier at an agency that ended to one of its successors, with the reason, as a merger's
    move does. Invalid, Forbidden, Conflict say why not; the same key again is answered with what was done."""
    check(user, "services.assign_succeeded")
    if not AppliedAct.objects.filter(key=key).exists():
        _may_go(user, former, to)
    if not reason.strip():
        raise Invalid(_("Cần nêu lý do."), place="reason")
    note(target=former, after={"to": to})
    act = Act("succeed", {"from": former, "to": to, "reason": reason.strip()})
    done = apply(dossier=dossier, act=act, actor=actor, key=key, expected=expected)
    if done.repeated:
        nothing_changed()
    return done


def _may_go(user: Any, former: str, to: str) -> None:
    if former not in undecided():
        raise Conflict(
            _("Cơ quan này còn hoạt động, hoặc có đúng một cơ quan kế thừa: hồ sơ không cần ai giao."),
            place="from",
            mend=_("Xem lại danh sách cơ quan đã kết thúc."),
        )
    heirs = {row.uid for row in follow(former, today())}
    if to not in heirs:
        raise Invalid(
            _("Cơ quan này không kế thừa cơ quan trước."), place="to", mend=_("Chọn trong các cơ quan kế thừa.")
        )
    if to not in assignable(user, heirs):
        raise Forbidden(
            _("Bạn chỉ nhận được hồ sơ về cơ quan mình lãnh đạo."),
            place="to",
            mend=_("Lãnh đạo cơ quan kế thừa ấy nhận, hoặc người quản lý danh mục cơ quan giao."),
        )
