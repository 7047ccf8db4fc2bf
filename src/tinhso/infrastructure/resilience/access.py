from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "resilience.manage",
    Text("Ghi nhóm rủi ro chung và độ tin cậy của phần tử mạng", "Record shared risk groups and reliability"),
    roles={"engineer"},
)
