import signal
import threading

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from tinhso.config.processes import enqueue_due


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Start scheduled work, once per schedule and slot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once, then end")

    def handle(self, *, once: bool, **options: object) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            for name in enqueue_due():
                self.stdout.write(f"enqueued {name}")
            if once:
                return
            stopped.wait(10)
