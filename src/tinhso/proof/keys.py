"""The log's own signing keys: made on first use, kept outside the database.

They live in TINHSO_VAR/keys/log_key (one signer key a line, the current first; mode 0600) or in TINHSO_LOG_KEY (the
same, separated by blanks). Every key there that is in force signs: an overlap at rotation is two lines.
"""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.proof.notes import Signer

ENVIRONMENT = "TINHSO_LOG_KEY"


def key_file() -> Path:
    return Path(settings.VAR) / "keys" / "log_key"


def write_secret(path: Path, text: str | bytes, *, fresh_only: bool = False) -> None:
    """Write a secret at once, readable by its owner alone; a crash leaves the old file or the new one.

    `fresh_only` leaves a file that is there as it is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.flush()
        os.fsync(file.fileno())
    if fresh_only:
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    else:
        fresh.replace(path)


def read_secret(path: Path) -> str:
    """Read a secret file; Invalid when others can read it too, as it may then be no secret any more."""
    try:
        if path.stat().st_mode & 0o077:
            raise Invalid(
                _("Người khác đọc được tệp khóa %(path)s.") % {"path": path},
                place=str(path),
                mend=_("chmod 600 tệp này; nếu khóa đã lộ, thay khóa mới."),
            )
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_("Không đọc được tệp khóa: %(error)s") % {"error": error}, place=str(path)) from error


def log_signers() -> list[Signer]:
    """The log's signing keys, the current first; makes one on first use."""
    if given := os.environ.get(ENVIRONMENT):
        return [Signer.parse(text) for text in given.split()]
    path = key_file()
    if not path.exists():
        write_secret(path, Signer.make(settings.ORIGIN).secret() + "\n", fresh_only=True)
    return [Signer.parse(line) for line in read_secret(path).split()]


def replace_log_signers(signers: list[Signer]) -> None:
    """Keep these keys from now on. Conflict when they come from the environment."""
    if os.environ.get(ENVIRONMENT):
        raise Conflict(
            _("Khóa của sổ nằm trong biến môi trường %(name)s.") % {"name": ENVIRONMENT},
            place=ENVIRONMENT,
            mend=_("Đặt khóa mới lên trước khóa cũ trong biến đó, rồi chạy tinhso retire_key cho khóa cũ."),
        )
    write_secret(key_file(), "".join(f"{signer.secret()}\n" for signer in signers))
