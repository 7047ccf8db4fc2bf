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
from tinhso.infrastructure.network.ofds.export import export_geojson, export_json


def moment(text: str) -> datetime:
    """A moment on the command line; without zone it is Vietnam's."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


class Command(BaseCommand):
    help = "Export fibre networks (OFDS 0.4): JSON without loss, or GeoJSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--network", type=UUID, help="only this network (default: all)")
        parser.add_argument("--as-of", type=day, help="the state at the end of this day (default: today)")
        parser.add_argument("--known-at", type=moment, help="as the system knew it at this moment (default: now)")
        parser.add_argument("--format", choices=("json", "geojson"), default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        networks = Network.objects.order_by("uuid")
        if options["network"]:
            networks = networks.filter(uuid=options["network"])
        if not networks.exists():
            raise CommandError(_("Không có mạng nào để xuất."))
        on = options["as_of"] or today()
        write = export_geojson if options["format"] == "geojson" else export_json
        pieces = write(networks, on, options["known_at"])
        path: Path = options["file"]
        unfinished = path.with_name(f".{path.name}.part")
        with unfinished.open("w", encoding="utf-8") as out:
            out.writelines(pieces)
        unfinished.replace(path)
        self.stdout.write(str(path))
