"""Sessions with PKCS#11 tokens: one for each token, since a program signs in to a token as a whole, and one question at
a time, since a session answers no second one meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem
from tinhso.proof.keys import read_secret

_sessions: dict[tuple[str, str], Any] = {}
_turns: dict[tuple[str, str], RLock] = {}
_lock = Lock()


class TokenUnavailable(Problem):
    """The library for tokens is missing."""

    status, code = 503, "signing-unavailable"


@contextmanager
def turn(driver: str, token: str) -> Iterator[None]:
    """Wait until nobody else speaks with the token."""
    with _lock:
        mine = _turns.setdefault((driver, token), RLock())
    with mine:
        yield


def session(driver: str, token: str, pin_file: Path) -> Any:
    """The session with a token, signed in with the PIN in a file; raises what the driver raises."""
    try:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import open_pkcs11_session
    except ImportError as absent:
        raise TokenUnavailable(
            _("Thiếu thư viện PKCS#11."), place="python-pkcs11", mend="pip install 'pyhanko[pkcs11]'"
        ) from absent
    with turn(driver, token):
        if (driver, token) not in _sessions:
            pin = read_secret(pin_file).strip()
            _sessions[driver, token] = open_pkcs11_session(
                driver, token_criteria=TokenCriteria(label=token), user_pin=pin
            )
        return _sessions[driver, token]


def close(driver: str, token: str) -> Any:
    """Sign out of a token, if signed in; the session that was closed."""
    with turn(driver, token):
        former = _sessions.pop((driver, token), None)
        if former is not None:
            # A token that was pulled out answers nothing, not even this.
            with suppress(Exception):
                former.close()
        return former


def close_all() -> None:
    """Sign out of every token."""
    for driver, token in list(_sessions):
        close(driver, token)
