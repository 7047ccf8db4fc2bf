import signal
import threading
from typing import Any

from django.core.management.base import CommandParser

from tinhso.proof import sequencer
from tinhso.proof.management.base import ProofCommand


class Command(ProofCommand):
    help = "Number, hash and sign what waits for the log: each second until SIGTERM, or once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="take all that waits, then end")
        parser.add_argument("--batch", type=int, default=sequencer.BATCH, help="entries under one checkpoint at most")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")

    def handle(self, *, once: bool, batch: int, every: float, **options: Any) -> None:
        if once:
            done = sequencer.drain(limit=batch)
            self.stdout.write(f"{done} entries in the log")
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        sequencer.serve(stopped, self.stdout.write, every=every, limit=batch)
