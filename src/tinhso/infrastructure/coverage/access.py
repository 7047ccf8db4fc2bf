from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "coverage.import_tests",
    Text("Nhập kết quả đo băng rộng", "Import broadband measurements"),
    roles={"engineer", "programme_province", "programme_operator"},
)
permission(
    "coverage.set_level",
    Text("Đặt mức dịch vụ băng rộng", "Set the broadband service level"),
    roles={"programme_province"},
)
