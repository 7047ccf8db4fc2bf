"""What the commands of this app share: files as arguments, and problems as one clear line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid, Problem

LARGEST = 2**21


class ProofCommand(BaseCommand):
    """A command whose Problems end as one line that names what, where, and how to mend it."""

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except Problem as problem:
            raise CommandError(str(problem)) from problem

    def say(self, line: str) -> None:
        self.stderr.write(line)


def read_text(path: Path) -> str:
    """A small text file; Invalid when it cannot be one."""
    try:
        if path.stat().st_size > LARGEST:
            raise Invalid(_("Tệp quá lớn."), place=str(path))
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_("Không đọc được tệp: %(error)s") % {"error": error}, place=str(path)) from error
