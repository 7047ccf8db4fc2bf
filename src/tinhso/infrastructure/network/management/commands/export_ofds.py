"""tinhso export_ofds: networks as they were on a day, as known at a moment, in the standard's formats."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM, today
from tinhso.infrastructure.network.management.commands.import_ofds import day
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.ofds.export import export
from tinhso.infrastructure.network.ofds.formats import FORMATS, format_of


def moment(text: str) -> datetime:
    """A moment on the command line; without zone it is Vietnam's."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


class Command(BaseCommand):
    help = "Export fibre networks (OFDS 0.4) without loss: JSON, GeoJSON, CSV with WKT (zip), GeoPackage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--network", type=UUID, help="only this network (default: all)")
        parser.add_argument("--as-of", type=day, help="the state at the end of this day (default: today)")
        parser.add_argument("--known-at", type=moment, help="as the system knew it at this moment (default: now)")
        parser.add_argument("--format", choices=tuple(FORMATS), help="default: by the file's suffix, else json")

    def handle(self, *args: Any, **options: Any) -> None:
        networks = Network.objects.order_by("uuid")
        if options["network"]:
            networks = networks.filter(uuid=options["network"])
        if not networks.exists():
            raise CommandError(_("Không có mạng nào để xuất."))
        on = options["as_of"] or today()
        path: Path = options["file"]
        form = options["format"] or format_of(path) or "json"
        unfinished = path.with_name(f".{path.name}.part")
        try:
            with unfinished.open("wb") as out:
                out.writelines(export(form, networks, on, options["known_at"]))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.replace(path)
        self.stdout.write(str(path))
