from tinhso.foundation.access import ROLES, permission
from tinhso.foundation.text import Text

permission(
    "outages.read",
    Text("Xem bảng trực sự cố", "See the board of outages"),
    roles={"engineer", "programme_operator", "programme_province"},
)
permission(
    "outages.handle",
    Text("Xử lý sự cố, lập kế hoạch bảo trì", "Handle outages, plan maintenance"),
    roles={"engineer", "programme_operator"},
)
permission(
    "outages.approve",
    Text("Duyệt kế hoạch bảo trì", "Approve planned maintenance"),
    roles={"programme_operator", "leader"},
)
permission(
    "outages.import",
    Text("Nhập và hoàn tác sự kiện mạng", "Import and undo network events"),
    roles={"engineer"},
)
permission(
    "outages.sources",
    Text("Quản lý nguồn cảnh báo", "Manage senders of alarms"),
    roles={"engineer", "administrator"},
)
permission(
    "outages.promise",
    Text("Đặt mức sẵn sàng cam kết và địa chỉ báo tin", "Set promised availability and addresses to tell"),
    roles={"programme_operator", "programme_province"},
)
permission(
    "outages.own",
    Text("Xem sự cố và tin báo của cơ quan mình", "See the outages of one's own agency and what it was told"),
    roles=set(ROLES) - {"citizen"},
)
