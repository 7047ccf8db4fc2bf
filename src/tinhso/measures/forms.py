"""Forms of the figure pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.dates import today
from tinhso.measures.questions import LONGEST


class QuestionForm(forms.Form):
    """A question on a figure. `website` is a trap: people do not see it, machines fill it in."""

    text = forms.CharField(
        label=_("Câu hỏi của bạn"),
        help_text=_("Từ 10 ký tự. Đừng ghi thông tin cá nhân: câu hỏi sẽ được công khai."),
        min_length=10,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name = forms.CharField(label=_("Tên hiển thị"), max_length=80, required=False)


class AnswerForm(forms.Form):
    """The owner's answer."""

    text = forms.CharField(
        label=_("Trả lời"), min_length=10, max_length=2 * LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    file = forms.FileField(label=_("Tệp bằng chứng (sẽ công khai)"), required=False)


class DecisionForm(forms.Form):
    """A moderator's decision."""

    decision = forms.ChoiceField(
        label=_("Quyết định"), choices=[("release", _("Công khai")), ("reject", _("Từ chối"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Lý do (bắt buộc khi từ chối)"), max_length=LONGEST, required=False)


class MeasureForm(forms.Form):
    """What to measure, and as of which day."""

    as_of = forms.DateField(
        label=_("Đo tại ngày"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
