"""Who plans, who approves, who records works."""

from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "planning.plan",
    Text("Lập phương án mạng, bảng giá, tuyến ứng viên", "Make plans, price lists and candidate sets"),
    roles={"engineer", "programme_province", "programme_operator"},
)
permission(
    "planning.approve",
    Text("Duyệt đợt đầu tư", "Approve phases"),
    roles={"leader", "programme_operator"},
)
permission(
    "planning.works",
    Text("Ghi khởi công và hoàn thành", "Record construction and completion"),
    roles={"engineer"},
)
permission(
    "planning.survey",
    Text("Nhập khảo sát hoàn công đã ký", "Import signed as-built surveys"),
    roles={"engineer", "programme_operator"},
)
