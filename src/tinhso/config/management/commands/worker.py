from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from tinhso.config.processes import requeue_orphans
from tinhso.foundation.locks import exclusive


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Run the tasks of one queue, one worker per queue; a worker waiting for the lock stands by."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", choices=["default", "long"], default="default")
        parser.add_argument("--once", action="store_true", help="run what is in line, then end")

    def handle(self, *, queue: str, once: bool, **options: object) -> None:
        import time

        while True:
            with exclusive(f"worker-{queue}") as held:
                if held:
                    if orphans := requeue_orphans(queue):
                        self.stdout.write(f"{orphans} interrupted tasks put back in line")
                    call_command(
                        "db_worker",
                        queue_name=queue,
                        interval=0.5,
                        startup_delay=False,
                        reload=False,
                        batch=once,
                        verbosity=0,
                    )
                    return
            if once:
                return
            time.sleep(1)
