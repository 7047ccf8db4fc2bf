"""Pages: what everyone reads, what only the right side may write, and files that open again."""

import io
import json
import shutil
import subprocess
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from tinhso.files.models import StoredFile
from tinhso.programme import commands
from tinhso.programme.models import Claim, Commitment, Review, ReviewSignature
from tinhso.programme.reviews import signing_of
from tinhso.programme.tests import recipes
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
FIBRE = "fibre-communes"
AT = "?ngay=2021-12-31"


@pytest.fixture(autouse=True)
def agreement(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SECOND_FACTOR_ROLES = []
    recipes.signed_agreement()


def said_by_operator(**given: object) -> Claim:
    said = {"commitment": FIBRE, "value": "100%", "as_of": date(2020, 12, 31), "reason": "Biên bản nghiệm thu"}
    return commands.claim(actor=SYSTEM, by=recipes.OPERATOR_SIDE, **{**said, **given})


def signed_review(title: str = "Rà soát năm 2021") -> Review:
    review = commands.open_review(
        actor=SYSTEM,
        by=recipes.PROVINCE_SIDE,
        title_vi=title,
        title_en="Review of 2021",
        period_from=date(2021, 1, 1),
        period_to=date(2021, 12, 31),
    )
    for side in (recipes.PROVINCE_SIDE, recipes.OPERATOR_SIDE):
        commands.sign_review(
            actor=SYSTEM, by=side, uid=review.uid, content_sha256=signing_of(review).sha256, position="Chủ tịch"
        )
    return review


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_everyone_reads_agreement_and_commitments(client, prefix):
    recipes.measured(recipes.FIBRE, "2020-12-31", 225, 226)
    said_by_operator()
    page = client.get(f"{prefix}/thoa-thuan/{recipes.AGREEMENT}/{AT}")
    text = page.content.decode()
    assert page.status_code == 200
    assert (
        "Thiếu chỉ số và đơn vị đo, chỉ tiêu" if not prefix else "Missing an indicator and its unit, a target"
    ) in text
    assert "Phạm Đình Nghị" in text and ("99,5%" if not prefix else "99.5%") in text
    assert client.get(f"{prefix}/thoa-thuan/{AT}").status_code == 200
    for uid in Commitment.objects.known_at().values_list("uid", flat=True):
        assert client.get(f"{prefix}/cam-ket/{uid}/{AT}").status_code == 200


def test_the_difference_between_claim_and_measurement_is_explained(client):
    recipes.measured(recipes.FIBRE, "2020-12-31", 225, 226)
    said = said_by_operator()
    commands.appraise(actor=SYSTEM, by=recipes.PROVINCE_SIDE, claim=said, value="225/226", reason="Thiếu một xã")
    text = client.get(f"/cam-ket/{FIBRE}/{AT}").content.decode()
    assert "Doanh nghiệp báo +0,4 điểm phần trăm so với số đo cùng ngày." in text
    assert "Thẩm định thay đổi −0,4 điểm phần trăm so với báo cáo: Thiếu một xã" in text


def test_empty_states(client):
    before = client.get(f"/thoa-thuan/{recipes.AGREEMENT}/?ngay=2019-01-01").content.decode()
    assert "chưa có hiệu lực ngày này" in before
    assert "Chưa có thỏa thuận nào" in client.get("/thoa-thuan/?ngay=2019-01-01").content.decode()
    assert "không có hiệu lực ngày này" in client.get(f"/cam-ket/{FIBRE}/?ngay=2019-01-01").content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/thoa-thuan/no-such/", 404),
        ("/cam-ket/no-such/", 404),
        ("/ra-soat/no-such/", 404),
        (f"/cam-ket/{FIBRE}/?ngay=hom-qua", 422),
        (f"/thoa-thuan/{recipes.AGREEMENT}/pdf/?ngay=2019-01-01", 404),
    ],
)
def test_wrong_addresses(client, address, status):
    assert client.get(address).status_code == status


def people() -> dict[str, object]:
    recipes.agency("nd.stttt", "Sở Thông tin và Truyền thông", kind="department", parent_uid=recipes.PROVINCE_AGENCY)
    return {
        "nobody": None,
        "citizen": recipes.person("citizen", "citizen"),
        "province": recipes.person("province", "programme_province", recipes.PROVINCE_AGENCY),
        "department": recipes.person("department", "programme_province", "nd.stttt"),
        "operator": recipes.person("operator", "programme_operator", recipes.OPERATOR_AGENCY),
        "operator of nobody": recipes.person("stranger", "programme_operator", recipes.PROVINCE_AGENCY),
        "auditor": recipes.person("auditor", "auditor"),
        "leader of the province": recipes.person("leader", "leader", recipes.PROVINCE_AGENCY),
    }


OFFICES = {"province", "department", "operator"}
MATRIX = [
    (f"/thoa-thuan/{recipes.AGREEMENT}/sua/", OFFICES),
    (f"/thoa-thuan/{recipes.AGREEMENT}/cam-ket-moi/", OFFICES),
    (f"/thoa-thuan/{recipes.AGREEMENT}/ra-soat-moi/", OFFICES),
    (f"/cam-ket/{FIBRE}/sua/", OFFICES),
    (f"/cam-ket/{FIBRE}/cham-dut/", OFFICES),
    (f"/cam-ket/{FIBRE}/bao-ket-qua/", OFFICES),
    (f"/cam-ket/{FIBRE}/bang-chung/", OFFICES),
    (f"/ra-soat/{recipes.AGREEMENT}-r1/", OFFICES | {"auditor", "leader of the province"}),
    (f"/ra-soat/{recipes.AGREEMENT}-r1/sua/", OFFICES),
    (f"/ra-soat/{recipes.AGREEMENT}-r1/ky/", OFFICES | {"leader of the province"}),
]


@pytest.mark.parametrize(("address", "allowed"), MATRIX)
def test_who_may_open_what(client, address, allowed):
    commands.open_review(
        actor=SYSTEM,
        by=recipes.PROVINCE_SIDE,
        title_vi="Rà soát",
        title_en="Review",
        period_from=date(2021, 1, 1),
        period_to=date(2021, 6, 30),
    )
    opened = set()
    for name, user in people().items():
        client.logout()
        if user is not None:
            client.force_login(user)
        if client.get(address).status_code == 200:
            opened.add(name)
    assert opened == allowed


def test_an_officer_claims_with_evidence_and_the_other_side_appraises(client):
    client.force_login(recipes.person("vnpt", "programme_operator", recipes.OPERATOR_AGENCY))
    upload = io.BytesIO(b"%PDF-1.7 bien ban")
    upload.name = "Biên bản.pdf"
    posted = {"value": "226/226", "as_of": "2020-12-31", "reason": "Biên bản", "file": upload}
    assert client.post(f"/cam-ket/{FIBRE}/bao-ket-qua/", posted).status_code == 302
    said = Claim.objects.get()
    page = client.get(f"/cam-ket/{FIBRE}/{AT}").content.decode()
    assert StoredFile.objects.get().sha256 in page and f"/tham-dinh/{said.pk}/" not in page
    refused = client.post(f"/cam-ket/{FIBRE}/tham-dinh/{said.pk}/", {"value": "100%", "reason": "đủ"})
    assert refused.status_code == 403
    assert client.get(f"/cam-ket/{FIBRE}/tham-dinh/{said.pk}/").status_code == 403
    client.force_login(recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY))
    assert f"/tham-dinh/{said.pk}/" in client.get(f"/cam-ket/{FIBRE}/{AT}").content.decode()
    assert "226/226 tính đến 31/12/2020" in client.get(f"/cam-ket/{FIBRE}/tham-dinh/{said.pk}/").content.decode()
    granted = client.post(f"/cam-ket/{FIBRE}/tham-dinh/{said.pk}/", {"value": "219/226", "reason": "Thiếu 7 biên bản"})
    assert granted.status_code == 302 and said.appraisals.get().numerator == 219


def test_what_a_command_refuses_is_shown_at_its_field(client):
    client.force_login(recipes.person("vnpt", "programme_operator", recipes.OPERATOR_AGENCY))
    page = client.post(f"/cam-ket/{FIBRE}/bao-ket-qua/", {"value": "rất nhiều", "as_of": "2020-12-31", "reason": "x"})
    assert page.status_code == 422 and "không phải là một giá trị" in page.content.decode()
    assert not Claim.objects.exists()


def test_a_commitment_is_edited_and_its_history_shows_it(client):
    client.force_login(recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY))
    address = reverse("programme:edit_commitment", args=["digital-government"])
    form = client.get(address).context["form"]
    posted = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (None, False)}
    changed = {**posted, "text_vi": "80% dịch vụ công toàn trình", "comparator": "ge", "target": "80%"}
    assert client.post(address, changed).status_code == 302
    page = client.get(f"/cam-ket/digital-government/{AT}").content.decode()
    assert "Ghi cam kết" in page and "tinh (thử)" in page and "Hợp tác phát triển chính quyền số" in page
    assert client.post(address, changed).status_code == 422, "the version shown is no longer the current one"


def test_a_review_is_drafted_and_signed_by_both_on_pages(client):
    province = recipes.person("tinh", "programme_province", recipes.PROVINCE_AGENCY)
    operator = recipes.person("vnpt", "programme_operator", recipes.OPERATOR_AGENCY)
    client.force_login(province)
    posted = {
        "title_vi": "Rà soát 2021",
        "title_en": "Review 2021",
        "period_from": "2021-01-01",
        "period_to": "2021-12-31",
    }
    assert client.post(f"/thoa-thuan/{recipes.AGREEMENT}/ra-soat-moi/", posted).status_code == 302
    review = Review.objects.known_at().get()
    findings = {"summary": "Chung", "version": review.pk, "finding-0": "Đủ 226 xã", "action-0": "Giữ vững"}
    assert client.post(f"/ra-soat/{review.uid}/sua/", findings).status_code == 302
    for user in (province, operator):
        client.force_login(user)
        page = client.get(f"/ra-soat/{review.uid}/ky/")
        sha256 = page.context["form"]["content_sha256"].value()
        signed = client.post(f"/ra-soat/{review.uid}/ky/", {"position": "Giám đốc", "content_sha256": sha256})
        assert signed.status_code == 302
    client.logout()
    page = client.get(f"/ra-soat/{review.uid}/").content.decode()
    assert "Hai bên đã ký" in page and "Đủ 226 xã" in page
    content = client.get(f"/ra-soat/{review.uid}/noi-dung.json").content
    assert content.decode() == ReviewSignature.objects.first().content


def text_of(pdf: bytes, tmp_path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    out = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(out.split())


def test_the_review_as_pdf_says_exactly_what_was_signed(client, tmp_path):
    measurement = recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    review = signed_review("Rà soát: ừ ễ ợ ậ Đ #set text(red) $x$ *đậm*")
    address = f"/ra-soat/{review.uid}/pdf/"
    first = client.get(address)
    assert first["Content-Type"] == "application/pdf" and b"pdfaid" in first.content
    assert first.content == client.get(address).content, "equal input gives equal bytes"
    text = text_of(first.content, tmp_path)
    assert "Rà soát: ừ ễ ợ ậ Đ #set text(red) $x$ *đậm*" in text
    assert signing_of(review).sha256 in text and f"(phép đo số {measurement.pk})" in text.replace("- ", "")
    assert text.count("Chủ tịch") == 2


def test_the_agreement_as_pdf_in_both_languages(client, tmp_path):
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    vi = text_of(client.get(f"/thoa-thuan/{recipes.AGREEMENT}/pdf/{AT}").content, tmp_path)
    assert "Thỏa thuận hợp tác chiến lược về viễn thông và công nghệ thông tin giai đoạn 2021–2025" in vi
    assert "Sổ chứng cứ chưa có điểm kiểm" in vi
    en = text_of(client.get(f"/en/thoa-thuan/{recipes.AGREEMENT}/pdf/{AT}").content, tmp_path)
    assert "Strategic cooperation agreement" in en and "Not measurable" in en


def test_the_spreadsheets_open_again_and_text_stays_text(client):
    recipes.measured(recipes.FIBRE, "2020-12-31", 225, 226)
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/thoa-thuan/{recipes.AGREEMENT}/xlsx/{AT}").content), data_only=False
    )
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 14
    fibre = next(row for row in rows if row[0] == FIBRE)
    assert fibre[7:9] == (225, 226) and fibre[13] == "Không đạt"
    review = signed_review('=HYPERLINK("http://x")')
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/ra-soat/{review.uid}/xlsx/").content))
    cell = book.worksheets[1]["B2"]
    assert cell.value == '=HYPERLINK("http://x")' and cell.data_type == "s" and cell.quotePrefix


def test_signed_content_is_canonical_json(client):
    review = signed_review()
    content = client.get(f"/ra-soat/{review.uid}/noi-dung.json").content
    assert json.loads(content)["format"] == "tinhso-review-1"


def test_pages_cost_few_queries(client, django_assert_max_num_queries):
    recipes.measured(recipes.FIBRE, "2020-12-31", 225, 226)
    signed_review()
    with django_assert_max_num_queries(16):
        client.get(f"/thoa-thuan/{recipes.AGREEMENT}/{AT}")
    with django_assert_max_num_queries(16):
        client.get(f"/cam-ket/{FIBRE}/{AT}")
