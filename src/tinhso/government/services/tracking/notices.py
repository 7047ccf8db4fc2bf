"""News of a dossier for its applicant, by e-mail or else by text message: code and procedure, nothing personal.

Each message speaks both languages, as nobody has said which they read; its link carries the code, never the secret.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from tinhso.delivery.commands import forget, queue_email, queue_sms
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.government.services.dossiers.consequences import consequence
from tinhso.government.services.dossiers.forgetting import forgetting
from tinhso.government.services.models import Dossier, DossierEvent

WORDS = {
    "submitted": Text("đã được nộp", "was filed"),
    "accepted": Text("đã được tiếp nhận, hẹn trả {due}", "was received and is due on {due}"),
    "refused": Text("không được tiếp nhận", "was not accepted"),
    "supplements_requested": Text("cần bổ sung giấy tờ", "needs supplements"),
    "payment_requested": Text("cần thực hiện nghĩa vụ tài chính", "awaits a payment"),
    "reappointed": Text("được hẹn lại đến {due}; cơ quan xin lỗi", "is due on {due} instead; the agency apologises"),
    "stopped": Text("đã dừng xử lý", "was stopped"),
    "withdrawn": Text("đã được rút", "was withdrawn"),
    "finished": Text("đã có kết quả", "has its result"),
}
LOOK = Text("Xem nội dung và việc cần làm: {link}", "See what it says and what to do: {link}")


@consequence(order=50)
def tell_applicant(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Queue at most one message for an act; an address that is none is passed over."""
    told = [event for event in events if event.kind in WORDS]
    if not told:
        return
    people = list(dossier.parties.order_by("role").values_list("email", "phone"))
    email = next((email for email, _phone in people if email), "")
    phone = next((phone for _email, phone in people if phone), "")
    try:
        _queue(dossier, told[-1], email, phone)
    except Invalid:
        return


def _queue(dossier: Dossier, event: DossierEvent, email: str, phone: str) -> None:
    key = _key(dossier.code, event.number)
    due = f"{timezone.localtime(dossier.due_at):%d/%m/%Y}" if dossier.due_at else "—"
    name, words = dossier.version.definition.name, WORDS[event.kind]
    if email:
        subject = f"{dossier.code}: {words.vi.format(due=due)} / {words.en.format(due=due)}"
        vi = f"Hồ sơ {dossier.code} ({name.vi}) {words.vi.format(due=due)}."
        en = f"Dossier {dossier.code} ({name.en}) {words.en.format(due=due)}."
        look = {language: getattr(LOOK, language).format(link=link(dossier, language)) for language in ("vi", "en")}
        body = f"{vi}\n{look['vi']}\n\n{en}\n{look['en']}\n"
        queue_email(to=email, subject=subject, body=body, key=key)
    elif phone:
        body = f"Hồ sơ {dossier.code} {words.vi.format(due=due)}. {link(dossier, 'vi')}"
        queue_sms(to=phone, body=body, key=key)


@forgetting
def forget_news(dossiers: Sequence[Dossier]) -> None:
    """Messages about the dossiers go, sent or not."""
    told = DossierEvent.objects.filter(dossier__in=dossiers, kind__in=WORDS)
    forget([_key(code, number) for code, number in told.values_list("dossier__code", "number")])


def _key(code: str, number: int) -> str:
    return f"services:{code}/{number}"


def link(dossier: Dossier, language: str) -> str:
    """The address that asks for the secret of this dossier."""
    with translation.override(language):
        return f"{settings.ADDRESS}{reverse('services:track')}?ma={dossier.code}"
