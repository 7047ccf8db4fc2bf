"""What is left to say of what was erased when its term was over."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Erased


def erased(at: datetime, place: str = "") -> Erased:
    """The refusal that says since when it is gone."""
    told = _("Dữ liệu cá nhân đã xóa theo thời hạn lưu vào ngày %(day)s.")
    mend = _("Mã hồ sơ, diễn biến và số liệu vẫn còn; nội dung thì không thể lấy lại.")
    return Erased(told % {"day": f"{timezone.localtime(at):%d/%m/%Y}"}, place=place, mend=mend)
