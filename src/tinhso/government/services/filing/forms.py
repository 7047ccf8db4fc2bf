"""What people type when they file: where and for whom, who they are, which papers they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.dates import today
from tinhso.foundation.text import Text
from tinhso.government.services.dossiers.commands.filing import Party
from tinhso.government.services.filing.guided import DayField, choose
from tinhso.government.services.ground.definition import COPIES, Definition, text
from tinhso.government.services.ground.states import APPLICANTS
from tinhso.identity.models import Agency

SELF = "self"
RELATIONS = {
    SELF: Text("Cho chính tôi", "For myself"),
    "guardian": Text("Cho người tôi giám hộ hoặc là cha, mẹ", "For somebody I am the guardian or parent of"),
    "authorised": Text("Cho người đã ủy quyền cho tôi", "For somebody who authorised me"),
}
#: The same for a clerk, who files for whoever stands at the counter or wrote.
RELATIONS_AT_COUNTER = {
    SELF: Text("Người đề nghị tự nộp", "The applicant files in person"),
    "guardian": Text("Cha, mẹ hoặc người giám hộ nộp thay", "A parent or guardian files for the applicant"),
    "authorised": Text("Người được ủy quyền nộp thay", "Somebody authorised files for the applicant"),
}
REPRESENTATION = "representation"
_REPRESENTATION = {
    "code": REPRESENTATION,
    "name": {
        "vi": "Giấy tờ chứng minh quyền nộp thay (khai sinh, quyết định giám hộ, giấy ủy quyền)",
        "en": "Paper proving the right to file (birth certificate, guardianship, power of attorney)",
    },
    "kinds": ["electronic", "certified", "copy", "original"],
    "required": True,
    "copies": 1,
}


def documents_of(definition: Definition, who: str) -> list[Mapping[str, Any]]:
    """The papers asked for; whoever files for another also proves that they may."""
    extra = [] if who == SELF else [_REPRESENTATION]
    return [*definition.content["documents"], *extra]


def document_names(definition: Definition) -> dict[str, Text]:
    """Names of papers by the code rows carry."""
    return {item["code"]: text(item["name"]) for item in documents_of(definition, "authorised")}


class KeyedForm(forms.Form):
    """A form sent twice does what it asks once: its key is made with the page."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["key"].initial = uuid4


class PlaceForm(forms.Form):
    """Who is competent, and for whom it is filed."""

    relations, whose = RELATIONS, gettext_lazy("Nộp cho ai")

    def __init__(self, definition: Definition, agencies: Sequence[Agency], *args: Any, **more: Any) -> None:
        super().__init__(*args, prefix="place", **more)
        pairs = [(row.uid, str(row.title)) for row in agencies]
        self.fields["competent"] = choose(pairs, label=_("Cơ quan giải quyết"))
        if len(pairs) == 1:
            self.fields["competent"].initial = pairs[0][0]
        kinds = [(key, str(APPLICANTS[key])) for key in definition.content["audience"]]
        self.fields["applicant_kind"] = choose(kinds, label=_("Người đề nghị là"), initial=kinds[0][0])
        who = [(key, str(words)) for key, words in self.relations.items()]
        self.fields["who"] = choose(who, label=str(self.whose), initial=SELF)


class CounterPlaceForm(PlaceForm):
    """The same, asked of a clerk."""

    relations, whose = RELATIONS_AT_COUNTER, gettext_lazy("Ai nộp")


def _identity_number(required: bool, label: str) -> forms.CharField:
    check = RegexValidator(r"^[0-9A-Za-z][0-9A-Za-z .-]{3,38}$", _("Số giấy tờ chỉ có chữ, số và dấu gạch."))
    return forms.CharField(label=label, max_length=40, required=required, validators=[check])


def _phone() -> forms.CharField:
    check = RegexValidator(r"^\+?[0-9][0-9 .-]{7,18}$", _("Số điện thoại gồm 8 đến 15 chữ số."))
    return forms.CharField(
        label=_("Điện thoại"),
        max_length=20,
        required=False,
        validators=[check],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


def _email() -> forms.EmailField:
    return forms.EmailField(
        label=_("Thư điện tử"), required=False, help_text=_("Để nhận tin về hồ sơ. Không có cũng tra cứu được bằng mã.")
    )


class PeopleForm(forms.Form):
    """The applicant, and whoever files for them (fields `rep_…`)."""

    def __init__(self, who: str, kind: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, prefix="people", **more)
        self.who = who
        citizen = kind == "citizen"
        self.fields["name"] = forms.CharField(
            label=_("Họ và tên người đề nghị") if citizen else _("Tên tổ chức, hộ kinh doanh"), max_length=200
        )
        # A newborn has no number yet.
        number = _("Số định danh cá nhân (căn cước)") if citizen else _("Mã số thuế hoặc mã số doanh nghiệp")
        self.fields["id_number"] = _identity_number(who != "guardian", number)
        if citizen:
            self.fields["birth_date"] = DayField(label=_("Ngày sinh"), required=False)
        self.fields["address"] = forms.CharField(label=_("Nơi ở hoặc trụ sở"), max_length=400)
        self.fields["phone"] = _phone()
        self.fields["email"] = _email()
        if who != SELF:
            self.fields["rep_name"] = forms.CharField(label=_("Họ và tên người nộp thay"), max_length=200)
            self.fields["rep_id_number"] = _identity_number(True, _("Số định danh của người nộp thay"))
            self.fields["rep_phone"] = _phone()
            self.fields["rep_phone"].label = _("Điện thoại của người nộp thay")
            self.fields["rep_email"] = _email()
            self.fields["rep_email"].label = _("Thư điện tử của người nộp thay")

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born and not date(1900, 1, 1) <= born <= today():
            raise forms.ValidationError(_("Ngày sinh không thể ở tương lai hay trước năm 1900."))
        return born

    def applicant(self) -> Party:
        """The person the dossier is about."""
        given = self.cleaned_data
        return Party(
            given["name"],
            given["id_number"],
            given.get("birth_date"),
            given["phone"],
            given["email"],
            given["address"],
        )

    def representative(self) -> Party | None:
        """Whoever files for them; None when they file themselves."""
        if self.who == SELF:
            return None
        given = self.cleaned_data
        return Party(
            given["rep_name"],
            given["rep_id_number"],
            phone=given["rep_phone"],
            email=given["rep_email"],
            relation=self.who,
        )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once: a list, empty where none was chosen."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        super().__init__(widget=SeveralFiles(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.odt"}), **more)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        return [one(file, initial) for file in (data if isinstance(data, list) else [data] if data else [])]


class PapersForm(forms.Form):
    """For every paper asked for: in which kind of copy, and its files."""

    def __init__(self, documents: Iterable[Mapping[str, Any]], *args: Any, **more: Any) -> None:
        super().__init__(*args, prefix="papers", **more)
        self.documents = list(documents)
        for item in self.documents:
            code, name = item["code"], str(text(item["name"]))
            kinds = [(kind, str(COPIES[kind])) for kind in item["kinds"]]
            self.fields[f"{code}__kind"] = forms.ChoiceField(
                label=_("Loại bản: %(paper)s") % {"paper": name}, choices=kinds, required=False
            )
            self.fields[f"{code}__files"] = FilesField(
                label=_("Tệp: %(paper)s") % {"paper": name},
                help_text=_("PDF, ảnh chụp rõ nét (JPG, PNG) hoặc DOCX, ODT; mỗi tệp không quá 20 MB."),
            )

    def kind_of(self, code: str) -> str:
        """The kind of copy chosen for a paper, else the first its definition names."""
        item = next(item for item in self.documents if item["code"] == code)
        typed = str(self.data.get(f"{self.prefix}-{code}__kind", "")) if self.is_bound else ""
        return typed if typed in item["kinds"] else item["kinds"][0]
