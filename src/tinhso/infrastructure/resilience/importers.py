"""The CSV importers as the list of imports knows them."""

from tinhso.files.importers import Importer, importers
from tinhso.foundation.text import Text

for _code, _title in (
    ("resilience.groups", Text("Nhóm rủi ro chung (CSV)", "Shared risk groups (CSV)")),
    ("resilience.reliability", Text("Độ tin cậy phần tử mạng (CSV)", "Reliability of network elements (CSV)")),
):
    importers.add(_code, Importer(_code, _title, "resilience.manage"))
