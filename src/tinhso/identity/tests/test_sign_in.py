import re
import time

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tinhso.delivery.commands import send_due
from tinhso.delivery.models import Message
from tinhso.identity import commands, sealing, totp
from tinhso.identity.models import RecoveryCode, User
from tinhso.identity.tests.recipes import PASSWORD, fresh, signed_in, someone

pytestmark = pytest.mark.django_db
SIGN_IN = "/dang-nhap/"


def enter(client: Client, username: str, password: str = PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def link_in_mail() -> str:
    send_due()
    return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]


def with_second_factor(user: User) -> tuple[str, list[str]]:
    secret = commands.begin_second_factor(actor=user.actor(), user=user)
    code = totp.code_at(secret, totp.step_at() - 1)
    return secret, commands.confirm_second_factor(actor=user.actor(), user=user, code=code)


@pytest.mark.parametrize("typed", ["lan", " LAN ", "lan@example.vn"])
def test_signing_in_gives_a_new_session(typed):
    user = someone("officer", name="lan")
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key
    response = enter(client, typed)
    assert response.status_code == 302 and who(client) == str(user.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize("name", ["lan", "khongco"])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(name):
    someone(name="lan")
    response = enter(Client(), name, "sai")
    assert response.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in response.content.decode()


def test_an_unknown_name_costs_a_hash_too(monkeypatch):
    hashed = []
    monkeypatch.setattr("tinhso.identity.backends.make_password", hashed.append)
    enter(Client(), "khongco", "sai")
    assert hashed == ["sai"]


def test_too_many_tries_are_refused_even_with_the_right_password():
    someone(name="lan")
    client = Client()
    assert [enter(client, "lan", "sai").status_code for _n in range(5)] == [422] * 5
    assert enter(client, "lan").status_code == 429 and who(client) is None
    assert enter(Client(REMOTE_ADDR="198.51.100.7"), "lan").status_code == 302, "another address is not held up"


def test_a_success_forgives_earlier_tries():
    someone(name="lan")
    client = Client()
    for _n in range(3):
        assert [enter(client, "lan", "sai").status_code for _m in range(4)] == [422] * 4
        assert enter(client, "lan").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/tai-khoan/", "/tai-khoan/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_host(wanted, target):
    someone(name="lan")
    assert enter(Client(), "lan", next=wanted).headers["Location"] == target


def test_closed_accounts_cannot_sign_in_and_open_sessions_end():
    admin, user = someone("administrator"), someone("officer", name="lan")
    client = signed_in(user)
    assert client.get("/tai-khoan/").status_code == 200
    commands.set_active(actor=admin.actor(), user=user, active=False, reason="nghỉ việc")
    assert client.get("/tai-khoan/").status_code == 302
    assert enter(Client(), "lan").status_code == 422


def test_demonstration_accounts_are_refused_in_production(settings):
    someone("officer", name="demo", demonstration=True)
    client = Client()
    assert enter(client, "demo").status_code == 302 and client.get("/tai-khoan/").status_code == 200
    settings.PRODUCTION = True
    assert client.get("/tai-khoan/").status_code == 302, "an open session ends"
    assert enter(Client(), "demo").status_code == 422


def test_signing_out_needs_a_post():
    client = signed_in(someone())
    assert client.get("/dang-xuat/").status_code == 405
    assert client.post("/dang-xuat/").status_code == 302 and who(client) is None


@pytest.mark.parametrize("path", [SIGN_IN, "/dang-xuat/", "/dang-ky/", "/quen-mat-khau/", "/tai-khoan/mat-khau/"])
def test_forms_are_guarded_against_forgery(path):
    client = signed_in(someone(), enforce_csrf_checks=True)
    assert client.post(path, {"username": "x", "password": "y"}).status_code == 403


def test_a_second_factor_is_asked_for_before_there_is_a_session():
    user = someone("officer", name="lan")
    secret, _codes = with_second_factor(user)
    client = Client()
    assert enter(client, "lan", next="/tai-khoan/").headers["Location"] == reverse("identity:challenge")
    assert who(client) is None and client.get("/tai-khoan/").status_code == 302
    assert client.post("/dang-nhap/hai-buoc/", {"code": "000000"}).status_code == 422
    code = totp.code_at(secret, totp.step_at())
    assert client.post("/dang-nhap/hai-buoc/", {"code": code}).headers["Location"] == "/tai-khoan/"
    assert who(client) == str(user.pk)
    again = Client()
    enter(again, "lan")
    assert again.post("/dang-nhap/hai-buoc/", {"code": code}).status_code == 422, "a code works once"


def test_a_recovery_code_works_once():
    user = someone(name="lan")
    _secret, codes = with_second_factor(user)
    assert len(set(codes)) == 10
    for expected in (302, 422):
        client = Client()
        enter(client, "lan")
        assert client.post("/dang-nhap/hai-buoc/", {"code": codes[3]}).status_code == expected
    assert RecoveryCode.objects.filter(used_at=None).count() == 9
    assert codes[0] not in set(RecoveryCode.objects.values_list("code_hash", flat=True))


def test_codes_cannot_be_guessed_for_long():
    with_second_factor(someone(name="lan"))
    client = Client()
    enter(client, "lan")
    for _n in range(10):
        client.post("/dang-nhap/hai-buoc/", {"code": "000000"})
    response = client.post("/dang-nhap/hai-buoc/", {"code": "000000"})
    assert "quá nhiều lần" in response.content.decode()


def test_the_challenge_expires(monkeypatch):
    user = someone(name="lan")
    secret, _codes = with_second_factor(user)
    client = Client()
    enter(client, "lan")
    later = time.time() + 601
    monkeypatch.setattr("tinhso.identity.views.sign_in.time.time", lambda: later)
    response = client.post("/dang-nhap/hai-buoc/", {"code": totp.code_at(secret, totp.step_at())})
    assert response.headers["Location"] == SIGN_IN and who(client) is None


def test_a_password_changed_meanwhile_ends_the_challenge():
    user = someone(name="lan")
    secret, _codes = with_second_factor(user)
    client = Client()
    enter(client, "lan")
    commands.change_password(actor=user.actor(), user=fresh(user), old=PASSWORD, new="mật khẩu mới tinh")
    response = client.post("/dang-nhap/hai-buoc/", {"code": totp.code_at(secret, totp.step_at())})
    assert response.headers["Location"] == SIGN_IN and who(client) is None


def test_setting_up_a_second_factor_in_the_pages(settings):
    settings.SECOND_FACTOR_ROLES = ["administrator"]
    someone("administrator", name="lan")
    client = Client()
    assert enter(client, "lan").headers["Location"] == "/tai-khoan/hai-buoc/"
    assert client.get("/quan-tri/nguoi-dung/").status_code == 403
    client.post("/tai-khoan/hai-buoc/", {"do": "begin"})
    page = client.get("/tai-khoan/hai-buoc/").content.decode()
    assert "data:image/svg+xml" in page
    user = fresh(User.objects.get(username="lan"))
    secret = sealing.unseal(user.totp.secret)
    assert secret not in user.totp.secret
    wrong = client.post("/tai-khoan/hai-buoc/", {"do": "confirm", "code": "12"})
    assert wrong.status_code == 422
    done = client.post("/tai-khoan/hai-buoc/", {"do": "confirm", "code": totp.code_at(secret, totp.step_at() - 1)})
    shown = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", done.content.decode())
    assert len(shown) == 10
    assert client.get("/quan-tri/nguoi-dung/").status_code == 200
    assert not re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", client.get("/tai-khoan/hai-buoc/").content.decode())
    off = client.post("/tai-khoan/hai-buoc/", {"do": "off", "code": shown[0]})
    assert off.status_code == 302 and not fresh(user).has_second_factor
    assert client.get("/quan-tri/nguoi-dung/").status_code == 403


def test_registering_and_opening_an_account():
    client = Client()
    response = client.post("/dang-ky/", {"full_name": "Lê Thị Lan", "email": "Lan@Example.vn"})
    assert response.status_code == 200
    user = User.objects.get(username="lan@example.vn")
    assert not user.is_active and not user.has_usable_password()
    link = link_in_mail()
    assert client.get(link).status_code == 200
    assert not fresh(user).is_active, "a mail scanner that opens the link opens no account"
    assert client.post(link, {"password": "123"}).status_code == 422
    assert client.post(link, {"password": PASSWORD}).status_code == 302
    assert client.get(link).status_code == 422 and client.post(link, {"password": "kẻ khác đặt"}).status_code == 422
    assert enter(client, "lan@example.vn").status_code == 302
    assert fresh(user).role_codes() == {"citizen"}


@pytest.mark.parametrize(("path", "facts"), [("/dang-ky/", {"full_name": "Kẻ dò"}), ("/quen-mat-khau/", {})])
def test_answers_do_not_tell_who_has_an_account(path, facts):
    someone(name="lan")
    answers = []
    for email in ("lan@example.vn", "nobody@example.vn"):
        response = Client().post(path, {**facts, "email": email})
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        answers.append((response.status_code, body))
    assert answers[0] == answers[1]


def test_resetting_a_forgotten_password_ends_sessions_and_tokens():
    user = someone("officer", name="lan")
    token, _text = commands.create_token(actor=user.actor(), user=user, name="máy", roles=["officer"], days=1)
    old = signed_in(user)
    client = Client()
    client.post("/quen-mat-khau/", {"email": "LAN@example.vn"})
    link = link_in_mail()
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": "mật khẩu mới tinh"}).status_code == 302
    assert client.post(link, {"password": "lần thứ hai đấy"}).status_code == 422, "a link works once"
    assert old.get("/tai-khoan/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert enter(client, "lan").status_code == 422
    assert enter(client, "lan", "mật khẩu mới tinh").status_code == 302
    assert not Message.objects.exclude(body="").exists(), "secret links are forgotten once sent"


@pytest.mark.parametrize("uid", ["!!", "AAAA", "OTk5OTk5OTk", "___"])
@pytest.mark.parametrize("path", ["/quen-mat-khau/{}/x-y/", "/dang-ky/{}/x-y/"])
def test_broken_links_are_refused_quietly(path, uid):
    assert Client().get(path.format(uid)).status_code == 422


def test_reset_mails_are_limited():
    someone(name="lan")
    statuses = [Client().post("/quen-mat-khau/", {"email": "lan@example.vn"}).status_code for _n in range(4)]
    assert statuses == [200, 200, 200, 422] and Message.objects.count() == 3


def test_changing_the_password_ends_other_sessions():
    user = someone(name="lan")
    here, there = signed_in(user), signed_in(user)
    given = {"old": PASSWORD, "password": "mật khẩu mới tinh"}
    assert here.post("/tai-khoan/mat-khau/", {**given, "old": "sai"}).status_code == 422
    assert here.post("/tai-khoan/mat-khau/", {**given, "password": "password"}).status_code == 422
    assert here.post("/tai-khoan/mat-khau/", given).status_code == 302
    assert here.get("/tai-khoan/").status_code == 200
    assert there.get("/tai-khoan/").status_code == 302
