"""The importer of broadband measurements; nothing rests on them but figures, which pin what was known."""

from tinhso.files.importers import Importer, importers
from tinhso.foundation.text import Text

SPEED_TESTS = "coverage.speed_tests"

importers.add(
    SPEED_TESTS,
    Importer(SPEED_TESTS, Text("Kết quả đo băng rộng", "Broadband measurements"), "coverage.import_tests"),
)
