"""The demonstration's agencies and one account per role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from tinhso.foundation.dates import today
from tinhso.foundation.demo import demo_step
from tinhso.foundation.errors import Problem
from tinhso.identity.commands import create_user, grant_role
from tinhso.identity.models import User
from tinhso.identity.queries import DEMO_PASSWORD, follow
from tinhso.identity.register import load_register
from tinhso.proof.audit import SYSTEM

# user name, full name, role, the agency (as of 2021) whose present successor the account acts for
ACCOUNTS = (
    ("congdan", "Nguyễn Thị Dân (minh họa)", "citizen", ""),
    ("motcua", "Trần Văn Cửa (minh họa)", "clerk", "nd.vp-ubnd"),
    ("chuyenvien", "Lê Thị Viên (minh họa)", "officer", "nd.so-tttt"),
    ("lanhdao", "Phạm Văn Đạo (minh họa)", "leader", "nd.ubnd"),
    ("kysu", "Hoàng Văn Sư (minh họa)", "engineer", "nd.vnpt"),
    ("vanphong", "Vũ Thị Phòng (minh họa)", "programme_province", "nd.ubnd"),
    ("vanphong-vnpt", "Đỗ Văn Phòng (minh họa)", "programme_operator", "vnpt"),
    ("bientap", "Bùi Thị Tập (minh họa)", "editor", ""),
    ("quantri", "Đặng Văn Trị (minh họa)", "administrator", ""),
    ("kiemtoan", "Ngô Thị Toán (minh họa)", "auditor", ""),
)


@demo_step("identity", order=20, essential=True)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    count = load_register(actor=SYSTEM, province_code=province_code)
    say(f"{count} agency rows")
    if settings.PRODUCTION:
        raise Problem("Production settings refuse demonstration accounts")
    password_hash = make_password(DEMO_PASSWORD)
    for username, full_name, role, agency in ACCOUNTS:
        if User.objects.filter(username=username).exists():
            continue
        present = follow(agency, today()) if agency else []
        with transaction.atomic():
            user = create_user(
                actor=SYSTEM, username=username, full_name=full_name, password_hash=password_hash, demonstration=True
            )
            grant_role(
                actor=SYSTEM,
                user=user,
                role=role,
                agency_uid=present[0].uid if len(present) == 1 else "",
                valid_from=min(as_of, today()) if not present else None,
                reason="Tài khoản minh họa",
            )
    say(f"{len(ACCOUNTS)} demonstration accounts")
