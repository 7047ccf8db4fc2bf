"""The ways into public services, on the pages where a person begins: home and the own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tinhso.foundation.access import may
from tinhso.foundation.entries import Entry, entries_for
from tinhso.foundation.panels import panel
from tinhso.foundation.text import Text

MINE = (
    Entry("services:mine", Text("Hồ sơ của tôi", "My dossiers")),
    Entry("services:drafts", Text("Bản nháp của tôi", "My drafts")),
    Entry("services:procedures", Text("Nộp hồ sơ mới", "File a new dossier")),
)
WORK = (
    Entry("services:desk", Text("Bàn làm việc", "Desk")),
    Entry("services:board", Text("Bảng điều hành hồ sơ", "Board of dossiers")),
    Entry("services:succession", Text("Hồ sơ của cơ quan đã kết thúc", "Dossiers of agencies that ended")),
    Entry("services:registers", Text("Sổ theo dõi hồ sơ (mẫu 07)", "Registers of dossiers (form 07)")),
    Entry("services:reports", Text("Báo cáo giải quyết thủ tục", "Reports on procedures")),
    Entry("services:sync", Text("Đồng bộ với Cổng quốc gia", "Synchronisation with the national portal")),
    Entry("services:edit_catalogue", Text("Biên tập danh mục thủ tục", "Edit the catalogue of procedures")),
)
INDEX = Entry("services:index766", Text("Chỉ số phục vụ người dân, doanh nghiệp", "Service index"))


@panel("person.work", "services", "services/entries.html", order=10)
def work(request: HttpRequest, **subject: Any) -> dict | None:
    """What a person may open; nothing for those without a part in public services."""
    mine = entries_for(request.user, MINE) if may(request.user, "services.file") else []
    staff = entries_for(request.user, WORK)
    if not (mine or staff):
        return None
    return {"entries": [*mine, *staff, *entries_for(request.user, [INDEX])]}
