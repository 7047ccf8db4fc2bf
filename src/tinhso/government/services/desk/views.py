"""The officers' desk: what waits, one dossier with what may be done, files, the board, the register of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.models import StoredFile
from tinhso.files.views import attachment
from tinhso.foundation.access import may, requires, signed_in
from tinhso.foundation.dates import end_of, parse_day, today
from tinhso.foundation.errors import Problem
from tinhso.foundation.forms import tell
from tinhso.government.services.access import staff_agencies
from tinhso.government.services.desk.commands import attach_file, note_reading
from tinhso.government.services.desk.forms import RESULT_PAPER, ActForm, FilterForm
from tinhso.government.services.desk.queries import (
    ALL,
    BULK_OF,
    MOST,
    SECTIONS,
    TONES,
    Asked,
    Moment,
    asked_of,
    counts,
    desk,
    page_of,
    row_of,
    time_left,
    with_people,
)
from tinhso.government.services.desk.queries_board import board as board_of
from tinhso.government.services.desk.queries_dossier import (
    OFFERED,
    Offer,
    agency_names,
    answers,
    happenings,
    offers,
    open_tasks,
    papers,
)
from tinhso.government.services.desk.queries_succession import ended
from tinhso.government.services.dossiers.clocking import explanation
from tinhso.government.services.dossiers.commands import Applied, apply
from tinhso.government.services.dossiers.commands.apply import situation_of
from tinhso.government.services.ground.gone import erased
from tinhso.government.services.ground.process import VERBS, Act
from tinhso.government.services.ground.states import APPLICANTS, CHANNELS, DELIVERY, PAYMENT, SYNC
from tinhso.government.services.models import Dossier
from tinhso.workdays.queries import by_hash

DESK = "services.desk"
REGISTER = 500


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of the desk."""
    return [(_("Bàn làm việc"), reverse("services:desk")), *more]


@requires(DESK)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for a person, by time left."""
    form = FilterForm(request.user, request.GET)
    form.is_valid()
    asked, moment = asked_of(form.cleaned_data), Moment.of()
    rows, onward = page_of(request.user, asked, moment)
    known = counts(request.user, moment)
    sections = [(key, title, known.get(key)) for key, title in SECTIONS.items()]
    narrowed = any(form.cleaned_data.get(name) for name in form.fields if name not in {"section", "after"})
    context = {
        "crumbs": crumbs(),
        "form": form,
        "rows": rows,
        "onward": onward,
        "sections": sections,
        "section": asked.section,
        "title": SECTIONS[asked.section],
        "narrowed": narrowed,
        "most": MOST,
        "bulk": [(verb, VERBS[verb].title) for verb in BULK_OF[asked.section]],
        "names": agency_names({row.dossier.competent_uid for row in rows}),
    }
    return render(request, "services/desk/inbox.html", context, status=422 if form.errors else 200)


def dossier_of(request: HttpRequest, code: str) -> Dossier:
    """A dossier that a member of staff may read, and the record that they read it; 404 otherwise."""
    user: Any = request.user
    rows = Dossier.objects.visible_to(user).select_related("version__procedure__field", "answers", "owner")
    if not (may(user, DESK) or may(user, "services.audit")):
        raise Http404
    dossier = get_object_or_404(rows, code=code)
    note_reading(user, dossier)
    return dossier


@signed_in
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: its states, history, people, answers, papers, due date, and what one may do now."""
    return _page(request, dossier_of(request, code))


def _page(request: HttpRequest, row: Dossier, failed: ActForm | None = None, status: int = 200) -> HttpResponse:
    user: Any = request.user
    situation, moment = situation_of(row), Moment.of()
    limit, left = time_left(row, moment)
    offered = offers(user, row, situation)
    if failed is not None:
        mine = Offer(failed.verb, failed.number)
        offered = [mine, *(one for one in offered if one != mine)]
    forms = [
        (one, failed if failed is not None and place == 0 else ActForm(one.verb, row, situation, task=one.task))
        for place, one in enumerate(offered)
    ]
    told = explanation(row) if row.received_at else None
    names = agency_names({row.competent_uid, row.received_uid, row.helped_uid})
    context = {
        "crumbs": crumbs((row.code, "")),
        "dossier": row,
        "procedure": row.version.procedure,
        "definition": row.version.definition,
        "limit": limit,
        "left": left,
        "tone": TONES.get(limit, "neutral"),
        "states": [
            (_("Xử lý"), row.status_title),
            (_("Nộp tiền"), PAYMENT[row.payment]),
            (_("Trả kết quả"), DELIVERY[row.delivery]),
            (_("Đồng bộ"), SYNC[row.sync]),
        ],
        "channel": CHANNELS[row.channel],
        "applicant_kind": APPLICANTS[row.applicant_kind],
        "competent": names.get(row.competent_uid, row.competent_uid),
        "received": names.get(row.received_uid, row.received_uid),
        "helped": names.get(row.helped_uid, row.helped_uid),
        "parties": row.parties.order_by("pk"),
        "answers": answers(row),
        "papers": papers(row),
        "tasks": open_tasks(row),
        "happenings": happenings(row),
        "due": told[0] if told else None,
        "lines": told[1] if told else [],
        "calendar": by_hash(row.calendar_sha256) if told else None,
        "forms": forms,
        "failed": failed,
    }
    return render(request, "services/desk/dossier.html", context, status=status)


@requires(DESK)
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Do something to a dossier; refused, the page says why and keeps what was typed."""
    if verb not in OFFERED:
        raise Http404
    row = dossier_of(request, code)
    if request.method != "POST":
        return redirect("services:desk_dossier", row.code)
    task = request.POST.get("task", "")
    given = {"task": int(task) if task.isdigit() else 0, "data": request.POST, "files": request.FILES}
    form = ActForm(verb, row, situation_of(row), **given)
    if "find" in request.POST:
        form.searching()
        return _page(request, row, form)
    status = 422
    if form.is_valid():
        try:
            done = _do(request, row, form)
        except Problem as refused:
            tell(form, refused, {"to": "day"})
            status = refused.status
        else:
            what = VERBS[verb].title
            said = _("Việc này đã làm rồi: %(what)s.") if done.repeated else _("Đã làm: %(what)s.")
            messages.success(request, said % {"what": what})
            return redirect("services:desk_dossier", row.code)
    row.refresh_from_db()
    form.renew()
    return _page(request, row, form, status)


def _do(request: HttpRequest, row: Dossier, form: ActForm) -> Applied:
    user: Any = request.user
    given: dict[str, Any] = {
        "dossier": row.pk,
        "actor": user.actor(),
        "user": user,
        "key": f"desk:{user.pk}:{form.cleaned_data['key']}",
        "expected": form.cleaned_data["expected"],
    }
    if form.verb == "attach":
        upload, paper = form.cleaned_data["file"], form.cleaned_data["paper"]
        issued = paper == RESULT_PAPER
        return attach_file(content=upload, name=upload.name, document="" if issued else paper, issued=issued, **given)
    data = form.particulars()
    if form.verb == "claim":
        data["holder"] = user.actor().code
    return apply(act=Act(form.verb, data), **given)


@signed_in
def paper(request: HttpRequest, code: str, number: int) -> StreamingHttpResponse:
    """A paper of a dossier, for whoever may read the dossier."""
    user: Any = request.user
    row = get_object_or_404(Dossier.objects.visible_to(user), code=code)
    if row.erased_at:
        raise erased(row.erased_at, row.code)
    found = get_object_or_404(row.papers.select_related("file"), pk=number, file__isnull=False)
    note_reading(user, row)
    return attachment(cast("StoredFile", found.file), found.name)


@requires("services.lead")
def board(request: HttpRequest) -> HttpResponse:
    """How much is open, soon due, late and paused: per agency, unit, procedure and officer."""
    user: Any = request.user
    uids = user.agency_uids("leader")
    chosen = request.GET.get("co-quan", "")[:80]
    scope = uids
    if chosen and (uids is None or chosen in uids):
        scope = {chosen}
    told = board_of(scope, Moment.of())
    context = {
        "crumbs": crumbs((_("Bảng điều hành"), "")),
        "board": told,
        "undecided": sum(one.waiting for one in ended(user)),
        "chosen": chosen if scope == {chosen} else "",
        "tables": [
            (_("Theo cơ quan"), "agency", told.agencies),
            (_("Theo địa bàn"), "", told.units),
            (_("Theo thủ tục"), "procedure", told.procedures),
            (_("Theo người giữ việc"), "holder", told.officers),
        ],
    }
    return render(request, "services/desk/board.html", context)


@requires(DESK)
def register(request: HttpRequest) -> HttpResponse:
    """The register of a day: every dossier filed that day with the person's agencies."""
    day = parse_day(request.GET.get("ngay")) or today()
    begin = end_of(day - timedelta(days=1))
    rows = desk(request.user, Asked(section=ALL), Moment.of()).filter(filed_at__gte=begin, filed_at__lt=end_of(day))
    found = list(with_people(rows.order_by("filed_at", "pk"), request.user)[: REGISTER + 1])
    moment = Moment.of()
    context = {
        "crumbs": crumbs((_("Sổ theo dõi hồ sơ"), "")),
        "day": day,
        "rows": [row_of(one, moment) for one in found[:REGISTER]],
        "cut": len(found) > REGISTER,
        "most": REGISTER,
    }
    return render(request, "services/desk/register.html", context)


@requires(DESK)
def hand_list(request: HttpRequest) -> HttpResponse:
    """A list to print and sign when papers or results change hands."""
    codes = request.GET.getlist("ho-so")[:200]
    user: Any = request.user
    rows = Dossier.objects.visible_to(user).filter(code__in=codes)
    found, moment = list(with_people(rows.order_by("code"), user)), Moment.of()
    listed = {uid for one in found for uid in (one.received_uid, one.competent_uid) if uid}
    own = staff_agencies(user)
    uids = listed if own is None else listed & own
    context = {
        "crumbs": crumbs((_("Danh sách bàn giao"), "")),
        "rows": [row_of(one, moment) for one in found],
        "agencies": sorted(str(name) for name in agency_names(uids).values()),
        "at": timezone.localtime(),
    }
    return render(request, "services/desk/hand_list.html", context)
