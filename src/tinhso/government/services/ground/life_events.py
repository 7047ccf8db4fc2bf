"""Life events: what happens in a life or a business that makes people look for a procedure."""

from tinhso.foundation.text import Text

LIFE_EVENTS = {
    "birth": Text("Sinh con", "Having a child"),
    "marriage": Text("Kết hôn", "Marrying"),
    "residence": Text("Cư trú", "Moving house"),
    "study": Text("Học tập", "Studying"),
    "work": Text("Việc làm", "Working"),
    "land": Text("Nhà đất", "House and land"),
    "building": Text("Xây nhà", "Building a house"),
    "business": Text("Mở quán, kinh doanh", "Opening a shop, doing business"),
    "driving": Text("Xe cộ, vận tải", "Vehicles and transport"),
    "health": Text("Khám chữa bệnh", "Health care"),
    "disability": Text("Khuyết tật", "Disability"),
    "elderly": Text("Người cao tuổi, bảo trợ", "Old age and social protection"),
    "death": Text("Mất người thân", "Losing a relative"),
}
