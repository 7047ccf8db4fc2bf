"""A dossier from a citizen's phone to the desk and back, without JavaScript."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Watched
from tinhso.government.services.models import Dossier
from tinhso.government.services.tests.recipes import COMMUNE, Desk
from tinhso.identity.models import User

# The browser's driver keeps a loop in this thread; the database is still used by one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk()


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(target, "JPEG")
    return target.getvalue()


class Somebody:
    """A person signed in on a phone."""

    def __init__(self, reader: Callable[..., Watched], address: str, user: User, **options: Any) -> None:
        client = Client()
        client.force_login(user, "tinhso.identity.backends.Backend")
        self.watched = reader(viewport=PHONE, **{"java_script_enabled": False, **options})
        self.page: Page = self.watched.page
        self.address = address
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])

    def open(self, path: str) -> Page:
        return self.watched.open(f"{self.address}{path}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).press("Enter")

    def act(self, code: str, name: str) -> None:
        """One act at the desk."""
        self.open(f"/mot-cua/ho-so/{code}/")
        part = self.page.locator("details", has=self.page.locator("summary", has_text=name)).first
        part.locator("summary").click()
        part.get_by_role("button", name=name, exact=True).press("Enter")
        self.page.get_by_text("Đã làm").first.wait_for()


def test_a_dossier_goes_from_a_phone_to_the_desk_and_back(office, live_server, reader):
    citizen = Somebody(reader, live_server.url, office.citizen)
    page = citizen.open("/dich-vu-cong/nop/1.000001/")
    page.check(f"input[name=place-competent][value='{COMMUNE}']")
    citizen.press("Tiếp tục")
    page.get_by_label("Họ và tên người đề nghị").fill("Nguyễn Văn An")
    page.get_by_label("Số định danh cá nhân").fill("036123456789")
    page.get_by_label("Nơi ở hoặc trụ sở").fill("Xóm 1")
    citizen.press("Tiếp tục")
    page.get_by_label("Lý do").fill("Vay vốn")
    citizen.press("Tiếp tục")
    file = {"name": "to-khai.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.locator("input[name=papers-don__files]").set_input_files([file])
    citizen.press("Tiếp tục")
    page.get_by_text("to-khai.jpg").first.wait_for()
    citizen.press("Nộp hồ sơ")
    page.get_by_text("Mã bí mật").first.wait_for()
    code = Dossier.objects.get().code

    Somebody(reader, live_server.url, office.clerk).act(code, "Tiếp nhận")
    officer = Somebody(reader, live_server.url, office.officer)
    officer.act(code, "Nhận việc")
    officer.act(code, "Xong bước")
    leader = Somebody(reader, live_server.url, office.leader)
    leader.act(code, "Nhận việc")
    leader.act(code, "Kết thúc, có kết quả")
    Somebody(reader, live_server.url, office.clerk).act(code, "Trả kết quả")

    page = citizen.open(f"/tra-cuu/{code}/")
    page.get_by_text("Đã trả kết quả").first.wait_for()
    page.get_by_label("Hài lòng", exact=True).check()
    page.get_by_label("Góp ý").fill("Nhanh, rõ")
    citizen.press("Đánh giá")
    page.get_by_text("Cảm ơn bạn").first.wait_for()
    assert Dossier.objects.get().rated

    seeing = Somebody(reader, live_server.url, office.citizen, java_script_enabled=True)
    for path in ("/dich-vu-cong/nop/1.000001/", "/ho-so-cua-toi/", f"/tra-cuu/{code}/", "/tra-cuu/"):
        page = seeing.open(path)
        assert seeing.watched.axe() == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert seeing.watched.shift() < 0.1, path
        assert seeing.watched.complaints == [], path
