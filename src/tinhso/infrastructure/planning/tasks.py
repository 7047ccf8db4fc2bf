"""The search in the background."""

from django_tasks import task


@task(queue_name="long")
def run_plan(run_uid: str) -> None:
    """Search for a plan; a run that ended is left alone, so that a task run twice does no harm."""
    from tinhso.infrastructure.planning.models import PlanRun
    from tinhso.infrastructure.planning.running import search

    run = PlanRun.objects.filter(uid=run_uid).first()
    if run is not None:
        search(run)
