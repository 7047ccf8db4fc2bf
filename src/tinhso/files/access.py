from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "files.read_internal",
    Text("Đọc tệp nội bộ", "Read internal files"),
    roles={"programme_province", "programme_operator", "leader", "auditor"},
)
permission(
    "files.read_imports",
    Text("Xem mọi lần nhập dữ liệu", "Read every import"),
    roles={"administrator", "auditor"},
)
permission(
    "files.undo_imports",
    Text("Hoàn tác một lần nhập dữ liệu", "Take an import back"),
    roles={"administrator"},
)
