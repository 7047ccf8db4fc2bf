"""How a machine signs in to the API."""

from __future__ import annotations

import hmac
import re

from django.http import HttpRequest
from ninja.security import HttpBearer

from tinhso.identity.backends import may_sign_in
from tinhso.identity.commands.sign_in import note_token_use
from tinhso.identity.limits import client_address, hit
from tinhso.identity.models import ApiToken, User
from tinhso.identity.sealing import token_hash

SHAPE = re.compile(r"ts_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


def user_of_token(text: str) -> User | None:
    """The person a token speaks for, narrowed to the token's roles; None when it is unknown, revoked or expired."""
    shape = SHAPE.fullmatch(text)
    if shape is None:
        return None
    token = ApiToken.objects.select_related("user", "user__totp").filter(key=shape[1]).first()
    kept = token.secret_hash if token is not None else "0" * 64
    if not hmac.compare_digest(kept, token_hash(shape[2])) or token is None:
        return None
    if not token.is_valid() or not may_sign_in(token.user):
        return None
    note_token_use(token)
    user = token.user
    user.token_roles = token.role_codes
    return user


class TokenAuth(HttpBearer):
    """Bearer token of a machine; the operation then finds the person where a session would have left them."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = user_of_token(token)
        if user is None:
            hit("token-wrong", client_address(request), limit=30, seconds=300)
            return None
        hit("token", str(user.pk), limit=1200, seconds=60)
        request.user = user
        return user


token_auth = TokenAuth()
