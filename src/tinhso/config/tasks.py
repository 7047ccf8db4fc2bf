"""Scheduled work as tasks of the worker."""

from django_tasks import task

from tinhso.foundation.schedules import schedules


@task(queue_name="long")
def run_schedule(name: str) -> None:
    """Run one declared schedule; it is idempotent, so a run repeated after a crash does no harm."""
    schedules[name].run()
