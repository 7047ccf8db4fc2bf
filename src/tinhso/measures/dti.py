"""Rows of the digital transformation index that indicators give evidence towards: commune method of 2026."""

from tinhso.foundation.text import Text

ROWS = {
    "1.1": Text("Khả năng truy nhập băng rộng cố định trên 1 Gb/s", "Access to fixed broadband above 1 Gb/s"),
    "1.2": Text("Dân số được phủ sóng 5G", "Population covered by 5G"),
    "1.3": Text("Hộ gia đình có băng rộng cáp quang", "Households on fibre broadband"),
    "4.3": Text("Sử dụng dịch vụ công trực tuyến", "Use of online public services"),
    "4.4": Text("Hồ sơ trực tuyến toàn trình", "Dossiers fully online"),
    "4.5": Text("Hài lòng khi sử dụng dịch vụ công trực tuyến", "Satisfaction with online public services"),
    "4.6": Text("Hồ sơ thủ tục hành chính giải quyết đúng hạn", "Dossiers of procedures processed on time"),
    "4.10": Text("Hồ sơ, kết quả giải quyết được số hóa", "Digitised dossiers and results"),
}
