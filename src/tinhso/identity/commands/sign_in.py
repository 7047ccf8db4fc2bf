"""Signing in, second factors, tokens of machines."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity import sealing, totp
from tinhso.identity.models import ApiToken, RecoveryCode, TotpDevice, User
from tinhso.proof.audit import Actor, command, note, nothing_changed

RECOVERY_CODES = 10
LONGEST_TOKEN_DAYS = 366


@command("identity.sign_in")
def record_sign_in(*, actor: Actor, user: User, factor: str) -> None:
    """Put on record that a person signed in, and by what."""
    note(target=f"user:{user.pk}", after={"factor": factor})


@command("identity.begin_second_factor")
def begin_second_factor(*, actor: Actor, user: User) -> str:
    """A new authenticator secret, in force only once confirmed; the same again until then."""
    User.objects.select_for_update().get(pk=user.pk)
    device = TotpDevice.objects.filter(user=user).first()
    if device is not None and device.confirmed_at is not None:
        raise Conflict(_("Xác thực hai bước đã bật."))
    if device is not None:
        nothing_changed()
        return sealing.unseal(device.secret)
    secret = totp.new_secret()
    TotpDevice.objects.create(user=user, secret=sealing.seal(secret))
    note(target=f"user:{user.pk}", after={"second_factor": "begun"})
    return secret


@command("identity.confirm_second_factor")
def confirm_second_factor(*, actor: Actor, user: User, code: str) -> list[str]:
    """Turn the authenticator on by its first code; returns the recovery codes, which are shown this once."""
    device = TotpDevice.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if device is None:
        raise Conflict(_("Chưa bắt đầu thiết lập, hoặc xác thực hai bước đã bật."))
    step = totp.matching_step(sealing.unseal(device.secret), code, after=device.last_step)
    if step is None:
        raise Invalid(
            _("Mã không đúng."), place="code", mend=_("Kiểm tra đồng hồ của điện thoại và nhập mã đang hiện.")
        )
    device.confirmed_at, device.last_step = timezone.now(), step
    device.save(update_fields=["confirmed_at", "last_step"])
    codes = _new_recovery_codes(user)
    note(target=f"user:{user.pk}", after={"second_factor": "on"})
    user.forget_roles()
    return codes


def _new_recovery_codes(user: User) -> list[str]:
    codes = [sealing.new_recovery_code() for _n in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, code_hash=sealing.recovery_hashes(user.pk, code)[0]) for code in codes]
    )
    return codes


@command("identity.renew_recovery_codes")
def renew_recovery_codes(*, actor: Actor, user: User) -> list[str]:
    """Ten new recovery codes; the old ones no longer work."""
    if not user.has_second_factor:
        raise Conflict(_("Xác thực hai bước chưa bật."))
    note(target=f"user:{user.pk}", after={"recovery_codes": "renewed"})
    return _new_recovery_codes(user)


@command("identity.use_second_factor")
def use_second_factor(*, actor: Actor, user: User, code: str) -> str:
    """Check a code from the authenticator or a recovery code, each of which works once; returns which it was."""
    device = TotpDevice.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
    if device is None:
        raise Conflict(_("Xác thực hai bước chưa bật."))
    step = totp.matching_step(sealing.unseal(device.secret), code, after=device.last_step)
    if step is not None:
        device.last_step = step
        device.save(update_fields=["last_step"])
        factor = "totp"
    elif RecoveryCode.objects.filter(
        user=user, used_at=None, code_hash__in=sealing.recovery_hashes(user.pk, code)
    ).update(used_at=timezone.now()):
        factor = "recovery"
    else:
        raise Invalid(_("Mã không đúng hoặc đã dùng."), place="code", mend=_("Chờ mã mới, hoặc dùng một mã dự phòng."))
    note(target=f"user:{user.pk}", after={"factor": factor})
    return factor


@command("identity.reset_second_factor")
def reset_second_factor(*, actor: Actor, user: User, reason: str) -> None:
    """Take a person's authenticator and recovery codes away: by themselves, or by an administrator after a loss."""
    gone, _rows = TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if not gone:
        raise Conflict(_("Xác thực hai bước chưa bật."))
    note(target=f"user:{user.pk}", before={"second_factor": "on"}, after={"second_factor": "off", "reason": reason})
    user.forget_roles()


@command("identity.create_token")
def create_token(*, actor: Actor, user: User, name: str, roles: list[str], days: int) -> tuple[ApiToken, str]:
    """A token for a machine, narrowed to some roles its owner now holds; the text is returned this once."""
    if not name.strip():
        raise Invalid(_("Cần đặt tên cho mã truy cập."), place="name")
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid(_("Thời hạn phải từ 1 đến %(days)d ngày.") % {"days": LONGEST_TOKEN_DAYS}, place="days")
    if not roles or (missing := set(roles) - user.role_codes()):
        raise Invalid(
            _("Mã truy cập chỉ nhận vai trò bạn đang giữ."),
            place="roles",
            mend=", ".join(sorted(missing)) if roles else _("Chọn ít nhất một vai trò."),
        )
    key, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        key=key,
        secret_hash=sealing.token_hash(secret),
        roles=" ".join(sorted(set(roles))),
        expires_at=timezone.now() + timedelta(days=days),
    )
    note(target=f"token:{key}", after={"user": user.pk, "name": token.name, "roles": token.roles, "days": days})
    return token, f"ts_{key}_{secret}"


@command("identity.revoke_token")
def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """End a token now."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise Conflict(_("Mã truy cập này đã bị thu hồi."))
    note(target=f"token:{token.key}", before={"revoked": False}, after={"revoked": True})


def note_token_use(token: ApiToken) -> None:
    """Keep the day a token was last used: at most one write a day, no audit record."""
    if token.last_used_on != today():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today())


@command("identity.reseal_secrets")
def reseal_secrets(*, actor: Actor) -> int:
    """After a change of TINHSO_SECRET_KEY: encrypt authenticator secrets with the present key; returns how many."""
    devices = list(TotpDevice.objects.select_for_update())
    for device in devices:
        device.secret = sealing.reseal(device.secret)
    TotpDevice.objects.bulk_update(devices, ["secret"])
    note(target="identity", after={"resealed": len(devices)})
    return len(devices)
