from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "files.read_internal",
    Text("Đọc tệp nội bộ", "Read internal files"),
    roles={"programme_province", "programme_operator", "leader", "auditor"},
)
