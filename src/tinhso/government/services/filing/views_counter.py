"""The clerk files for a person: the whole form on one page, at the counter or out of the post."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.forms import attempt
from tinhso.government.services.dossiers.commands import Filing
from tinhso.government.services.filing.commands.direct import Handed, file_at_counter
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.filing.drafting import PREFIX, typed, version_in_force
from tinhso.government.services.filing.forms import (
    SELF,
    CounterPlaceForm,
    KeyedForm,
    PapersForm,
    PeopleForm,
    documents_of,
)
from tinhso.government.services.filing.guided import GuidedForm, choose, with_row, without_row
from tinhso.government.services.ground.definition import Definition, text
from tinhso.government.services.ground.states import CHANNELS
from tinhso.government.services.models import Procedure, ProcedureVersion
from tinhso.identity.queries import agencies_by_uid


class ChannelForm(KeyedForm):
    """How the dossier came, and to which of the clerk's agencies."""

    def __init__(self, definition: Definition, places: list[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, prefix="counter", **more)
        ways = [(way, str(CHANNELS[way])) for way in ("counter", "post") if way in definition.content["channels"]]
        self.fields["channel"] = choose(ways, label=_("Hồ sơ đến bằng"), initial=ways[0][0] if ways else None)
        first = places[0][0] if places else None
        self.fields["received"] = choose(places, label=_("Nơi tiếp nhận"), initial=first)


class HandedForm(PapersForm):
    """Papers on the counter: handed over, scanned now or later."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for item in self.documents:
            label = _("Đã nhận: %(paper)s") % {"paper": text(item["name"])}
            self.fields[f"{item['code']}__given"] = forms.BooleanField(label=label, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        handed = {one.document for one in self.handed(cleaned)}
        for item in self.documents:
            if item["required"] and item["code"] not in handed:
                self.add_error(f"{item['code']}__given", _("Cần giấy tờ này."))
        return cleaned

    def handed(self, cleaned: dict[str, Any]) -> list[Handed]:
        """What was handed over."""
        found = []
        for item in self.documents:
            code, scans = item["code"], cleaned.get(f"{item['code']}__files") or []
            if scans or cleaned.get(f"{code}__given"):
                found.append(Handed(code, self.kind_of(code), scans))
        return found


class Counter:
    """The forms of one filing: bound to what was sent (`raw` and `files`; `submitted`: it is to be filed), or open."""

    def __init__(
        self, user: Any, version: ProcedureVersion, raw: Any = None, files: Any = None, *, submitted: bool = False
    ) -> None:
        self.definition, self.submitted = version.definition, submitted
        places = places_of(user)
        self.channel = ChannelForm(self.definition, places, raw)
        self.place = CounterPlaceForm(self.definition, competent_agencies(self.definition, today()), raw)
        # Most of what comes to a one-stop shop is its own agency's.
        competent: Any = self.place.fields["competent"]
        offered = {uid for uid, _name in competent.choices}
        competent.initial = competent.initial or next((uid for uid, _name in places if uid in offered), None)
        who = (raw or {}).get("place-who", SELF)
        kind = (raw or {}).get("place-applicant_kind", self.definition.content["audience"][0])
        self.people = PeopleForm(who, kind, raw)
        self.answers = GuidedForm(self.definition, raw)
        self.papers = HandedForm(documents_of(self.definition, who), raw, files)
        self.all: list[forms.Form] = [self.channel, self.place, self.people, self.answers, self.papers]
        if raw is not None and not submitted:
            # Nobody asked for it to be filed yet: what is open is no mistake.
            for form in self.all:
                form._errors = forms.utils.ErrorDict()  # type: ignore[attr-defined]

    @classmethod
    def posted(cls, request: HttpRequest, version: ProcedureVersion) -> Self:
        """As the page sent it; its buttons add rows to tables and take them away."""
        if request.method != "POST":
            return cls(request.user, version)
        post = request.POST
        raw: Any = post
        if "add" in post or "remove" in post:
            raw = {name: value for step in PREFIX for name, value in typed(post, step).items()}
            raw |= {name: post[name] for name in post if name.startswith("counter-")}
            change, place = (with_row, post["add"]) if "add" in post else (without_row, post["remove"])
            raw = change(version.definition, raw, place)
        return cls(request.user, version, raw, request.FILES, submitted="file" in post)

    def valid(self) -> bool:
        return not self.faulty()

    def faulty(self) -> list[forms.Form]:
        """The forms something is wrong with; none before it is to be filed."""
        return [form for form in self.all if self.submitted and form.errors]

    def filing(self, version: ProcedureVersion) -> Filing:
        place = self.place.cleaned_data
        return Filing(
            version=version,
            channel=self.channel.cleaned_data["channel"],
            applicant_kind=place["applicant_kind"],
            applicant=self.people.applicant(),
            representative=self.people.representative(),
            competent_uid=place["competent"],
            received_uid=self.channel.cleaned_data["received"],
            answers=self.answers.answers(),
        )


def places_of(user: Any) -> list[tuple[str, str]]:
    """The agencies a clerk receives for, by name; those with a code only."""
    from tinhso.identity.models import Agency

    uids = user.agency_uids("clerk")
    rows = Agency.objects.as_of(today()).exclude(code_new="").order_by("sort_key", "uid")
    return [(row.uid, str(row.title)) for row in (rows if uids is None else rows.filter(uid__in=uids))]


@requires("services.receive")
@never_cache
def counter(request: HttpRequest, code: str) -> HttpResponse:
    """File for somebody; `file` files, other buttons only show the page anew."""
    procedure = get_object_or_404(Procedure.objects.visible_to(request.user), code=code)
    version = version_in_force(procedure, today())
    crumbs = [
        (_("Thủ tục hành chính"), reverse("services:procedures")),
        (str(procedure.title), reverse("services:procedure", args=[procedure.code])),
        (_("Nộp tại quầy"), ""),
    ]
    if version is None:
        return render(request, "services/filing/closed.html", {"procedure": procedure, "retired": True})
    user: Any = request.user
    page = Counter.posted(request, version)
    if page.submitted and page.valid():
        given: dict[str, Any] = {
            "filing": page.filing(version),
            "handed": page.papers.handed(page.papers.cleaned_data),
            "key": f"counter:{page.channel.cleaned_data['key']}",
        }
        done = attempt(page.papers, lambda: file_at_counter(**given, actor=user.actor(), user=user))
        if done is not None:
            messages.success(request, str(FILED))
            return redirect("services:filed", done.dossier.code)
    context = {
        "procedure": procedure,
        "definition": version.definition,
        "page": page,
        "parts": list(page.answers.parts()),
        "errors": page.faulty(),
        "documents": [
            {
                "name": text(item["name"]),
                "required": item["required"],
                "fields": [page.papers[f"{item['code']}__{part}"] for part in ("given", "kind", "files")],
            }
            for item in page.papers.documents
        ],
        "crumbs": crumbs,
        "places": agencies_by_uid([uid for uid, _name in places_of(user)]),
    }
    return render(request, "services/filing/counter.html", context, status=422 if context["errors"] else 200)


FILED = gettext_lazy("Đã nộp hồ sơ. In hoặc chép lại mã cho người dân.")
