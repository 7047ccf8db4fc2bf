import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from tinhso.delivery.commands import send_due
from tinhso.foundation.dates import today
from tinhso.foundation.panels import render_panels
from tinhso.foundation.search import providers
from tinhso.foundation.text import fold
from tinhso.identity import checks, commands, demo
from tinhso.identity.models import Agency, Deputation, RoleGrant, User
from tinhso.identity.queries import DEMO_PASSWORD, demo_accounts
from tinhso.identity.tests.recipes import PASSWORD, agency, fresh, register, signed_in, someone
from tinhso.places.queries import unit_at
from tinhso.places.tests.recipes import DAY_2021, nam_dinh
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("ngay=2021-12-31", 736),
        ("ngay=2021-12-31&q=uy+ban+nhan+dan+phuong+ha+long", 1),
        ("ngay=2021-12-31&q=Hoàn Toàn", 0),
        ("ngay=2024-10-01&q=phường Hạ Long", 0),
        ("ngay=2021-12-31&level=district&kind=peoples_committee", 10),
        ("ngay=2021-12-31&unit=13633", 3),
        ("ngay=2021-12-31&q=H40.05", 1),
        ("ngay=2025-08-01&level=commune&kind=peoples_committee", 57),
    ],
)
def test_the_register_is_filtered_by_day_name_level_kind_and_seat(query, count):
    register()
    response = Client().get(f"/co-quan/?{query}")
    assert response.context["page"].paginator.count == count
    assert ("Không có cơ quan nào phù hợp" in response.content.decode()) == (count == 0)


def test_words_side_by_side_come_first():
    register()
    page = Client().get("/co-quan/?ngay=2021-12-31&q=HẠ LONG").context["page"]
    assert ["phường Hạ Long" in row.name for row in page][:4] == [True, True, True, False]


def test_a_wrong_filter_is_told():
    assert Client().get("/co-quan/?ngay=hom-nay").status_code == 422
    assert Client().get("/co-quan/?level=thon").status_code == 422


def test_lists_cost_the_same_however_long(django_assert_max_num_queries):
    register()
    for _n in range(30):
        someone("officer", agency="nb.ubnd")
    client = signed_in(someone("administrator"))
    with django_assert_max_num_queries(3):
        Client().get("/co-quan/")
    with django_assert_max_num_queries(7):
        client.get("/quan-tri/nguoi-dung/")


def test_an_agency_page_tells_its_history():
    register()
    page = page_of(Client().get("/co-quan/nd.so-khcn/?ngay=2021-12-31"))
    links = {link["href"].partition("?")[0] for link in page.find("main").find_all("a")}
    assert {"/co-quan/nd.so-tttt/", "/co-quan/nb.so-khcn/", "/co-quan/nd.ubnd/"} <= links
    assert "mã minh họa" in page.text and "Phường Vị Hoàng" in page.text
    ended = page_of(Client().get("/co-quan/nd.ubnd/?ngay=2026-01-01"))
    assert "không hoạt động vào ngày" in ended.text
    assert Client().get("/co-quan/khong-co/").status_code == 404


def test_english_pages_speak_english():
    agency("x", name="Sở Thử", name_en="Department of Tests")
    assert "Department of Tests" in Client().get("/en/co-quan/").content.decode()


def test_agencies_of_a_place(rf):
    register()
    request = rf.get("/")
    for code, expected, count in (("13633", "Ủy ban nhân dân phường Hạ Long", 3), ("356", "Thành ủy Nam Định", 3)):
        with translation.override("vi"):
            html = render_panels("places.place", request, unit=unit_at(code, DAY_2021), day=DAY_2021)
        panel = next(BeautifulSoup(part, "html.parser") for part in html if "agencies-here" in part)
        assert expected in panel.text and len(panel.find_all("li")) == count


def test_agencies_are_found_by_search():
    register()
    hits = list(providers["identity.agencies"].find(fold("Sở Thông tin và Truyền thông tỉnh Nam Định"), None, 5))
    assert hits[0].url.endswith("/co-quan/nd.so-tttt/") and hits[0].score > 0.8
    assert len(list(providers["identity.agencies"].find(fold("ủy ban"), None, 5))) == 5


def test_agencies_over_the_api():
    register()
    client = Client()
    answer = client.get("/api/identity/agencies", {"day": "2021-12-31", "limit": 3, "q": "huyen uy"}).json()
    assert answer["count"] == 27 and len(answer["items"]) == 3
    assert all(row["name"].startswith("Huyện ủy") for row in answer["items"])
    history = client.get("/api/identity/agencies/nd.vnpt").json()
    assert [link["successor_uid"] for link in history["successors"]] == ["nb.vnpt"]
    assert client.get("/api/identity/agencies/none").status_code == 404
    assert client.get("/api/identity/agencies", {"limit": 501}).status_code == 422


def test_an_administrator_makes_an_account_whose_owner_sets_the_password():
    register()
    client = signed_in(someone("administrator"))
    facts = {"username": "Hoa", "full_name": "Trần Thị Hoa", "email": "hoa@example.vn"}
    response = client.post("/quan-tri/nguoi-dung/moi/", facts)
    user = User.objects.get(username="hoa")
    assert response.headers["Location"] == f"/quan-tri/nguoi-dung/{user.pk}/"
    assert client.post("/quan-tri/nguoi-dung/moi/", facts).status_code == 422
    send_due()
    link = mail.outbox[0].body.partition("http://testserver")[2].split()[0]
    assert Client().post(link, {"password": PASSWORD}).status_code == 302
    grant = {"role": "leader", "agency_uid": "nb.ubnd", "valid_from": today(), "until": today()}
    assert client.post(f"/quan-tri/nguoi-dung/{user.pk}/", grant).status_code == 302
    assert fresh(user).agency_uids("leader") == {"nb.ubnd", "nd.ubnd"}, "with the agency it wholly succeeds"
    row = RoleGrant.objects.known_at().get(user=user)
    assert row.valid_to == today() + timedelta(days=1)
    assert client.post(f"/quan-tri/nguoi-dung/{user.pk}/", {**grant, "agency_uid": "x"}).status_code == 422
    page = client.get(f"/quan-tri/nguoi-dung/{user.pk}/").content.decode()
    assert "Ủy ban nhân dân tỉnh Ninh Bình" in page
    client.post(f"/quan-tri/nguoi-dung/{user.pk}/vai-tro/{row.pk}/thu-hoi/", {"reason": "nhầm"})
    assert fresh(user).role_codes() == set()
    client.post(f"/quan-tri/nguoi-dung/{user.pk}/trang-thai/", {"active": "0", "reason": "nghỉ"})
    assert not fresh(user).is_active


def test_lending_in_the_pages():
    agency("a", name="Sở A")
    giver, holder = someone("leader", agency="a"), someone()
    client = signed_in(giver)
    facts = {
        "mandate": "leader|a",
        "holder": holder.username,
        "valid_from": today(),
        "until": today(),
        "reason": "đi họp",
    }
    assert client.post("/tai-khoan/uy-quyen/", {**facts, "mandate": "auditor|"}).status_code == 422
    assert client.post("/tai-khoan/uy-quyen/", {**facts, "holder": "khongco"}).status_code == 422
    assert client.post("/tai-khoan/uy-quyen/", facts).status_code == 302
    assert fresh(holder).agency_uids("leader") == {"a"}
    assert giver.full_name in signed_in(holder).get("/tai-khoan/").content.decode()
    item = Deputation.objects.get()
    assert signed_in(holder).post(f"/tai-khoan/uy-quyen/{item.pk}/ket-thuc/").status_code == 404
    assert client.post(f"/tai-khoan/uy-quyen/{item.pk}/ket-thuc/").status_code == 302
    assert fresh(holder).role_codes() == set()


def test_the_auditors_export_is_whole_without_secrets_and_on_record():
    agency("a")
    user = someone("officer")
    commands.create_token(actor=user.actor(), user=user, name="máy", roles=["officer"], days=1)
    auditor = someone("auditor")
    answer = signed_in(auditor).post("/quan-tri/nguoi-dung/ket-xuat/")
    exported = json.loads(answer.content)
    assert {"people", "grants", "deputations", "tokens", "agencies", "successions"} <= exported.keys()
    assert len(exported["people"]) == 2 and len(exported["grants"]) == 2
    text = answer.content.decode()
    assert "password" not in text and "secret_hash" not in text
    record = AuditRecord.objects.get(verb="identity.export")
    assert record.actor_code == f"user:{auditor.pk}"
    assert signed_in(auditor).post("/api/identity/export").json()["people"]
    assert signed_in(user).post("/quan-tri/nguoi-dung/ket-xuat/").status_code == 403


def test_the_demonstration_has_an_account_per_role_and_can_be_repeated(settings):
    nam_dinh()
    for _n in range(2):
        demo.run("36", DAY_2021, lambda line: None)
    accounts = demo_accounts()
    assert len(accounts) == 10 == User.objects.filter(demonstration=True).count()
    for account in accounts:
        client = Client()
        assert client.post("/dang-nhap/", {"username": account.username, "password": DEMO_PASSWORD}).status_code == 302
    page = Client().get("/dang-nhap/").content.decode()
    assert all(account.username in page for account in accounts) and "Tài khoản minh họa" in page
    leader = User.objects.get(username="lanhdao")
    commands.grant_role(actor=SYSTEM, user=leader, role="leader", agency_uid="nb.vp-ubnd", reason="hai nơi")
    assert len(demo_accounts()) == 10, "an account that works in two places is listed once"
    RoleGrant.objects.filter(user=leader, agency_uid="nb.vp-ubnd").delete()
    assert leader.agency_uids("leader") == {"nb.ubnd", "nd.ubnd"}
    assert checks.no_demonstration_accounts(None, databases=["default"]) == []
    settings.PRODUCTION = True
    assert demo_accounts() == [] and "Tài khoản minh họa" not in Client().get("/dang-nhap/").content.decode()
    assert [error.id for error in checks.no_demonstration_accounts(None, databases=["default"])] == ["identity.E001"]
    with pytest.raises(CommandError):
        call_command("close_demo_accounts")
    call_command("create_administrator", "truong", "--email", "truong@example.vn")
    call_command("close_demo_accounts")
    assert checks.no_demonstration_accounts(None, databases=["default"]) == []


@pytest.fixture(autouse=True)
def password_of_the_command(monkeypatch):
    monkeypatch.setenv("TINHSO_NEW_PASSWORD", PASSWORD)


def test_a_misspelt_guarded_role_is_an_error(settings):
    settings.SECOND_FACTOR_ROLES = ["administrator", "admin"]
    assert [error.id for error in checks.known_second_factor_roles(None)] == ["identity.E002"]


def test_importing_agencies_from_the_command_line(tmp_path, capsys):
    file = tmp_path / "co-quan.csv"
    file.write_text("uid,name,kind,level\na,Sở A,department,province\n")
    call_command("import_agencies", str(file), "--dry-run")
    assert not Agency.objects.exists() and "+ Sở A" in capsys.readouterr().out
    call_command("import_agencies", str(file))
    call_command("import_agencies", str(file))
    assert "1 unchanged" in capsys.readouterr().out and Agency.objects.count() == 1
    call_command("import_agencies", "--undo")
    assert not Agency.objects.known_at().exists()
    file.write_text("uid,name,kind,level\na,,department,province\n")
    with pytest.raises(CommandError, match="dòng 2"):
        call_command("import_agencies", str(file))
    with pytest.raises(CommandError):
        call_command("import_agencies", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError):
        call_command("import_agencies")


def test_an_empty_name_is_refused_beside_its_field():
    person = someone()
    page = signed_in(person).post("/tai-khoan/", {"full_name": " "})
    assert page.status_code == 422 and page.context["form"].errors["full_name"]
    assert User.objects.get(pk=person.pk).full_name == person.full_name
