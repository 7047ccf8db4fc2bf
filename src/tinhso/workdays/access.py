from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "workdays.publish",
    Text("Ban hành lịch làm việc", "Publish the working calendar"),
    roles={"administrator", "programme_province"},
)
