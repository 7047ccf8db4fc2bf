import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tinhso.identity.models import RoleGrant, User
from tinhso.measures.commands import measure
from tinhso.measures.models import Measurement, Question
from tinhso.measures.tests import recipes
from tinhso.measures.tests.recipes import measured, parity_indicator, province, registered
from tinhso.proof import sequencer
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


@pytest.fixture
def indicator():
    numbers = [{"number": number, "unit": f"{13600 + number}"} for number in range(1, 4)]
    with registered(parity_indicator(numbers)) as item:
        yield item


def somebody(role):
    user = User.objects.create_user(username=role, full_name=role)
    RoleGrant.objects.create(
        user=user, role=role, valid_from=date(2020, 1, 1), granted_by="system", granted_by_name="Tests"
    )
    return user


def figure(client, **query):
    return client.get("/chi-so/tests.parity/", {"pham-vi": recipes.SCOPE, **query})


def test_a_figure_tells_its_value_its_rows_and_its_rule(client, indicator):
    province()
    made = measured(20)
    page = figure(client).content.decode()
    for said in ("50%", "10/20", "Số 7", "Số chia hết cho hai.", "def count(inputs)", made.rows_root, "31/12/2021"):
        assert said in page
    english = client.get("/en/chi-so/tests.parity/", {"pham-vi": recipes.SCOPE}).content.decode()
    assert "Even numbers" in english and "Rows counted" in english


def test_large_numbers_are_grouped_as_each_language_does(client, indicator):
    province()
    measured(1200)
    page = figure(client).content.decode()
    assert "600/1.200" in page and "600/1200" not in page and "1–25" in page
    english = client.get("/en/chi-so/tests.parity/", {"pham-vi": recipes.SCOPE}).content.decode()
    assert "600/1,200" in english and ">Số chia hết cho hai.<" not in english
    assert ">Numbers divisible by two.<" in english


def test_a_day_before_any_measurement_says_so(client, indicator):
    province()
    measured(20)
    assert "Chưa có phép đo nào đến ngày này" in figure(client, ngay="2020-06-01").content.decode()
    assert figure(client, ngay="hôm qua").status_code == 422
    assert client.get("/chi-so/unknown.indicator/").status_code == 404


def test_rows_are_filtered_and_paged(client, indicator):
    province()
    measured(120)
    page = figure(client, loc="yes", trang="2").content.decode()
    assert "Số 52<" in page and "Số 50<" not in page and "Số 51<" not in page and "Số 2<" not in page
    assert "Số 77<" in figure(client, tim="so 77").content.decode()


def test_a_measurement_keeps_its_address_when_another_follows(client, indicator):
    province()
    first, second = measured(10), measured(12)
    assert "5/10" in client.get(f"/so-do/{first.pk}/").content.decode()
    assert "6/12" in figure(client).content.decode()
    assert client.get(f"/so-do/{second.pk + 1000}/").status_code == 404


def test_the_bundle_is_offered_once_in_the_log(client, indicator):
    province()
    made = measured(10)
    response = client.get(f"/so-do/{made.pk}/goi/")
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert {"record.json", "verify.py", "rule/tinhso.measures.tests.parity.py"} <= set(names)


def test_before_that_the_page_says_so_instead_of_offering_it(client, indicator):
    province()
    made = measure(actor=SYSTEM, indicator_id=indicator.id, scope=recipes.SCOPE, as_of=recipes.DAY)
    address = f"/so-do/{made.pk}/goi/"
    page = figure(client).content.decode()
    assert client.get(address).status_code == 409
    assert address not in page and "Gói bằng chứng đang vào sổ" in page
    sequencer.drain()
    assert address in figure(client).content.decode() and client.get(address).status_code == 200


def test_no_data_is_not_nought(client):
    province()
    with registered(parity_indicator([])):
        measured(0)
        page = figure(client).content.decode()
    assert "chưa có dữ liệu" in page and "đây không phải là số 0" in page


def test_history_marks_the_generations_of_units(client, indicator):
    units = province()
    measured(10, day=date(2021, 12, 31))
    units[-1].valid_to = None
    from tinhso.places.models import Unit

    Unit.objects.create(
        **{**units[-1].facts(), "uid": "13699@2024-09-01", "code": "13699", "valid_from": date(2024, 9, 1)}
    )
    measured(10, day=date(2024, 10, 1))
    page = figure(client).content.decode()
    assert "01/09/2024" in page and "Đơn vị hành chính đã thay đổi" in page


def test_list_pages_take_few_queries(client, indicator, django_assert_max_num_queries):
    province()
    for count in (5, 6, 7):
        measured(count)
    with django_assert_max_num_queries(12):
        assert client.get("/chi-so/", {"pham-vi": recipes.SCOPE}).status_code == 200
    with django_assert_max_num_queries(25):
        figure(client)


def test_a_question_is_held_released_and_answered_with_evidence(client, indicator):
    province()
    made = measured(10)
    asked = client.post(f"/so-do/{made.pk}/hoi/", {"text": "Vì sao số 7 không được đếm?", "name": "Lan"})
    assert asked.status_code == 302
    assert "Vì sao số 7" not in figure(client).content.decode()
    question = Question.objects.get()
    client.force_login(somebody("editor"))
    refused = client.post(f"/chi-so/cau-hoi/{question.pk}/", {f"q{question.pk}-decision": "reject"})
    assert refused.status_code == 422 and Question.objects.get().state == "held"
    client.post(f"/chi-so/cau-hoi/{question.pk}/", {f"q{question.pk}-decision": "release"})
    again = client.post(f"/chi-so/cau-hoi/{question.pk}/", {f"q{question.pk}-decision": "release"})
    assert again.status_code == 409
    assert client.post(f"/chi-so/cau-hoi/{question.pk}/tra-loi/", {}).status_code == 403
    client.force_login(somebody("programme_operator"))
    assert client.get("/chi-so/cau-hoi/").status_code == 200
    evidence = SimpleUploadedFile("bang.csv", b"so,chan\n7,0\n")
    fields = {f"a{question.pk}-text": "Vì 7 là số lẻ, xem tệp.", f"a{question.pk}-file": evidence}
    assert client.post(f"/chi-so/cau-hoi/{question.pk}/tra-loi/", fields).status_code == 302
    client.logout()
    page = figure(client).content.decode()
    assert "Vì 7 là số lẻ" in page and "bang.csv" in page and "SHA-256" in page


def test_machines_and_floods_are_kept_out(client, indicator):
    province()
    made = measured(10)
    client.post(f"/so-do/{made.pk}/hoi/", {"text": "Mua hàng giá rẻ tại đây", "website": "https://spam.example"})
    assert not Question.objects.exists()
    codes = [
        client.post(f"/so-do/{made.pk}/hoi/", {"text": f"Câu hỏi lần thứ {turn}?"}).status_code for turn in range(6)
    ]
    assert codes == [302] * 5 + [429]
    short = client.post(f"/so-do/{made.pk}/hoi/", {"text": "ngắn", "name": "Lan"})
    assert short.status_code == 422 and 'value="Lan"' in short.content.decode() and ">\nngắn<" in short.content.decode()


@pytest.mark.parametrize(
    ("role", "code"), [("programme_province", 302), ("administrator", 302), ("officer", 403), ("editor", 403)]
)
def test_who_may_measure(client, indicator, role, code, settings):
    province()
    client.force_login(somebody(role))
    asked = {"as_of": "2021-12-31", "scope": recipes.SCOPE, "indicator": "tests.parity"}
    assert client.post("/chi-so/do/", asked).status_code == code


def test_the_api_lists_filters_pages_and_gives_bundles(client, indicator):
    province()
    made = measured(10)
    measured(12)
    listed = client.get("/api/measures/measurements", {"indicator": "tests.parity", "limit": 1}).json()
    assert listed["count"] == 2 and listed["items"][0]["numerator"] == 6
    assert "tests.parity" in [item["id"] for item in client.get("/api/measures/indicators").json()["items"]]
    rows = client.get(f"/api/measures/measurements/{made.pk}/rows", {"limit": 2, "offset": 1}).json()
    assert (rows["count"], [row["key"] for row in rows["items"]]) == (10, ["n00002", "n00003"])
    assert client.get(f"/api/measures/measurements/{made.pk}/record").content.decode() == made.record
    assert client.get(f"/api/measures/measurements/{made.pk}/bundle").content[:2] == b"PK"
    assert client.get("/api/measures/measurements", {"as_of": "never"}).status_code == 422
    nowhere = client.get("/api/measures/measurements/-1")
    assert (nowhere.status_code, nowhere["Content-Type"]) == (404, "application/problem+json")
    body = {"as_of": "2021-12-31", "scope": recipes.SCOPE, "indicators": ["tests.parity"]}
    assert client.post("/api/measures/measure", body, content_type="application/json").status_code == 401
    client.force_login(somebody("programme_operator"))
    assert client.post("/api/measures/measure", body, content_type="application/json").status_code in (202, 403)
    unknown = {**body, "indicators": ["no.such"]}
    refused = client.post("/api/measures/measure", unknown, content_type="application/json")
    assert refused.status_code in (422, 403)
    assert Measurement.objects.count() == 2
