"""How a machine signs in to the API."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from tinhso.identity.models import User


class TokenAuth(HttpBearer):
    """Bearer token of a machine."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        return None


token_auth = TokenAuth()
