"""Rows of the digital transformation index that indicators give evidence towards: commune method of 2026."""

from tinhso.foundation.text import Text

ROWS = {
    "1.1": Text("Khả năng truy nhập băng rộng cố định trên 1 Gb/s", "Access to fixed broadband above 1 Gb/s"),
    "1.2": Text("Dân số được phủ sóng 5G", "Population covered by 5G"),
    "1.3": Text("Hộ gia đình có băng rộng cáp quang", "Households on fibre broadband"),
}
