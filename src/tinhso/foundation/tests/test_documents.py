"""PDF and spreadsheets: exact Vietnamese, the same bytes for the same input, text that stays text."""

import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation import pdf, xlsx
from tinhso.foundation.csv_cells import guarded, unguarded

MOMENT = datetime(2021, 12, 31, 12, 30, 1, 999, tzinfo=UTC)
EXACT = "Thỏa thuận · ăâđêôơư ẮẰẲẴẶ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ýỳỷỹỵ · Đ đ · “”"


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "a.typ"
    path.write_text('#set text(font: "Tinos", lang: "vi")\n#let d = json(bytes(sys.inputs.data))\n#d.text *#d.text*')
    return path


def test_a_pdf_says_what_it_was_given(template, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf.render(template, {"text": EXACT}, moment=MOMENT))
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert " ".join(text.split()).count(EXACT) == 2


def test_equal_input_gives_equal_bytes_of_an_archival_pdf(template):
    first = pdf.render(template, {"text": EXACT, "a": 1}, moment=MOMENT)
    assert first == pdf.render(template, {"a": 1, "text": EXACT}, moment=MOMENT)
    assert first.startswith(b"%PDF-") and b"pdfaid:part" in first


@pytest.mark.parametrize(
    "text", ["#panic()", '#read("/etc/passwd")', '#read("../secret")', '#import "@preview/x:1.0.0": y']
)
def test_data_is_never_code(template, tmp_path, text):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf.render(template, {"text": text}, moment=MOMENT))
    shown = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert text[:8] in shown


def test_a_template_that_lacks_its_data_says_so(template):
    with pytest.raises(pdf.PdfFailed) as failed:
        pdf.render(template, {}, moment=MOMENT)
    assert failed.value.place == "a.typ" and "text" in str(failed.value)


def test_a_template_reads_only_its_own_folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("x")
    path = tmp_path / "in" / "a.typ"
    path.write_text('#read("../secret")')
    with pytest.raises(pdf.PdfFailed):
        pdf.render(path, {}, moment=MOMENT)


def reopened(*sheets: xlsx.Sheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write(sheets)))


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "\r=1"])
def test_text_that_looks_like_a_formula_stays_text(text):
    cell = reopened(xlsx.Sheet("a", ["h"], [[text]])).active["A2"]
    assert cell.data_type == "s" and cell.quotePrefix and str(cell.value).strip() == text.strip()


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-", "'a", "a=1", "'", ""])
def test_a_csv_cell_is_no_formula_and_reads_back_unchanged(text):
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) and unguarded(cell) == text
    assert guarded(-5) == -5


def test_values_keep_their_kind():
    row = reopened(xlsx.Sheet("a", ["h"], [[1, Fraction(1, 2), date(2021, 12, 31), None, "chữ", 10**18]])).active[2]
    assert [cell.value for cell in row][:2] == [1, 0.5] and row[1].number_format == "0.00%"
    assert row[2].value.date() == date(2021, 12, 31) and row[3].value is None
    assert row[4].value == "chữ" and row[5].value == str(10**18)


def test_sheet_titles_are_made_fit_and_distinct():
    names = reopened(*[xlsx.Sheet("Kết quả [2021]/rất dài " + "x" * 40, ["h"], []) for _ in range(3)]).sheetnames
    assert len(set(names)) == 3 and all(len(name) <= 31 for name in names)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_written_and_read_back_as_text(text):
    cell = reopened(xlsx.Sheet("a", ["h"], [[text]])).active["A2"]
    assert cell.data_type != "f" and not (text and cell.value is None and text.strip())
