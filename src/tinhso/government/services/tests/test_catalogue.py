"""The catalogue: versions that never change under dossiers, pages, files."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tinhso.government.services import demo
from tinhso.government.services.definition import faults
from tinhso.government.services.importing import parse
from tinhso.government.services.models import Procedure, ProcedureVersion
from tinhso.government.services.queries_catalogue import history, version_on

pytestmark = pytest.mark.django_db
DAY = date(2021, 12, 31)


@pytest.fixture
def shipped() -> None:
    demo.catalogue("36", DAY, lambda line: None)


def test_thirty_sound_procedures_are_shipped_for_every_level_and_field() -> None:
    document = parse(demo.shipped_catalogue())
    contents = [version["content"] for item in document["procedures"] for version in item["versions"]]
    assert len(document["procedures"]) == 30
    assert [fault for content in contents for fault in faults(content)] == []
    assert {content["level"] for content in contents} == {"province", "district", "commune"}
    assert len({content["field"] for content in contents}) == 10
    assert document["demonstration"]


def test_loading_the_demonstration_again_changes_nothing(shipped: None) -> None:
    before = list(ProcedureVersion.objects.order_by("pk").values_list("pk", "sha256"))
    said: list[str] = []
    demo.catalogue("36", DAY, said.append)
    assert said == ["0 procedures added or changed, 30 unchanged"]
    assert list(ProcedureVersion.objects.order_by("pk").values_list("pk", "sha256")) == before


def test_competence_moves_to_communes_with_the_version_of_the_first_of_july(shipped: None) -> None:
    row = Procedure.objects.get(code="1.001612")
    last, first = version_on(row, date(2025, 6, 30)), version_on(row, date(2025, 7, 1))
    assert last is not None and last.definition.content["level"] == "district"
    assert first is not None and first.definition.content["level"] == "commune"
    assert [(item.version.number, item.until) for item in history(row)] == [(2, None), (1, date(2025, 7, 1))]


def test_the_list_takes_few_queries(shipped: None, client: Client, django_assert_max_num_queries: object) -> None:
    client.get("/thu-tuc/")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        page = client.get("/thu-tuc/")
    assert page.status_code == 200 and "29 thủ tục" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=mo quan", "1.001612"), ("?event=birth", "1.001193"), ("?level=province&field=y-te", "1.004593")],
)
def test_procedures_are_found_by_words_life_events_and_filters(
    shipped: None, client: Client, query: str, found: str
) -> None:
    text = client.get(f"/thu-tuc/{query}").content.decode()
    assert f"/thu-tuc/{found}/" in text and "/thu-tuc/1.001699/" not in text
