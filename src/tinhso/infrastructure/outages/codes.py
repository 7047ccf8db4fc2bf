"""The words that outages are written in: kinds of element, states, causes."""

from tinhso.foundation.text import Text

SPAN, NODE = "span", "node"
ELEMENTS = {SPAN: Text("Đoạn cáp", "Span"), NODE: Text("Nút", "Node")}

DOWN, UP = "down", "up"
CHANGES = {DOWN: Text("Mất tín hiệu", "Down"), UP: Text("Có tín hiệu lại", "Up")}

OPEN, RESTORED, CLOSED, MERGED, WITHDRAWN = "open", "restored", "closed", "merged", "withdrawn"
STATES = {
    OPEN: Text("Đang gián đoạn", "Ongoing"),
    RESTORED: Text("Đã khôi phục, chờ đóng", "Restored, to be closed"),
    CLOSED: Text("Đã đóng", "Closed"),
    MERGED: Text("Đã gộp", "Merged"),
    WITHDRAWN: Text("Đã rút", "Withdrawn"),
}
LIVE = (OPEN, RESTORED, CLOSED)

CAUSES = {
    "works": Text("Thi công làm đứt cáp", "Cable cut by works"),
    "power": Text("Mất điện", "Power"),
    "equipment": Text("Hỏng thiết bị", "Equipment"),
    "cable": Text("Cáp hỏng, xuống cấp", "Cable fault or ageing"),
    "weather": Text("Thời tiết, thiên tai", "Weather or natural disaster"),
    "theft": Text("Trộm cắp, phá hoại", "Theft or vandalism"),
    "accident": Text("Tai nạn, cháy", "Accident or fire"),
    "animal": Text("Động vật, cây cối", "Animals or trees"),
    "planned": Text("Bảo trì có kế hoạch", "Planned maintenance"),
    "upstream": Text("Mạng của bên khác", "Another operator's network"),
    "configuration": Text("Cấu hình sai", "Configuration"),
    "false_alarm": Text("Cảnh báo sai", "False alarm"),
    "unknown": Text("Chưa rõ", "Not known"),
}

# What an entry in an outage's history says; those without an actor come from events.
OPENED, ELEMENT_DOWN, ELEMENT_UP, ALL_UP = "opened", "element_down", "element_up", "restored"
CAUSE, WORKS, CLOSE, REOPENED, REPORT = "cause", "works", "closed", "reopened", "report"
MERGE, WITHDRAW, TOLD, EXPECTED = "merged", "withdrawn", "told", "expected"
ENTRIES = {
    OPENED: Text("Mở sự cố", "Opened"),
    ELEMENT_DOWN: Text("Thêm phần tử gián đoạn", "Element down"),
    ELEMENT_UP: Text("Phần tử hoạt động lại", "Element up"),
    ALL_UP: Text("Mọi phần tử hoạt động lại", "All elements up"),
    CAUSE: Text("Ghi nguyên nhân", "Cause"),
    WORKS: Text("Ghi việc đang làm", "Works"),
    CLOSE: Text("Đóng sự cố", "Closed"),
    REOPENED: Text("Mở lại", "Reopened"),
    REPORT: Text("Báo cáo", "Report"),
    MERGE: Text("Gộp vào sự cố khác", "Merged into another"),
    WITHDRAW: Text("Rút lại: không còn sự kiện nào đứng sau", "Withdrawn: no event is left behind it"),
    TOLD: Text("Đã báo cho cơ quan", "Agencies told"),
    EXPECTED: Text("Dự kiến có lại", "Expected back"),
}

PROPOSED, APPROVED, CANCELLED = "proposed", "approved", "cancelled"
WINDOW_STATES = {
    PROPOSED: Text("Chờ duyệt", "Awaiting approval"),
    APPROVED: Text("Đã duyệt", "Approved"),
    CANCELLED: Text("Đã hủy", "Cancelled"),
}

UNIT, AGENCY = "unit", "agency"
SUBJECTS = {UNIT: Text("Đơn vị hành chính", "Administrative unit"), AGENCY: Text("Cơ quan", "Agency")}
