from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "infrastructure.exact_routes",
    Text("Xem tuyến cáp chính xác", "See exact routes"),
    roles={"engineer"},
)
permission(
    "infrastructure.import",
    Text("Nhập và hoàn tác dữ liệu mạng", "Import and undo network data"),
    roles={"engineer"},
)
permission(
    "infrastructure.choose_core",
    Text("Chọn nút lõi và nơi đấu nối cơ quan", "Choose core nodes and agency connections"),
    roles={"engineer", "programme_operator"},
)
