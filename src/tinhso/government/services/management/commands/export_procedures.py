"""`tinhso export_procedures FILE`: the published catalogue as JSON, or its flat part as CSV, by the suffix."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tinhso.government.services.catalogue.queries import exported


class Command(BaseCommand):
    help = "Export procedures: .json with every version, .csv the flat part of those in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--code", action="append", default=[], help="only this procedure; repeat; default all")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.suffix not in (".json", ".csv"):
            raise CommandError(f"{path.name}: name a .json or .csv file")
        text, unknown = exported(path.suffix[1:], options["code"])
        if unknown:
            raise CommandError(f"no such procedure: {', '.join(unknown)}")
        try:
            path.write_bytes(text.encode())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.stdout.write(f"{path}: {len(text.encode())} bytes")
