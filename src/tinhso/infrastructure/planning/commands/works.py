"""Decisions on phases, and the works that follow: each step is a new reading of the network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from tinhso.files.imports import Diff
from tinhso.files.models import ImportBatch
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.commands_core import connect_agencies
from tinhso.infrastructure.network.models import Network, Reading
from tinhso.infrastructure.planning.drawing import AsBuilt, drawn_into
from tinhso.infrastructure.planning.models import Decision, PlannedPhase, Survey, WorksStep
from tinhso.infrastructure.planning.models.works import APPROVED, BUILT, STARTED, WITHDRAWN
from tinhso.infrastructure.planning.states import PhaseState, state_of
from tinhso.infrastructure.planning.storing import prefix
from tinhso.proof.audit import Actor, command, note

Write = Callable[[ImportBatch, Diff], None]


def _locked(phase: PlannedPhase) -> PlannedPhase:
    """The phase, its plan's network row held: decisions and works of one network come one at a time."""
    found = PlannedPhase.objects.select_related("result__run__plan").get(pk=phase.pk)
    Network.objects.select_for_update().get(pk=found.result.run.plan.network_id)
    return found


def _remark(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > 500:
        raise Invalid(_("Ghi chú không quá 500 ký tự."), place="remark")
    return text


def _told(phase: PlannedPhase) -> str:
    return f"plan:{phase.result.run.plan.uid}/{phase.number}"


@command("planning.approve")
def approve(*, actor: Actor, phase: PlannedPhase, due_on: date, remark: str = "") -> Decision:
    """Approve a phase, to be in service by a day. Approving anew moves that day; once built it stands."""
    phase = _locked(phase)
    state = state_of(phase)
    if state.built:
        raise Conflict(_("Đợt này đã hoàn thành."), place=_told(phase))
    plan = phase.result.run.plan
    if due_on < plan.day:
        raise Invalid(_("Hạn hoàn thành phải sau ngày lập phương án."), place="due_on", mend=_("Chọn ngày sau đó."))
    if not phase.spans:
        raise Invalid(_("Đợt này không có đoạn cáp nào để xây."), place=_told(phase))
    made = Decision.objects.create(
        phase=phase, verdict=APPROVED, due_on=due_on, remark=_remark(remark), by=actor.code, by_name=actor.name
    )
    note(
        target=_told(phase),
        before={"due_on": state.due_on.isoformat() if state.due_on else None, "approved": state.approved},
        after={"due_on": due_on.isoformat(), "approved": True, "cost": phase.cost, "remark": made.remark},
    )
    return made


@command("planning.withdraw")
def withdraw(*, actor: Actor, phase: PlannedPhase, remark: str) -> Decision:
    """Take an approval back, with the reason; not once construction has started."""
    phase = _locked(phase)
    state = state_of(phase)
    if not state.approved:
        raise Conflict(_("Đợt này chưa được duyệt."), place=_told(phase))
    if state.started:
        raise Conflict(
            _("Đợt này đã khởi công."), place=_told(phase), mend=_("Hoàn tác lần ghi khởi công vào mạng trước.")
        )
    if not _remark(remark):
        raise Invalid(_("Cần lý do rút duyệt."), place="remark")
    made = Decision.objects.create(
        phase=phase, verdict=WITHDRAWN, remark=_remark(remark), by=actor.code, by_name=actor.name
    )
    note(target=_told(phase), before={"approved": True}, after={"approved": False, "remark": made.remark})
    return made


def start_construction(*, actor: Actor, phase: PlannedPhase, on_day: date, remark: str = "") -> WorksStep:
    """Construction of an approved phase starts: from that day its spans are under construction in the network."""
    phase, state = _ready(phase, on_day)
    if state.started:
        raise Conflict(_("Đợt này đã khởi công."), place=_told(phase))
    return _drawn(actor, phase, on_day, step=STARTED, survey=None, remark=_remark(remark))


def complete(
    *, actor: Actor, phase: PlannedPhase, on_day: date, survey: Survey | None = None, remark: str = ""
) -> WorksStep:
    """A phase is built: from that day its spans are operational in the network, as surveyed where a survey is given.

    New nodes for agencies serve them from then on.
    """
    phase, state = _ready(phase, on_day)
    if state.built:
        raise Conflict(_("Đợt này đã hoàn thành."), place=_told(phase))
    if state.started is None:
        raise Conflict(_("Đợt này chưa khởi công."), place=_told(phase), mend=_("Ghi ngày khởi công trước."))
    if on_day < state.started.on_day:
        raise Invalid(_("Ngày hoàn thành phải từ ngày khởi công trở đi."), place="on_day")
    if survey is not None and survey.phase_id != phase.pk:
        raise Invalid(_("Khảo sát này của đợt khác."), place="survey")
    return _drawn(actor, phase, on_day, step=BUILT, survey=survey, remark=_remark(remark))


def _ready(phase: PlannedPhase, on_day: date) -> tuple[PlannedPhase, PhaseState]:
    phase = PlannedPhase.objects.select_related("result__run__plan__network").get(pk=phase.pk)
    state = state_of(phase)
    if not state.approved:
        raise Conflict(_("Đợt này chưa được duyệt."), place=_told(phase), mend=_("Duyệt đợt này trước."))
    if on_day > today():
        raise Invalid(_("Ngày này nằm trong tương lai."), place="on_day", mend=_("Ghi khi việc đã diễn ra."))
    readings = Reading.objects.known_at().filter(network=phase.result.run.plan.network)
    last = readings.order_by("-valid_from").values_list("valid_from", flat=True).first()
    if last is not None and on_day < last:
        raise Invalid(
            _("Mạng đã có hiện trạng ngày %(day)s.") % {"day": f"{last:%d/%m/%Y}"},
            place="on_day",
            mend=_("Chọn ngày đó hoặc sau đó."),
        )
    return phase, state


def _drawn(actor: Actor, phase: PlannedPhase, day: date, *, step: str, survey: Survey | None, remark: str) -> WorksStep:
    """Read the network anew with the phase in it, and record the step in the same transaction."""
    run = phase.result.run
    status = "operational" if step == BUILT else "underConstruction"
    built = None
    if step == BUILT:
        rows = survey.spans.all() if survey else ()
        built = AsBuilt(day, {row.span_id: row for row in rows})
        if all(built.left_out(span.span_id) for span in phase.built_spans.all()):
            raise Invalid(_("Khảo sát nói không đoạn nào được xây."), place="survey")
    raw = drawn_into(run.plan.network, day, phase, prefix=prefix(run), status=status, built=built)
    made: list[WorksStep] = []

    def write(batch: ImportBatch, _diff: Diff) -> None:
        kept = _record(actor=actor, phase=phase, batch=batch, step=step, on_day=day, survey=survey, remark=remark)
        made.append(kept)

    import_ofds(
        actor=actor,
        raw=raw,
        source_name=f"{run.plan.title[:200]} – {phase.number} ({status})",
        as_of=day,
        network=run.plan.network.uuid,
        after=write,
    )
    if not made:
        raise Conflict(_("Mạng đã ghi đúng như vậy từ trước."), place=_told(phase), mend=_("Tải lại trang."))
    return made[0]


@command("planning.record_step")
def _record(
    *,
    actor: Actor,
    phase: PlannedPhase,
    batch: ImportBatch,
    step: str,
    on_day: date,
    survey: Survey | None,
    remark: str,
) -> WorksStep:
    phase = _locked(phase)
    state = state_of(phase)
    if (state.built if step == BUILT else state.started) is not None:
        raise Conflict(_("Bước này vừa được người khác ghi."), place=_told(phase), mend=_("Tải lại trang."))
    made = WorksStep.objects.create(
        phase=phase,
        step=step,
        on_day=on_day,
        batch=batch.id,
        survey=survey,
        remark=remark,
        by=actor.code,
        by_name=actor.name,
    )
    if step == BUILT:
        nodes = [node for node in phase.nodes.all() if node.agency_uid]
        connect = partial(connect_agencies, actor=actor, network=phase.result.run.plan.network, valid_from=on_day)
        if nodes:
            connect(lines=[(node.agency_uid, node.node_id) for node in nodes], basis=_told(phase))
    note(
        target=_told(phase),
        after={
            "step": step,
            "on_day": on_day.isoformat(),
            "batch": str(batch.id),
            "survey": survey.sha256 if survey else None,
            "remark": remark,
        },
    )
    return made
