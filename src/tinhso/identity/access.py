"""Who may do what with people and agencies."""

from tinhso.foundation.access import ROLES, permission
from tinhso.foundation.text import Text

permission(
    "identity.read_people",
    Text("Xem danh sách người dùng", "Read the list of people"),
    roles={"administrator", "auditor"},
)
permission(
    "identity.manage_users",
    Text("Quản trị người dùng và vai trò", "Manage people and roles"),
    roles={"administrator"},
)
permission(
    "identity.export",
    Text("Kết xuất người dùng, ủy nhiệm, cơ quan", "Export people, mandates, agencies"),
    roles={"auditor"},
)
permission(
    "identity.tokens",
    Text("Tạo mã truy cập cho máy", "Create access tokens for machines"),
    roles=set(ROLES) - {"citizen"},
)
permission(
    "identity.import_agencies",
    Text("Nhập và hoàn tác danh mục cơ quan", "Import and undo the register of agencies"),
    roles={"administrator"},
)
