"""Where and why a text is not JSON, in the reader's language and with what to do about it."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid


def json_words(message: str) -> tuple[str, str]:
    """What the standard library's message means and how to mend it; the message itself where it is not known."""
    known = {
        "Expecting value": (
            _("chỗ này cần một giá trị"),
            _("Ghi một giá trị (chuỗi trong nháy kép, số, true, false, null, [ hoặc {), hoặc bỏ dấu phẩy thừa."),
        ),
        "Expecting ',' delimiter": (_("thiếu dấu phẩy hoặc dấu đóng"), _("Thêm dấu phẩy, ] hoặc } ở chỗ này.")),
        "Expecting ':' delimiter": (_("thiếu dấu hai chấm sau tên trường"), _("Thêm : giữa tên và giá trị.")),
        "Expecting property name enclosed in double quotes": (
            _("chỗ này cần tên trường trong nháy kép"),
            _('Viết tên trường dạng "tên", hoặc bỏ dấu phẩy thừa trước }.'),
        ),
        "Illegal trailing comma before end of object": (_("dấu phẩy thừa trước }"), _("Bỏ dấu phẩy này.")),
        "Illegal trailing comma before end of array": (_("dấu phẩy thừa trước ]"), _("Bỏ dấu phẩy này.")),
        "Extra data": (_("còn chữ sau khi JSON đã hết"), _("Bỏ phần thừa; một tệp chỉ chứa một giá trị JSON.")),
        "Unterminated string starting at": (_("chuỗi mở ở đây không đóng"), _("Thêm dấu nháy kép đóng chuỗi.")),
        "Invalid control character at": (_("chuỗi chứa ký tự điều khiển"), _("Viết xuống dòng là \\n, tab là \\t.")),
        "Invalid \\escape": (_("dấu \\ đứng trước ký tự lạ"), _("Viết \\\\ cho một dấu \\.")),
        "Invalid \\uXXXX escape": (_("\\u cần đúng bốn chữ số hệ 16"), _("Viết đủ bốn chữ số, ví dụ \\u0111.")),
    }
    start = message.rstrip(": ")
    return known.get(start, (start, _("Kiểm tra dấu ngoặc, dấu phẩy và dấu nháy kép ở chỗ này.")))


def json_fault(error: json.JSONDecodeError, what: str) -> Invalid:
    """The refusal of a text that is not JSON: `what` is it, with line and column (both from 1)."""
    why, mend = json_words(error.msg)
    place = _("dòng %(line)d, cột %(column)d") % {"line": error.lineno, "column": error.colno}
    return Invalid(f"{what}: {why}.", place=place, mend=mend, code="bad-json")


def body_fault(raw: bytes) -> Invalid | None:
    """Why a request's body is not JSON; None where it is."""
    told = _("Nội dung gửi lên không phải JSON")
    try:
        json.loads(raw.decode("utf-8"))
    except json.JSONDecodeError as error:
        return json_fault(error, told)
    except UnicodeDecodeError as error:
        why, place = _("không phải UTF-8"), _("byte %(at)d") % {"at": error.start + 1}
        return Invalid(f"{told}: {why}.", place=place, mend=_("Gửi bằng mã UTF-8."), code="bad-json")
    except (RecursionError, ValueError):
        return Invalid(f"{told}.", place="body", mend=_("Bớt các tầng lồng nhau và những số quá dài."), code="bad-json")
    return None
