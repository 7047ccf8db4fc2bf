"""The page that imports the register of agencies."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tinhso.files.models import ImportBatch
from tinhso.identity.commands import grant_role
from tinhso.identity.models import Agency
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
PAGE = "/nhap-lieu/moi/co-quan/"
HEAD = "uid,name,kind,level,parent_uid,valid_from\n"
TWO = HEAD + "a,Sở Một,department,province,,2020-01-01\nb,Sở Hai,department,province,a,2020-01-01\n"


@pytest.fixture(autouse=True)
def kept_aside(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def csv(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("cơ quan.csv", text.encode(), "text/csv")


@pytest.mark.parametrize("role", ["engineer", "programme_province", "auditor"])
def test_only_administrators_import_agencies(role: str) -> None:
    assert signed_in(someone(role)).post(PAGE, {"file": csv(TWO)}).status_code == 403


def test_two_steps_and_back() -> None:
    keeper = signed_in(someone("administrator"))
    step = keeper.post(PAGE, {"file": csv(TWO)})
    page = keeper.get(step.url).content.decode()
    assert "Tệp có thể ghi" in page and "Đọc tệp này theo cách khác" not in page, "there is nothing else to ask"
    assert not Agency.objects.exists()
    assert keeper.post(step.url).status_code == 302
    assert Agency.objects.count() == 2
    undo = f"/nhap-lieu/{ImportBatch.objects.get().id}/hoan-tac/"
    grant_role(actor=SYSTEM, user=someone("citizen"), role="officer", agency_uid="a")
    refused = keeper.post(undo)
    assert refused.status_code == 409 and "1 cơ quan của lần nhập này" in refused.content.decode()


def test_every_faulty_line_is_named() -> None:
    keeper = signed_in(someone("administrator"))
    step = keeper.post(PAGE, {"file": csv(HEAD + "a,,department,province,zz,2020-13-01\n")})
    page = keeper.get(step.url).content.decode()
    assert "dòng 2" in page and "2020-13-01" in page
    assert keeper.post(step.url).status_code == 422 and not Agency.objects.exists()
