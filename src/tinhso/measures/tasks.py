"""Measuring in the background."""

from datetime import date

from django_tasks import task

from tinhso.measures.commands import measure_all
from tinhso.proof.audit import Actor


@task(queue_name="long")
def measure_later(*, actor_code: str, actor_name: str, scope: str, as_of: str, indicator_ids: list[str] | None) -> int:
    """Measure; repeating appends nothing where nothing changed, so a task run twice does no harm."""
    return len(
        measure_all(
            actor=Actor(actor_code, actor_name),
            scope=scope,
            as_of=date.fromisoformat(as_of),
            indicator_ids=indicator_ids,
        )
    )
