"""PDF files that do things of their own accord are refused, with the name of what they do and how to mend it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.foundation.confined import GaveUp, confined
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text

WALK = Path(__file__).with_name("pdf_walk.py")
#: The words of pdf_walk.py, as people know them.
DEEDS = {
    "script": Text("mã JavaScript", "JavaScript"),
    "launch": Text("lệnh mở chương trình", "a command that starts programs"),
    "attached": Text("tệp nhúng bên trong", "embedded files"),
    "media": Text("âm thanh, phim hay nội dung động", "sound, video or rich media"),
    "automatic": Text("hành động tự chạy", "actions that run by themselves"),
    "sending": Text("hành động gửi hay nhập dữ liệu", "actions that send or import data"),
    "xfa": Text("biểu mẫu XFA", "an XFA form"),
}


def refuse_active(path: Path) -> None:
    """Invalid where a PDF is broken, locked, unpacks beyond measure, or holds anything that acts by itself."""
    try:
        # What opens as an archive as well hides a second file behind the first.
        told = "attached" if zipfile.is_zipfile(path) else confined(WALK, [], path.read_bytes()).decode()
    except GaveUp:
        told = "broken"
    if told == "quiet":
        return
    if told == "locked":
        raise Invalid(
            _("Tệp PDF có mật khẩu hoặc bị khóa."),
            place="file",
            mend=_("Mở tệp, in lại thành PDF không có mật khẩu rồi gửi."),
        )
    if told not in DEEDS:
        raise Invalid(_("Tệp PDF hỏng, không đọc được."), place="file", mend=_("Xuất hoặc quét lại tệp rồi gửi."))
    raise Invalid(
        _("Tệp PDF chứa %(what)s nên không được nhận.") % {"what": DEEDS[told]},
        place="file",
        mend=_("Mở tệp, chọn in rồi lưu thành PDF mới (hoặc chụp ảnh trang giấy), và gửi tệp mới đó."),
    )
