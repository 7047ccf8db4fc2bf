"""Granting roles and lending them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import ROLES
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.foundation.versioned import VersionedQuerySet
from tinhso.identity.models import Agency, Deputation, RoleGrant, User
from tinhso.identity.models.people import DEPUTISABLE, covers
from tinhso.proof.audit import Actor, command, note

#: Roles over the whole system: an agency cannot narrow them.
SYSTEM_ROLES = frozenset({"administrator", "auditor", "citizen", "editor"})


def told(row: RoleGrant | Deputation) -> dict:
    """A mandate as audit notes keep it."""
    return {
        "role": row.role,
        "agency": row.agency_uid,
        "from": str(row.valid_from),
        "to": str(row.valid_to or ""),
        "reason": row.reason,
    }


def end_on(row: RoleGrant | Deputation, day: date, batch: UUID | None = None, **changes: str) -> None:
    """Record that a mandate is in force only before `day`; one that had not begun then never was."""
    moment = timezone.now()
    type(row).objects.filter(pk=row.pk).supersede(moment, batch)
    if row.valid_from is not None and row.valid_from < day:
        ended = row.again(valid_to=day, **changes)
        ended.recorded_at, ended.batch = moment, batch
        ended.save()


def _interval(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid(
            _("Thời hạn kết thúc trước khi bắt đầu."), place="valid_to", mend=_("Chọn ngày sau ngày bắt đầu.")
        )


def _agency(uid: str, day: date) -> None:
    if uid and not Agency.objects.as_of(day).filter(uid=uid).exists():
        raise Invalid(
            _("Không có cơ quan “%(uid)s” vào ngày %(day)s.") % {"uid": uid, "day": day.strftime("%d/%m/%Y")},
            place="agency_uid",
            mend=_("Chọn cơ quan đang hoạt động trong danh mục."),
        )


def _overlapping(rows: VersionedQuerySet, valid_from: date, valid_to: date | None) -> VersionedQuerySet:
    later = Q() if valid_to is None else Q(valid_from__lt=valid_to)
    return rows.known_at().filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), later)


@command("identity.grant_role")
def grant_role(
    *,
    actor: Actor,
    user: User,
    role: str,
    agency_uid: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> RoleGrant:
    """Give a person a role, for one agency or for all, from a day (today) to before a day (open)."""
    begins = valid_from or today()
    if role not in ROLES:
        raise Invalid(_("Không có vai trò “%(role)s”.") % {"role": role}, place="role")
    if actor.code == user.actor().code:
        raise Forbidden(_("Không ai tự cấp vai trò cho mình."), mend=_("Nhờ một quản trị viên khác."))
    if agency_uid and role in SYSTEM_ROLES:
        raise Invalid(_("Vai trò này không gắn với cơ quan."), place="agency_uid", mend=_("Để trống cơ quan."))
    _interval(begins, valid_to)
    _agency(agency_uid, begins)
    held = User.objects.select_for_update().get(pk=user.pk)
    if not held.is_active:
        raise Conflict(_("Tài khoản đang bị khóa."), mend=_("Mở khóa trước khi cấp vai trò."))
    same = RoleGrant.objects.filter(user=user, role=role, agency_uid=agency_uid)
    if _overlapping(same, begins, valid_to).exists():
        raise Conflict(
            _("Người này đã có vai trò ấy trong khoảng thời gian trùng nhau."),
            place="valid_from",
            mend=_("Thu hồi vai trò cũ hoặc chọn khoảng thời gian khác."),
        )
    grant = RoleGrant.objects.create(
        user=user,
        role=role,
        agency_uid=agency_uid,
        valid_from=begins,
        valid_to=valid_to,
        granted_by=actor.code,
        granted_by_name=actor.name,
        reason=reason,
    )
    note(target=f"user:{user.pk}", after=told(grant))
    user.forget_roles()
    return grant


@command("identity.revoke_role")
def revoke_role(*, actor: Actor, grant: RoleGrant, reason: str) -> None:
    """End a role today. The last administrator keeps theirs."""
    User.objects.select_for_update().get(pk=grant.user_id)
    current = RoleGrant.objects.known_at().filter(pk=grant.pk).first()
    if current is None or (current.valid_to is not None and current.valid_to <= today()):
        raise Conflict(_("Vai trò này đã kết thúc."))
    if current.role == "administrator":
        keep_an_administrator(besides=current.user_id)
    end_on(current, today(), reason=reason)
    note(target=f"user:{current.user_id}", before=told(current), after={"to": str(today()), "reason": reason})


def keep_an_administrator(*, besides: int) -> None:
    """Conflict when no other active administrator would remain."""
    others = RoleGrant.objects.as_of(today()).filter(role="administrator", user__is_active=True)
    if not others.exclude(user_id=besides).exists():
        raise Conflict(_("Đây là quản trị viên cuối cùng."), mend=_("Cấp vai trò quản trị cho người khác trước đã."))


@command("identity.lend_mandate")
def lend_mandate(
    *,
    actor: Actor,
    giver: User,
    holder: User,
    role: str,
    agency_uid: str,
    valid_from: date,
    valid_to: date,
    reason: str,
) -> Deputation:
    """Ủy quyền: lend one's own mandate until before a day. What was lent cannot be lent on."""
    if role not in DEPUTISABLE:
        raise Invalid(_("Vai trò này không được ủy quyền."), place="role")
    if giver.pk == holder.pk:
        raise Invalid(_("Không thể ủy quyền cho chính mình."), place="holder")
    if not reason.strip():
        raise Invalid(_("Cần ghi lý do ủy quyền."), place="reason")
    _interval(valid_from, valid_to)
    if valid_from < today():
        raise Invalid(_("Ủy quyền không thể bắt đầu trong quá khứ."), place="valid_from")
    list(User.objects.select_for_update().filter(pk__in=[giver.pk, holder.pk]).order_by("pk"))
    if not User.objects.filter(pk=holder.pk, is_active=True).exists():
        raise Invalid(_("Người nhận ủy quyền không còn hoạt động."), place="holder")
    own = RoleGrant.objects.as_of(valid_from).filter(user=giver)
    if not covers(own, role, agency_uid):
        raise Forbidden(_("Bạn không giữ vai trò này vào ngày bắt đầu, nên không thể ủy quyền."), place="role")
    same = Deputation.objects.filter(giver=giver, holder=holder, role=role, agency_uid=agency_uid)
    if _overlapping(same, valid_from, valid_to).exists():
        raise Conflict(_("Đã có ủy quyền ấy trong khoảng thời gian trùng nhau."), place="valid_from")
    lent = Deputation.objects.create(
        giver=giver,
        holder=holder,
        role=role,
        agency_uid=agency_uid,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        granted_by=actor.code,
        granted_by_name=actor.name,
    )
    note(target=f"user:{holder.pk}", after={"giver": giver.pk, **told(lent)})
    return lent


@command("identity.end_deputation")
def end_deputation(*, actor: Actor, deputation: Deputation) -> None:
    """Take a lent mandate back today."""
    current = Deputation.objects.known_at().select_for_update().filter(pk=deputation.pk).first()
    if current is None or current.valid_to is None or current.valid_to <= today():
        raise Conflict(_("Ủy quyền này đã kết thúc."))
    end_on(current, today())
    note(target=f"user:{current.holder_id}", before=told(current), after={"to": str(today())})
