"""States of people and agencies that tests begin from."""

from __future__ import annotations

import itertools
from datetime import date

from django.test import Client

from tinhso.identity.commands import create_user, grant_role
from tinhso.identity.models import Agency, User
from tinhso.places.tests.recipes import nam_dinh
from tinhso.proof.audit import SYSTEM

PASSWORD = "một mật khẩu dài"
numbers = itertools.count(1)


def someone(*roles: str, agency: str = "", name: str = "", **changes) -> User:
    """A person with a known password, an address and these roles, for one agency or all."""
    name = name or f"nguoi{next(numbers)}"
    user = create_user(
        actor=SYSTEM, username=name, full_name=f"Người {name}", email=f"{name}@example.vn", password=PASSWORD, **changes
    )
    for role in roles:
        grant_role(actor=SYSTEM, user=user, role=role, agency_uid=agency)
    return fresh(user)


def fresh(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.select_related("totp").get(pk=user.pk)


def signed_in(user: User, **options) -> Client:
    client = Client(**options)
    client.force_login(user, "tinhso.identity.backends.Backend")
    return client


def agency(uid: str, **changes) -> Agency:
    facts = {"name": f"Cơ quan {uid}", "kind": "department", "level": "province", "valid_from": date(2020, 1, 1)}
    row = Agency(**{"uid": uid, **facts, **changes})
    row.save()
    return row


def register() -> None:
    """Nam Định's register over its three generations of units."""
    from tinhso.identity.register import load_register

    nam_dinh()
    load_register(actor=SYSTEM, province_code="36")
