"""Who may do what: the table is the rule, the code must agree."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from tinhso.foundation.access import ROLES, check, may
from tinhso.foundation.errors import Forbidden
from tinhso.identity import commands
from tinhso.identity.models import ApiToken, Deputation, User
from tinhso.identity.tests.recipes import signed_in, someone

pytestmark = pytest.mark.django_db
HOLDERS = {
    "identity.read_people": {"administrator", "auditor"},
    "identity.manage_users": {"administrator"},
    "identity.export": {"auditor"},
    "identity.tokens": set(ROLES) - {"citizen"},
}
PAGES = {
    "/quan-tri/nguoi-dung/": {"administrator", "auditor"},
    "/quan-tri/nguoi-dung/moi/": {"administrator"},
    "/tai-khoan/ma-truy-cap/": set(ROLES) - {"citizen"},
    "/tai-khoan/": set(ROLES),
    "/tai-khoan/hai-buoc/": set(ROLES),
    "/tai-khoan/uy-quyen/": set(ROLES),
    "/co-quan/": set(ROLES),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", HOLDERS)
def test_permissions_by_role(permission, role):
    user = someone(role)
    allowed = role in HOLDERS[permission]
    assert may(user, permission) == user.may(permission) == allowed
    if not allowed:
        with pytest.raises(Forbidden):
            check(user, permission)


@pytest.mark.parametrize("role", ROLES)
def test_pages_by_role(role):
    client = signed_in(someone(role))
    opened = {path for path in PAGES if client.get(path).status_code == 200}
    assert opened == {path for path, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/co-quan/"])
def test_visitors_are_led_to_sign_in(path):
    response = Client().get(path)
    assert response.status_code == 302 and response.headers["Location"].startswith("/dang-nhap/?next=")


@pytest.mark.parametrize("permission", [*HOLDERS, "identity.no_such_right"])
def test_visitors_and_the_closed_hold_nothing(permission):
    closed = someone("administrator", "auditor")
    closed.is_active = False
    assert not may(AnonymousUser(), permission) and not may(closed, permission)


@pytest.mark.parametrize("role", ROLES)
def test_rows_by_role(role):
    reader, other = someone(role), someone("officer")
    commands.create_token(actor=other.actor(), user=other, name="máy", roles=["officer"], days=1)
    reads_people = role in {"administrator", "auditor"}
    assert (other in User.objects.visible_to(reader)) == reads_people
    assert reader in User.objects.visible_to(reader)
    assert ApiToken.objects.visible_to(reader).exists() == (role == "administrator")
    assert not Deputation.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_only_administrators_change_people(role):
    client, other = signed_in(someone(role)), someone("officer")
    grant = other.grants.get()
    base = f"/quan-tri/nguoi-dung/{other.pk}/"
    for path, facts in (
        (base, {"role": "administrator", "valid_from": "2026-01-01"}),
        (f"{base}vai-tro/{grant.pk}/thu-hoi/", {}),
        (f"{base}trang-thai/", {"active": "0"}),
        (f"{base}hai-buoc/", {}),
        ("/quan-tri/nguoi-dung/moi/", {"username": "x", "full_name": "X", "email": "x@example.vn"}),
    ):
        assert client.post(path, facts).status_code in (403, 422), path
    other = User.objects.get(pk=other.pk)
    assert other.is_active and other.role_codes() == {"officer"} and User.objects.count() == 2
