import time
from pathlib import Path

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from tinhso.config import web
from tinhso.config.preparing import prepare
from tinhso.config.processes import Child, children, once, run
from tinhso.foundation.demo import making
from tinhso.identity.queries import demo_accounts
from tinhso.places.models import Unit


class Command(BaseCommand):
    # Only what must hold before a page is shown is checked here; `tinhso check` and the tests look at the rest.
    requires_system_checks = ()
    help = "Serve the province on this machine: web, workers, sequencer and scheduler together."

    def add_arguments(self, parser: CommandParser) -> None:
        web.add_options(parser)
        parser.add_argument("--no-demo", action="store_true", help="start with an empty province")

    def handle(self, *, host: str, port: int, web_workers: int, no_demo: bool, **options: object) -> None:
        began = time.monotonic()
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        prepare(self.stdout.write)
        rest: list[Child] = []
        if not (no_demo or settings.PRODUCTION) and (making() or not Unit.objects.exists()):
            rest = [self.demonstrate()]
        self.check(tags=[Tags.database], databases=["default"])
        connection.close()
        if web.begun:
            web.open_gate(web.begun.gate)
        self.announce(host, port, time.monotonic() - began)
        run(children(host, port, web_workers), rest)

    def demonstrate(self) -> Child:
        """Make what the first page needs, or complete what a killed start left; the process that makes the rest."""
        self.stdout.write("Creating the demonstration province (once) …")
        asked = making()
        about = {"province": asked.province, "as_of": asked.as_of} if asked else {}
        call_command("demo", essential=True, stdout=self.stdout, **about)
        now = making()
        assert now is not None
        self.stdout.write("The remaining steps follow while you read; pages say so until they are done.")
        return once("demonstration", ["demo", "--rest", "--province", now.province, "--as-of", now.as_of])

    def announce(self, host: str, port: int, seconds: float) -> None:
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104 (compared, not bound)
        self.stdout.write(f"\nTỉnh Số: http://{shown}:{port}   (ready in {seconds:.1f} s; Ctrl+C stops it)\n")
        if not settings.PRODUCTION and (accounts := demo_accounts()):
            self.stdout.write("Demonstration accounts (refused in production):")
            for account in accounts:
                self.stdout.write(f"  {account.username:<16} {account.password:<14} {account.role}")
        self.stdout.flush()
