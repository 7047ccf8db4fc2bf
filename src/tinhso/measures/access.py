"""Who may measure, moderate and answer."""

from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

OFFICERS = {"programme_province", "programme_operator"}

permission("measures.run", Text("Chạy phép đo", "Run measurements"), roles={*OFFICERS, "administrator"})
permission("measures.answer", Text("Trả lời câu hỏi về số liệu", "Answer questions on figures"), roles=OFFICERS)
permission("measures.moderate", Text("Kiểm duyệt câu hỏi", "Moderate questions"), roles={*OFFICERS, "editor"})
permission("measures.private", Text("Xem phần riêng tư của bằng chứng", "Read private evidence"), roles={"auditor"})
