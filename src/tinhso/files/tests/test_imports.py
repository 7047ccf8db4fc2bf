"""Imports of any app: listed for those who may see them, undone in order, all or nothing."""

import hashlib
import uuid
from datetime import date

import pytest
from django.apps import apps
from django.utils import timezone

from tinhso.files.imports import Finding, ImportRefused, Plan, apply_import, compare, undo_last_import
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Conflict
from tinhso.foundation.versioned import versioned_models
from tinhso.proof.audit import Actor
from tinhso.proof.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ACTOR = Actor("test", "Người kiểm thử")


def population():
    """Some versioned table: this app knows none by name."""
    return next(model for model in versioned_models() if model.__name__ == "Population")


def row(uid, persons):
    return population()(unit_uid=uid, year=2020, persons=persons, source="x", quality="published")


def load(**persons):
    model = population()
    return apply_import(
        actor=ACTOR,
        importer="test.rows",
        source_name="rows.csv",
        source_sha256=hashlib.sha256(str(persons).encode()).hexdigest(),
        plan=lambda: [Plan(("unit_uid", "year"), model.objects.all(), [row(*item) for item in persons.items()], True)],
    )


def held():
    return dict(population().objects.known_at().values_list("unit_uid", "persons"))


def test_an_import_adds_changes_and_removes_in_one_step():
    load(a=1, b=2, c=3)
    batch, diff = load(a=1, b=20, d=4)
    assert (len(diff.added), len(diff.changed), len(diff.removed), diff.unchanged) == (1, 1, 1, 1)
    assert (batch.added, batch.changed, batch.removed) == (1, 1, 1)
    assert held() == {"a": 1, "b": 20, "d": 4}
    assert any("persons: 2 → 20" in line for line in diff.lines())


def test_the_same_again_leaves_no_batch_and_no_record():
    load(a=1)
    before = (ImportBatch.objects.count(), AuditRecord.objects.count())
    batch, diff = load(a=1)
    assert (batch, bool(diff)) == (None, False)
    assert (ImportBatch.objects.count(), AuditRecord.objects.count()) == before


def test_imports_are_undone_from_the_last_to_the_first():
    states = []
    for persons in ({"a": 1}, {"a": 2, "b": 1}, {"b": 5}):
        states.append(held())
        load(**persons)
    for state in reversed(states):
        undo_last_import(actor=ACTOR, importer="test.rows")
        assert held() == state
    with pytest.raises(Conflict):
        undo_last_import(actor=ACTOR, importer="test.rows")


def test_an_undone_import_can_be_repeated_and_undone_again():
    load(a=1)
    for _round in range(2):
        load(a=2)
        undo_last_import(actor=ACTOR, importer="test.rows")
        assert held() == {"a": 1}


def test_what_was_corrected_since_is_not_taken_back():
    load(a=1)
    population().objects.filter(unit_uid="a").supersede(timezone.now())
    row("a", 9).save()
    with pytest.raises(Conflict):
        undo_last_import(actor=ACTOR, importer="test.rows")
    assert held() == {"a": 9}


def test_only_the_last_import_can_be_named():
    first, _diff = load(a=1)
    load(a=2)
    with pytest.raises(Conflict, match="lần nhập cuối"):
        undo_last_import(actor=ACTOR, importer="test.rows", batch_id=first.id)
    assert held() == {"a": 2}


def test_a_failure_midway_writes_nothing():
    def plan():
        yield Plan(("unit_uid", "year"), population().objects.all(), [row("a", 1)])
        raise ImportRefused([Finding("row 2", "broken")])

    with pytest.raises(ImportRefused):
        apply_import(actor=ACTOR, importer="test.rows", source_name="x", source_sha256="0" * 64, plan=plan)
    assert (held(), ImportBatch.objects.count()) == ({}, 0)


def test_rows_given_as_a_list_are_compared_like_a_query():
    load(a=1)
    current = list(population().objects.known_at())
    diff = compare([Plan(("unit_uid", "year"), current, [row("a", 2)])])
    assert len(diff.changed) == 1


def person(username, *roles):
    user = apps.get_model("identity", "User").objects.create_user(username=username, full_name=username)
    for role in roles:
        user.grants.create(role=role, valid_from=date(2020, 1, 1))
    return user


@pytest.fixture
def administrator(client):
    user = person("quan-tri", "administrator")
    client.force_login(user)
    return user


def test_the_page_lists_imports_and_takes_the_last_back(client, administrator):
    first, _diff = load(a=1)
    last, _diff = load(a=2)
    page = client.get("/nhap-lieu/").content.decode()
    assert f"/nhap-lieu/{last.id}/hoan-tac/" in page
    assert f"/nhap-lieu/{first.id}/hoan-tac/" not in page
    asked = client.get(f"/nhap-lieu/{last.id}/hoan-tac/")
    assert asked.context["crumbs"][0][1] == "/nhap-lieu/"
    assert asked.status_code == 200
    assert held() == {"a": 2}
    assert client.post(f"/nhap-lieu/{last.id}/hoan-tac/").status_code == 302
    assert held() == {"a": 1}
    assert client.post(f"/nhap-lieu/{last.id}/hoan-tac/").status_code == 409
    assert client.get(f"/nhap-lieu/{uuid.uuid4()}/hoan-tac/").status_code == 404


def test_the_empty_page_says_how_data_come_in(client, administrator):
    assert "tinhso import_" in client.get("/nhap-lieu/").content.decode()


@pytest.mark.parametrize(
    ("roles", "listed", "undone"),
    [((), 403, 404), (("citizen",), 403, 404), (("auditor",), 200, 403), (("programme_province",), 200, 404)],
)
def test_others_see_and_undo_only_what_is_theirs(client, roles, listed, undone):
    batch, _diff = load(a=1)
    client.force_login(person("nguoi-khac", *roles))
    assert client.get("/nhap-lieu/").status_code == listed
    assert client.post(f"/nhap-lieu/{batch.id}/hoan-tac/").status_code == undone
    assert client.get("/api/files/imports").status_code == listed
    assert client.post(f"/api/files/imports/{batch.id}/undo").status_code == undone
    assert held() == {"a": 1}


def test_strangers_are_sent_to_sign_in(client):
    batch, _diff = load(a=1)
    assert client.get("/nhap-lieu/").status_code == 302
    assert client.post(f"/nhap-lieu/{batch.id}/hoan-tac/").status_code == 302
    assert client.get("/api/files/imports").status_code == 401


def test_the_api_lists_and_undoes(client, administrator):
    load(a=1)
    batch, _diff = load(a=2)
    found = client.get("/api/files/imports?limit=1").json()
    assert (found["count"], [item["id"] for item in found["items"]]) == (2, [str(batch.id)])
    assert client.get("/api/files/imports?limit=501").status_code == 422
    assert client.post(f"/api/files/imports/{batch.id}/undo").status_code == 200
    assert held() == {"a": 1}
