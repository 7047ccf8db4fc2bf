from tinhso.foundation.access import permission
from tinhso.foundation.text import Text

permission(
    "places.import",
    Text("Nhập và hoàn tác dữ liệu địa bàn", "Import places and take imports back"),
    roles={"administrator", "programme_province"},
)
