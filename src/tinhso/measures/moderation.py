"""Pages of those who release, reject and answer questions on figures."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.foundation.access import requires
from tinhso.foundation.errors import Invalid
from tinhso.foundation.forms import tell
from tinhso.measures.contract import indicators
from tinhso.measures.forms import AnswerForm, DecisionForm
from tinhso.measures.models import Question
from tinhso.measures.questions import answer, moderate


@requires("measures.moderate")
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Questions that wait for a decision, and released ones that wait for an answer."""
    return _held(request)


def _held(request: HttpRequest, refused: Form | None = None) -> HttpResponse:
    """The page; a form that was refused stands in its place with what was typed."""
    found = Question.objects.select_related("measurement").order_by("asked_at")
    waiting = list(found.filter(state=Question.HELD)[:100])
    unanswered = list(found.filter(state=Question.RELEASED, answers=None)[:100])
    forms = {form.prefix: form for form in (*map(_decision, waiting), *map(_reply, unanswered))}
    if refused is not None:
        forms[refused.prefix] = refused
    context = {
        "held": [(one, indicators.get(one.indicator), forms[f"q{one.pk}"]) for one in waiting],
        "unanswered": [(one, indicators.get(one.indicator), forms[f"a{one.pk}"]) for one in unanswered],
        "crumbs": [(_("Chỉ số"), reverse("measures:indicators")), (_("Câu hỏi"), request.path)],
    }
    return render(request, "measures/questions.html", context, status=422 if refused is not None else 200)


def _decision(question: Question) -> Form:
    return DecisionForm(prefix=f"q{question.pk}")


def _reply(question: Question) -> Form:
    return AnswerForm(prefix=f"a{question.pk}")


@requires("measures.moderate")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or reject a question."""
    question = get_object_or_404(Question, pk=pk)
    form = DecisionForm(request.POST, prefix=f"q{pk}")
    actor = request.user.actor()  # type: ignore[union-attr]
    if not form.is_valid():
        return _held(request, form)
    given = form.cleaned_data
    try:
        moderate(actor=actor, question=question, release=given["decision"] == "release", reason=given["reason"])
    except Invalid as refused:
        tell(form, refused)
        return _held(request, form)
    messages.success(request, _("Đã ghi quyết định."))
    return redirect("measures:questions")


@requires("measures.answer")
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a released question, with a file as evidence if there is one."""
    question = get_object_or_404(Question, pk=pk)
    form = AnswerForm(request.POST, request.FILES, prefix=f"a{pk}")
    actor = request.user.actor()  # type: ignore[union-attr]
    if not form.is_valid():
        return _held(request, form)
    given = form.cleaned_data
    try:
        answer(actor=actor, question=question, text=given["text"], upload=given["file"])
    except Invalid as refused:
        tell(form, refused)
        return _held(request, form)
    messages.success(request, _("Đã đăng câu trả lời."))
    return redirect(f"{reverse('measures:measurement', args=[question.measurement_id])}#cau-hoi")
