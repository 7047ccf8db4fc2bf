"""Pages of those who release, reject and answer questions on figures."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.foundation.access import requires
from tinhso.foundation.errors import Invalid
from tinhso.measures.contract import indicators
from tinhso.measures.forms import AnswerForm, DecisionForm
from tinhso.measures.models import Question
from tinhso.measures.questions import answer, moderate


@requires("measures.moderate")
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Questions that wait for a decision, and released ones that wait for an answer."""
    found = Question.objects.select_related("measurement").order_by("asked_at")
    waiting = found.filter(state=Question.HELD)[:100]
    unanswered = found.filter(state=Question.RELEASED, answers=None)[:100]
    return render(
        request,
        "measures/questions.html",
        {
            "held": [(one, indicators.get(one.indicator), DecisionForm(prefix=f"q{one.pk}")) for one in waiting],
            "unanswered": [(one, indicators.get(one.indicator), AnswerForm(prefix=f"a{one.pk}")) for one in unanswered],
            "crumbs": [(_("Chỉ số"), reverse("measures:indicators")), (_("Câu hỏi"), request.path)],
        },
    )


@requires("measures.moderate")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or reject a question."""
    question = get_object_or_404(Question, pk=pk)
    form = DecisionForm(request.POST, prefix=f"q{pk}")
    if not form.is_valid():
        raise Invalid(_("Chọn công khai hoặc từ chối."), place="decision")
    moderate(
        actor=request.user.actor(),  # type: ignore[union-attr]
        question=question,
        release=form.cleaned_data["decision"] == "release",
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("Đã ghi quyết định."))
    return redirect("measures:questions")


@requires("measures.answer")
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a released question, with a file as evidence if there is one."""
    question = get_object_or_404(Question, pk=pk)
    form = AnswerForm(request.POST, request.FILES, prefix=f"a{pk}")
    if not form.is_valid():
        raise Invalid(_("Câu trả lời phải có ít nhất 10 ký tự."), place="text")
    answer(
        actor=request.user.actor(),  # type: ignore[union-attr]
        question=question,
        text=form.cleaned_data["text"],
        upload=form.cleaned_data["file"],
    )
    messages.success(request, _("Đã đăng câu trả lời."))
    return redirect(f"{reverse('measures:measurement', args=[question.measurement_id])}#cau-hoi")
