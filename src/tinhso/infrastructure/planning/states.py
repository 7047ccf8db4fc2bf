"""How far a phase has come: proposed, planned (approved), under construction, operational."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import STATUSES
from tinhso.infrastructure.planning.models import Decision, PlannedPhase, WorksStep
from tinhso.infrastructure.planning.models.works import APPROVED, BUILT, STARTED

TONES = {"proposed": "neutral", "planned": "info", "underConstruction": "warning", "operational": "success"}


@dataclass(frozen=True)
class PhaseState:
    """The latest decision and the steps that count: those whose import into the network was not undone."""

    decision: Decision | None
    started: WorksStep | None
    built: WorksStep | None

    @property
    def approved(self) -> bool:
        return self.decision is not None and self.decision.verdict == APPROVED

    @property
    def due_on(self) -> date | None:
        return self.decision.due_on if self.decision else None

    @property
    def ofds(self) -> str:
        """The status by the Open Fibre Data Standard."""
        if self.built:
            return "operational"
        if self.started:
            return "underConstruction"
        return "planned" if self.approved else "proposed"

    @property
    def title(self) -> Text:
        return STATUSES[self.ofds]

    @property
    def tone(self) -> str:
        return TONES[self.ofds]

    @property
    def late(self) -> bool:
        """Approved, its day passed, and not built by it."""
        from tinhso.foundation.dates import today

        if not self.approved or self.due_on is None:
            return False
        return self.built.on_day > self.due_on if self.built else today() > self.due_on


def states_of(phases: Iterable[PlannedPhase]) -> dict[int, PhaseState]:
    """By phase, how far it has come; three statements for all of them."""
    keys = [phase.pk for phase in phases]
    decisions = {row.phase_id: row for row in Decision.objects.filter(phase__in=keys).order_by("id")}
    steps = list(WorksStep.objects.filter(phase__in=keys).order_by("id"))
    undone = set(
        ImportBatch.objects.filter(id__in={step.batch for step in steps})
        .exclude(undone_at=None)
        .values_list("id", flat=True)
    )
    counting = {(step.phase_id, step.step): step for step in steps if step.batch not in undone}
    return {
        key: PhaseState(decisions.get(key), counting.get((key, STARTED)), counting.get((key, BUILT))) for key in keys
    }


def state_of(phase: PlannedPhase) -> PhaseState:
    """How far one phase has come."""
    return states_of([phase])[phase.pk]
