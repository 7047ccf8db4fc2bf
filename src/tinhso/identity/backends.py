"""Who may sign in with a password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from tinhso.identity.models import User


def may_sign_in(user: User) -> bool:
    """Active people; demonstration accounts never in production."""
    return user.is_active and not (user.demonstration and settings.PRODUCTION)


class Backend(BaseBackend):
    """User name and password. A name that does not exist takes as long as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **other: object
    ) -> User | None:
        if username is None or password is None:
            return None
        users = User.objects.select_related("totp")
        user = users.filter(username=username).first()
        if user is None and "@" in username:
            user = users.filter(email__iexact=username, email_confirmed=True).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and may_sign_in(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("totp").filter(pk=user_id).first()
        return user if user is not None and may_sign_in(user) else None
