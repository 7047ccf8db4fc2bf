"""The processes of one installation and who keeps them alive.

`tinhso serve` runs them all on one machine; in production systemd runs each by itself (deploy/). Each can be killed at
any moment: commands are atomic, the sequencer and the schedule claim their work in the database, and a worker that
takes over its queue's lock puts the tasks its predecessor left running back in line.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tinhso.config import web
from tinhso.config.models import ScheduledRun
from tinhso.config.tasks import run_schedule
from tinhso.foundation.schedules import Schedule, schedules

READY, RUNNING = "READY", "RUNNING"
START_ALONE = 3.0  # seconds
MOST_RESTARTS = 3  # of work that has an end


def slot_of(moment: datetime, every_minutes: int) -> datetime:
    """The start of the slot a moment falls in, counted from midnight UTC."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((moment - midnight).total_seconds() // 60)
    return midnight + timedelta(minutes=passed - passed % every_minutes)


def enqueue_due(now: datetime | None = None) -> list[str]:
    """Enqueue every schedule whose current slot has not been claimed; returns their names."""
    started = []
    item: Schedule
    for item in schedules:
        slot = slot_of(now or timezone.now(), item.every_minutes)
        if ScheduledRun.objects.filter(name=item.name, slot=slot).exists():
            continue
        try:
            with transaction.atomic():
                ScheduledRun.objects.create(name=item.name, slot=slot)
                run_schedule.enqueue(item.name)
        except IntegrityError:
            continue
        started.append(item.name)
    return started


def requeue_orphans(queue: str) -> int:
    """Tasks a dead worker left running go back in line. Only the holder of the queue's lock may call this."""
    return DBTaskResult.objects.filter(queue_name=queue, status=RUNNING).update(
        status=READY, started_at=None, run_after=timezone.now()
    )


@dataclass
class Child:
    """A process of the installation: its command line, and how it fared."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    wait: float = 0.5
    restarts: int = field(default=0)
    once: bool = False  # has an end: not started again after success, nor after several failures

    @property
    def ended(self) -> bool:
        """Nothing more is to come of it."""
        code = None if self.process is None else self.process.poll()
        return self.once and code is not None and (code == 0 or self.restarts >= MOST_RESTARTS)

    def start(self) -> None:
        """Start it, unless it runs already."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(self.command)  # noqa: S603 (our own command lines)
        self.started = time.monotonic()

    def tend(self) -> None:
        """Start it again when it died; sooner after a long life, later after a short one."""
        if self.process is None or self.process.poll() is None or self.ended:
            return
        lived = time.monotonic() - self.started
        self.wait = 0.5 if lived > 60 else min(self.wait * 2, 30)
        print(f"{self.name} ended ({self.process.returncode}); starting it again in {self.wait:.0f} s", flush=True)  # noqa: T201
        time.sleep(self.wait)
        self.restarts += 1
        self.start()


def children(host: str, port: int, web_workers: int) -> list[Child]:
    """The processes of an installation on one machine."""
    tinhso = [sys.executable, "-m", "tinhso"]
    return [
        Child("web", web.command(host, port, web_workers), web.begun.process if web.begun else None),
        Child("sequencer", [*tinhso, "sequencer"]),
        Child("worker default", [*tinhso, "worker", "--queue", "default"]),
        Child("worker long", [*tinhso, "worker", "--queue", "long"]),
        Child("scheduler", [*tinhso, "scheduler"]),
    ]


def once(name: str, arguments: list[str]) -> Child:
    """A `tinhso` command that has an end."""
    return Child(name, [sys.executable, "-m", "tinhso", *arguments], once=True)


def run(running: list[Child], first: Sequence[Child] = ()) -> None:
    """Run until SIGTERM or SIGINT, then stop all children in order and wait for them.

    The web starts at once; the others when the work of `first` has ended, so that nothing is measured over half of it.
    """
    stop = False

    def asked(signum: int, frame: object) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    # The page people wait for comes up first, with the machine to itself.
    running[0].start()
    waited = time.monotonic()
    while not stop and time.monotonic() - waited < START_ALONE:
        time.sleep(0.1)
    started = [running[0], *first]
    waiting = running[1:]
    for child in started[1:]:
        child.start()
    while not stop:
        if waiting and all(child.ended for child in first):
            for child in waiting:
                child.start()
            started, waiting = [*started, *waiting], []
        time.sleep(0.5)
        for child in started:
            if not stop:
                child.tend()
    for child in started:
        if child.process and child.process.poll() is None:
            child.process.terminate()
    for child in started:
        if child.process:
            try:
                child.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.process.kill()
