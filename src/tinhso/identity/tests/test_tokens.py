import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity import commands
from tinhso.identity.auth import token_auth
from tinhso.identity.models import ApiToken, RoleGrant
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.proof.models import AuditDetail

pytestmark = pytest.mark.django_db


def made(user, *roles, days=30):
    return commands.create_token(actor=user.actor(), user=user, name="máy đo", roles=list(roles), days=days)


def me(text):
    return Client().get("/api/identity/me", headers={"Authorization": f"Bearer {text}"})


def test_a_token_speaks_for_its_owner_with_its_own_roles_only():
    user = someone("officer", "auditor")
    token, text = made(user, "officer")
    answer = me(text)
    assert answer.status_code == 200
    assert [mandate["role"] for mandate in answer.json()["mandates"]] == ["officer"]
    export = Client().post("/api/identity/export", headers={"Authorization": f"Bearer {text}"})
    assert export.status_code == 403
    token.refresh_from_db()
    assert token.last_used_on == today()


def test_an_operation_finds_the_person_where_a_session_leaves_them(rf):
    user = someone("officer")
    request = rf.get("/api/identity/me")
    assert token_auth.authenticate(request, made(user, "officer")[1]) == request.user == user


def test_the_secret_is_kept_nowhere():
    _token, text = made(someone("officer"), "officer")
    secret = text.split("_", 2)[2]
    assert not ApiToken.objects.filter(secret_hash__contains=secret).exists()
    assert not AuditDetail.objects.filter(values__contains=secret).exists()


@pytest.mark.parametrize("spoil", ["revoked", "expired", "closed owner", "wrong secret", "unknown key", "nonsense", ""])
def test_a_token_that_is_not_good_is_refused(spoil):
    user = someone("officer")
    token, text = made(user, "officer")
    if spoil == "revoked":
        commands.revoke_token(actor=user.actor(), token=token)
    elif spoil == "expired":
        past = timezone.now() - timedelta(days=2)
        ApiToken.objects.update(created_at=past, expires_at=past + timedelta(days=1))
    elif spoil == "closed owner":
        commands.set_active(actor=someone("administrator").actor(), user=user, active=False, reason="")
    elif spoil == "wrong secret":
        text = text[:-1] + ("A" if text[-1] != "A" else "B")
    elif spoil == "unknown key":
        text = f"ts_{'0' * 16}_{text.rpartition('_')[2]}"
    else:
        text = spoil
    answer = me(text)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_token_loses_a_role_its_owner_loses():
    user = someone("officer")
    _token, text = made(user, "officer")
    commands.revoke_role(
        actor=someone("administrator").actor(), grant=RoleGrant.objects.known_at().get(user=user), reason=""
    )
    assert me(text).json()["mandates"] == []


@pytest.mark.both_databases
@pytest.mark.parametrize(("name", "status"), [("a\0b", 422), ("a\\u0000b", 201)])
def test_a_nul_in_the_body_is_refused_at_the_door(name, status):
    body = json.dumps({"name": name, "roles": ["officer"], "days": 5})
    answer = signed_in(someone("officer")).post("/api/identity/tokens", data=body, content_type="application/json")
    assert answer.status_code == status


def test_guessing_tokens_is_limited():
    statuses = {me(f"ts_{n:016x}_{'x' * 43}").status_code for n in range(30)}
    assert statuses == {401} and me("ts_x").status_code == 429


@pytest.mark.parametrize(
    ("roles", "days"), [(["auditor"], 30), ([], 30), (["officer"], 0), (["officer"], 367), (["nobody"], 30)]
)
def test_a_wrong_token_is_refused(roles, days):
    with pytest.raises(Invalid):
        made(someone("officer"), *roles, days=days)
    assert not ApiToken.objects.exists()


def test_revoking_twice_is_told():
    user = someone("officer")
    token, _text = made(user, "officer")
    commands.revoke_token(actor=user.actor(), token=token)
    with pytest.raises(Conflict):
        commands.revoke_token(actor=user.actor(), token=token)


def test_tokens_in_the_pages_are_shown_once():
    user = someone("officer")
    client = signed_in(user)
    facts = {"name": "máy đo", "roles": ["officer"], "days": "30"}
    page = client.post("/tai-khoan/ma-truy-cap/", facts).content.decode()
    token = ApiToken.objects.get()
    assert f"ts_{token.key}_" in page
    assert f"ts_{token.key}_" not in client.get("/tai-khoan/").content.decode()
    stranger = signed_in(someone("officer"))
    assert stranger.post(f"/tai-khoan/ma-truy-cap/{token.key}/thu-hoi/").status_code == 404
    assert client.post(f"/tai-khoan/ma-truy-cap/{token.key}/thu-hoi/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at


def test_tokens_over_the_api_need_a_browser_session_with_its_forgery_guard():
    user = someone("officer")
    _token, text = made(user, "officer")
    body = json.dumps({"name": "con", "roles": ["officer"], "days": 5})
    options = {"data": body, "content_type": "application/json"}
    by_token = Client().post("/api/identity/tokens", headers={"Authorization": f"Bearer {text}"}, **options)
    assert by_token.status_code == 401, "a token begets no token"
    forged = signed_in(user, enforce_csrf_checks=True).post("/api/identity/tokens", **options)
    assert forged.status_code == 403
    client = signed_in(user)
    created = client.post("/api/identity/tokens", **options)
    assert created.status_code == 201 and me(created.json()["text"]).status_code == 200
    key = created.json()["token"]["key"]
    assert client.delete(f"/api/identity/tokens/{key}").status_code == 204
    assert me(created.json()["text"]).status_code == 401
    assert client.get("/api/identity/tokens").json()[0]["key"] == key
    assert client.delete("/api/identity/tokens/none").status_code == 404
