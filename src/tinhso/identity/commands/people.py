"""Accounts: creating, confirming, closing, passwords, the auditor's export."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.delivery.commands import queue_email
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.identity.backends import may_sign_in
from tinhso.identity.commands.mandates import grant_role, keep_an_administrator
from tinhso.identity.models import ApiToken, RoleGrant, User
from tinhso.proof.audit import SYSTEM, Actor, command, note, nothing_changed

VISITOR = Actor("visitor", "Khách")


class ConfirmationTokens(PasswordResetTokenGenerator):
    """Proof that a link was read in the mailbox it was sent to; spent by the confirmation."""

    key_salt = "tinhso.identity.confirmation"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk}{user.email}{user.email_confirmed}{user.is_active}{timestamp}"


confirmation_tokens = ConfirmationTokens()
reset_tokens = PasswordResetTokenGenerator()

#: Makes the address of a page from a user and a token; the view knows the host.
Link = Callable[[User, str], str]


def checked_password(password: str, user: User | None = None) -> str:
    """The password, or Invalid with every rule it breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), place="password", mend=_("Chọn mật khẩu khác.")) from error
    return password


def checked_email(email: str) -> str:
    """The address in lower case; Invalid when it is none."""
    given = email.strip().lower()
    try:
        validate_email(given)
    except ValidationError as error:
        raise Invalid(
            _("Địa chỉ thư điện tử không hợp lệ."), place="email", mend=_("Viết dạng ten@mien.vn.")
        ) from error
    return given


@command("identity.create_user")
def create_user(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    email: str = "",
    password: str | None = None,
    password_hash: str = "",
    demonstration: bool = False,
) -> User:
    """An account by an administrator. Without a password its owner sets one through the reset link.

    `password_hash` is one already made: the demonstration's accounts share theirs, as hashing is slow by design.
    """
    name = username.strip().lower()
    if not name or not all(char.isascii() and (char.isalnum() or char in "-_.@+") for char in name):
        raise Invalid(
            _("Tên đăng nhập không hợp lệ."), place="username", mend=_("Dùng chữ không dấu, số và các dấu - _ . @ +")
        )
    if not full_name.strip():
        raise Invalid(_("Cần ghi họ tên."), place="full_name")
    address = checked_email(email) if email else ""
    if User.objects.filter(username=name).exists():
        raise Conflict(_("Tên đăng nhập này đã có."), place="username", mend=_("Chọn tên khác."))
    if address and User.objects.filter(email__iexact=address).exists():
        raise Conflict(_("Địa chỉ thư này đã có tài khoản."), place="email")
    user = User.objects.create(
        username=name,
        password=password_hash or make_password(checked_password(password) if password else None),
        full_name=full_name.strip(),
        email=address,
        email_confirmed=bool(address),
        demonstration=demonstration,
    )
    note(target=f"user:{user.pk}", after={"username": name, "full_name": user.full_name, "email": address})
    return user


@command("identity.register")
def register_citizen(*, actor: Actor, full_name: str, email: str, link: Link) -> None:
    """A citizen asks for an account; the answer is the same whether the address has one or not.

    The password is set at the link, not here: else a stranger could open an account in somebody's name and wait for
    them to confirm it.
    """
    if not full_name.strip():
        raise Invalid(_("Cần ghi họ tên."), place="full_name")
    address = checked_email(email)
    user = User.objects.filter(email__iexact=address).first()
    if user is None and User.objects.filter(username=address).exists():
        raise Conflict(_("Không dùng được địa chỉ này."), place="email", mend=_("Chọn địa chỉ khác."))
    if user is None:
        user = User.objects.create_user(address, None, full_name=full_name.strip(), email=address, is_active=False)
        note(target=f"user:{user.pk}", after={"username": address, "full_name": user.full_name})
    else:
        nothing_changed()
    if user.email_confirmed:
        queue_email(
            to=user.email,
            subject=_("Tỉnh Số: bạn đã có tài khoản"),
            body=_("Có người vừa đăng ký bằng địa chỉ này. Bạn đã có tài khoản; nếu quên mật khẩu, hãy đặt lại."),
        )
        return
    queue_email(
        to=address,
        subject=_("Tỉnh Số: mở tài khoản"),
        body=_("Mở liên kết này trong vòng một ngày để đặt mật khẩu và mở tài khoản:\n%(link)s")
        % {"link": link(user, confirmation_tokens.make_token(user))},
    )


@command("identity.confirm_email")
def confirm_email(*, actor: Actor, user: User, token: str, password: str) -> None:
    """Open a registered account with its first password and make its owner a citizen of the platform."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.email_confirmed or not confirmation_tokens.check_token(locked, token):
        raise Invalid(_("Liên kết đã hết hạn hoặc đã dùng."), mend=_("Đăng ký lại để nhận liên kết mới."))
    locked.set_password(checked_password(password, locked))
    locked.email_confirmed, locked.is_active = True, True
    locked.save(update_fields=["password", "email_confirmed", "is_active"])
    note(target=f"user:{locked.pk}", before={"confirmed": False}, after={"confirmed": True})
    grant_role(actor=SYSTEM, user=locked, role="citizen", reason=_("Tự đăng ký"))


@command("identity.request_password_reset")
def request_password_reset(*, actor: Actor, email: str, link: Link) -> None:
    """Send a reset link to an account's confirmed address; silent when there is none."""
    user = User.objects.filter(email__iexact=email.strip(), email_confirmed=True).exclude(email="").first()
    if user is None or not may_sign_in(user):
        nothing_changed()
        return
    address_of_page = link(user, reset_tokens.make_token(user))
    queue_email(
        to=user.email,
        subject=_("Tỉnh Số: đặt lại mật khẩu"),
        body=_(
            "Mở liên kết này trong vòng một ngày để đặt mật khẩu mới cho tài khoản %(name)s:\n%(link)s\n"
            "Nếu bạn không yêu cầu, hãy bỏ qua thư này."
        )
        % {"name": user.username, "link": address_of_page},
    )
    note(target=f"user:{user.pk}", after={"asked": True})


@command("identity.reset_password")
def reset_password(*, actor: Actor, user: User, token: str, password: str) -> None:
    """Set a new password by the link from the mailbox: sessions end, tokens of machines are revoked."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not may_sign_in(locked) or not reset_tokens.check_token(locked, token):
        raise Invalid(_("Liên kết đã hết hạn hoặc đã dùng."), mend=_("Yêu cầu liên kết mới."))
    locked.set_password(checked_password(password, locked))
    locked.save(update_fields=["password"])
    ended = ApiToken.objects.filter(user=locked, revoked_at=None).update(revoked_at=timezone.now())
    note(target=f"user:{locked.pk}", after={"password": "reset", "tokens_revoked": ended})


@command("identity.change_password")
def change_password(*, actor: Actor, user: User, old: str, new: str) -> None:
    """A person changes their own password; other sessions end."""
    if not user.check_password(old):
        raise Invalid(_("Mật khẩu hiện tại không đúng."), place="old")
    user.set_password(checked_password(new, user))
    user.save(update_fields=["password"])
    note(target=f"user:{user.pk}", after={"password": "changed"})


@command("identity.update_profile")
def update_profile(*, actor: Actor, user: User, full_name: str) -> None:
    """Change the name a person is shown by."""
    if not full_name.strip():
        raise Invalid(_("Cần ghi họ tên."), place="full_name")
    before = user.full_name
    user.full_name = full_name.strip()
    user.save(update_fields=["full_name"])
    note(target=f"user:{user.pk}", before={"full_name": before}, after={"full_name": user.full_name})


@command("identity.set_active")
def set_active(*, actor: Actor, user: User, active: bool, reason: str) -> None:
    """Close or reopen an account; a closed one's sessions, tokens and lent mandates stop at once."""
    if actor.code == user.actor().code:
        raise Forbidden(_("Không ai tự khóa tài khoản của mình."))
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_active == active:
        nothing_changed()
        return
    if not active and RoleGrant.objects.as_of(today()).filter(user=locked, role="administrator").exists():
        keep_an_administrator(besides=locked.pk)
    locked.is_active = active
    locked.save(update_fields=["is_active"])
    note(target=f"user:{locked.pk}", before={"active": not active}, after={"active": active, "reason": reason})


@command("identity.export")
def export_identity(*, actor: Actor) -> dict:
    """Everything identity holds except secrets, for the auditor; reading it is itself on record."""
    from tinhso.identity.queries import full_export

    exported = full_export()
    note(target="identity", after={"people": len(exported["people"]), "agencies": len(exported["agencies"])})
    return exported
