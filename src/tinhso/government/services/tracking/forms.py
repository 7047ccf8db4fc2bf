"""What people type on a dossier's page: supplements, a wish to withdraw, a rating."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.text import Text
from tinhso.government.services.filing.forms import FilesField, KeyedForm, document_names
from tinhso.government.services.models import Dossier
from tinhso.government.services.tracking.commands import OTHER, Given
from tinhso.government.services.tracking.timeline import asked

#: Before the code of a paper asked for, in the name of its field.
ASKED = "asked_"
STARS = {
    5: Text("Rất hài lòng", "Very satisfied"),
    4: Text("Hài lòng", "Satisfied"),
    3: Text("Bình thường", "Neither"),
    2: Text("Không hài lòng", "Dissatisfied"),
    1: Text("Rất không hài lòng", "Very dissatisfied"),
}


class TrackForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Mã hồ sơ"), max_length=60)
    secret = forms.CharField(
        label=gettext_lazy("Mã bí mật"),
        max_length=40,
        help_text=gettext_lazy("Mười chữ và số in trên giấy tiếp nhận hồ sơ và hẹn trả."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class SupplementForm(KeyedForm):
    """One field for every paper that was asked for, and one for any other."""

    document = forms.ChoiceField(label=gettext_lazy("Giấy tờ khác là"))
    papers = FilesField(
        label=gettext_lazy("Tệp của giấy tờ khác"),
        help_text=gettext_lazy("PDF, ảnh chụp rõ nét (JPG, PNG) hoặc DOCX, ODT; mỗi tệp không quá 20 MB."),
    )

    def __init__(self, dossier: Dossier, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        names = document_names(dossier.version.definition)
        self.asked = asked(dossier)
        self.codes = list(self.asked.papers) if self.asked else []
        how = self.fields["papers"].help_text
        for code in self.codes:
            self.fields[f"{ASKED}{code}"] = FilesField(label=str(names[code]), required=True, help_text=how)
        self.order_fields([f"{ASKED}{code}" for code in self.codes])
        if not self.codes:
            self.fields["document"].label, self.fields["papers"].label = _("Đây là"), _("Tệp")
        pairs = [(code, str(name)) for code, name in names.items()]
        self.fields["document"].choices = [*pairs, (OTHER, _("Giấy tờ khác"))]  # type: ignore[attr-defined]

    def given(self) -> list[Given]:
        """What was chosen, as the command takes it."""
        chosen = [(code, self.cleaned_data[f"{ASKED}{code}"]) for code in self.codes]
        chosen.append((self.cleaned_data["document"], self.cleaned_data["papers"]))
        return [Given(code, "electronic", file) for code, files in chosen for file in files]


class WithdrawForm(KeyedForm):
    reason = forms.CharField(
        label=gettext_lazy("Lý do xin rút"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(KeyedForm):
    stars = forms.TypedChoiceField(
        label=gettext_lazy("Bạn thấy việc giải quyết hồ sơ thế nào?"),
        coerce=int,
        choices=lambda: [(str(stars), str(words)) for stars, words in STARS.items()],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("Góp ý"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
