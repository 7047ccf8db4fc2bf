"""Questions on figures: anyone asks, a moderator releases or says why not, the owner answers with evidence."""

from __future__ import annotations

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.stored import store
from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.measures.models import Answer, Measurement, Question
from tinhso.proof.audit import Actor, command, note
from tinhso.proof.log import append

LONGEST = 2000
PUBLIC = Actor("public", "Người đọc")


def _text(text: str, longest: int = LONGEST) -> str:
    kept = text.strip()
    if len(kept) < 10 or len(kept) > longest or "\0" in kept:
        raise Invalid(
            _("Nội dung phải có từ 10 đến %(limit)d ký tự.") % {"limit": longest},
            place="text",
            mend=_("Viết ngắn gọn điều bạn muốn hỏi hoặc trả lời."),
        )
    return kept


@command("measures.ask")
def ask(*, actor: Actor, measurement: Measurement, text: str, name: str = "") -> Question:
    """Put a question; it is held until a moderator releases it. The caller limits how many one sender puts."""
    kept = _text(text)
    question = Question.objects.create(
        measurement=measurement, indicator=measurement.indicator, text=kept, name=name.strip()[:80]
    )
    note(target=f"question:{question.pk}", after={"indicator": question.indicator, "text": kept})
    return question


@command("measures.moderate")
def moderate(*, actor: Actor, question: Question, release: bool, reason: str = "") -> Question:
    """Release a held question or reject it with a reason. Conflict when it was decided already."""
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.state != Question.HELD:
        raise Conflict(_("Câu hỏi này đã được xử lý."), place=f"question:{question.pk}")
    if not release and not reason.strip():
        raise Invalid(_("Từ chối thì phải nêu lý do."), place="reason", mend=_("Viết lý do người hỏi có thể hiểu."))
    question.state = Question.RELEASED if release else Question.REJECTED
    question.reason, question.decided_at = reason.strip()[:LONGEST], timezone.now()
    question.save(update_fields=["state", "reason", "decided_at"])
    note(target=f"question:{question.pk}", before={"state": Question.HELD}, after={"state": question.state})
    return question


@command("measures.answer")
def answer(*, actor: Actor, question: Question, text: str, upload: File | None = None) -> Answer:
    """Answer a released question; the log gets the answer's hash and that of its evidence file."""
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.state != Question.RELEASED:
        raise Conflict(_("Chỉ trả lời câu hỏi đã công khai."), place=f"question:{question.pk}")
    file = store(actor=actor, content=upload, name=upload.name or "", public=True) if upload else None
    kept, moment = _text(text, 2 * LONGEST), timezone.now()
    entry = append(
        "answer",
        f"question:{question.pk}",
        {
            "question": question.pk,
            "indicator": question.indicator,
            "measurement": question.measurement_id,
            "text": kept,
            "file_sha256": file.sha256 if file else None,
            "author": actor.code,
            "at": stamp(moment),
        },
    )
    made = Answer.objects.create(
        question=question,
        text=kept,
        file=file,
        author_code=actor.code,
        author_name=actor.name,
        answered_at=moment,
        entry=entry,
    )
    note(target=f"question:{question.pk}", after={"answer": made.pk})
    return made


@command("measures.erase_question")
def erase(*, actor: Actor, question: Question, reason: str) -> None:
    """Erase a question that has no answer, for instance because it names a private person."""
    if question.answers.exists():
        raise Conflict(_("Câu hỏi đã có trả lời nên không xóa được."), place=f"question:{question.pk}")
    note(target=f"question:{question.pk}", before={"indicator": question.indicator}, after={"erased": reason})
    question.delete()
