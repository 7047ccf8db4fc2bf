from pathlib import Path

import polib
from django.core.management.base import BaseCommand

import tinhso


def compile_all() -> int:
    """Compile every catalogue that is newer than its compiled form; returns how many were."""
    compiled = 0
    for source in Path(tinhso.__file__).parent.glob("**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            compiled += 1
    return compiled


class Command(BaseCommand):
    help = "Compile the translations (needs no GNU gettext)."

    def handle(self, **options: object) -> None:
        count = compile_all()
        if options["verbosity"]:
            self.stdout.write(f"{count} catalogues compiled")
