"""Tables that only grow refuse every change, on both databases, whoever asks; every such table is tried."""

import copy
import datetime
import uuid
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core import checks
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, models, transaction

from tinhso.foundation import append_only
from tinhso.foundation.append_only import AppendOnly, AppendOnlyError, append_only_models

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MODELS = append_only_models()
on_sqlite = connection.vendor == "sqlite"


def sample(field, number):
    """A value of the field's type; a different one for another number."""
    kind = field.target_field if field.is_relation else field
    match kind:
        case models.BooleanField():
            return False
        case models.UUIDField():
            made = uuid.UUID(int=number)
            return made.hex if on_sqlite else made
        case models.DateTimeField():
            return datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(days=number)
        case models.DateField():
            return datetime.date(2021, 1, 1) + datetime.timedelta(days=number)
        case models.IntegerField() | models.AutoField():
            return 1000 + number
        case models.BinaryField():
            return bytes([number])
        case models.JSONField():
            return "{}"
        case models.CharField() | models.TextField():
            return f"{number}"
    raise NotImplementedError(f"no sample of {kind}")


def row(model, number):
    return {field.column: sample(field, number) for field in model._meta.concrete_fields}


def ignore_checks(table):
    """Samples know no CHECK constraints and no other tables; both ways end with the transaction or the block."""
    with connection.cursor() as cursor:
        if on_sqlite:
            cursor.execute("PRAGMA ignore_check_constraints = 1")
            return
        for name, about in connection.introspection.get_constraints(cursor, table).items():
            if about["check"] or about["foreign_key"]:
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


@contextmanager
def one_row(model):
    """The table with one row of samples, taken back at the end (their foreign keys point nowhere)."""
    table, values = model._meta.db_table, row(model, 1)
    try:
        with transaction.atomic():
            ignore_checks(table)
            with connection.cursor() as cursor:
                cursor.execute(insert(table, values), list(values.values()))
            yield values
            transaction.set_rollback(True)
    finally:
        if on_sqlite:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = 0")


def insert(table, values, verb="INSERT"):
    columns = ", ".join(f'"{column}"' for column in values)
    return f'{verb} INTO "{table}" ({columns}) VALUES ({", ".join(["%s"] * len(values))})'


def attacks(model):
    """(what, sql, parameters): every way to change or take away the row of samples."""
    table, old, new = model._meta.db_table, row(model, 1), row(model, 2)
    key = model._meta.pk.column
    column = next((c for c in old if c != key), key)
    same_key = {**new, key: old[key]}
    yield "update", f'UPDATE "{table}" SET "{column}" = %s', [new[column]]
    yield "update to itself", f'UPDATE "{table}" SET "{column}" = "{column}"', []
    yield "delete", f'DELETE FROM "{table}"', []
    yield "insert existing id", insert(table, same_key), list(same_key.values())
    upsert = f' ON CONFLICT ("{key}") DO UPDATE SET "{column}" = EXCLUDED."{column}"'
    yield "upsert", insert(table, same_key) + upsert, list(same_key.values())
    if on_sqlite:
        yield "update or replace", f'UPDATE OR REPLACE "{table}" SET "{column}" = %s', [new[column]]
        for unique in append_only._keys(model):
            values = {**new, **{part: old[part] for part in unique}}
            for verb in ("INSERT OR REPLACE", "REPLACE"):
                yield f"{verb} over {unique}", insert(table, values, verb), list(values.values())
            text = {**values, **{part: str(old[part]) for part in unique}}
            yield f"REPLACE over {unique} as text", insert(table, text, "REPLACE"), list(text.values())
    else:
        merge = f'MERGE INTO "{table}" USING (SELECT 1) AS s ON TRUE WHEN MATCHED THEN'
        yield "merge update", f'{merge} UPDATE SET "{column}" = %s', [new[column]]
        yield "merge delete", f"{merge} DELETE", []
        yield "truncate", f'TRUNCATE "{table}"', []
        yield "truncate cascade", f'TRUNCATE "{table}" CASCADE', []
        yield "delete as replica", f'SET LOCAL session_replication_role = replica; DELETE FROM "{table}"', []


def content(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return cursor.fetchall()


def refusals(what):
    """What the database may say: PostgreSQL also guards keys and referenced tables by itself."""
    return {
        "insert existing id": ["append-only"] if on_sqlite else ["duplicate key"],
        "truncate": ["append-only", "cannot truncate a table referenced in a foreign key"],
    }.get(what, ["append-only"])


def refuses_everything(model):
    with one_row(model):
        before = content(model._meta.db_table)
        assert len(before) == 1
        for what, sql, parameters in attacks(model):
            with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, parameters)
            assert any(said in str(refused.value) for said in refusals(what)), (what, str(refused.value))
            assert content(model._meta.db_table) == before, what


def test_there_are_tables_to_guard():
    assert len(MODELS) >= 6


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_raw_sql_is_refused(model):
    refuses_everything(model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_the_orm_is_refused(model):
    for change in (
        lambda: model.objects.all().update(pk=1),
        lambda: model.objects.all().delete(),
        lambda: model(pk=1).delete(),
    ):
        with pytest.raises(AppendOnlyError):
            change()
    with one_row(model):
        for change in (
            lambda: model._base_manager.all().delete(),
            lambda: model._base_manager.all()._raw_delete("default"),
            lambda: models.QuerySet(model).update(**{model._meta.concrete_fields[-1].attname: None}),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert model.objects.count() == 1
    old = model(pk=1)
    old._state.adding = False
    with pytest.raises(AppendOnlyError):
        old.save()


@pytest.mark.django_db(transaction=True)
def test_still_refused_after_migrations_that_rebuild_the_tables():
    for model in MODELS:
        field = next(f for f in model._meta.concrete_fields if not f.primary_key and not f.is_relation)
        wider = copy.deepcopy(field)
        wider.null = not field.null
        for before, after in ((field, wider), (wider, field)):
            with connection.schema_editor() as editor:
                editor.alter_field(model, before, after)
        if on_sqlite:
            assert model._meta.db_table in append_only.missing()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert append_only.missing() == []
    for model in MODELS:
        refuses_everything(model)


def database_errors():
    return {error.msg.split()[0] for error in checks.run_checks(databases=["default"]) if error.id == "foundation.E001"}


def weaken(kind, table):
    if on_sqlite:
        name = f"append_only_{table}_delete"
        yield f'DROP TRIGGER "{name}"'
        if kind == "hollow":
            yield f'CREATE TRIGGER "{name}" BEFORE DELETE ON "{table}" BEGIN SELECT 1; END'
        return
    name = f"append_only_{table}"
    if kind == "drop":
        yield f'DROP TRIGGER "{name}" ON "{table}"'
    else:
        yield f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"'


@pytest.mark.parametrize("kind", ["drop", "hollow"])
def test_a_weakened_trigger_is_reported_and_put_back(kind):
    table = MODELS[0]._meta.db_table
    assert database_errors() == set()
    with connection.cursor() as cursor:
        for statement in weaken(kind, table):
            cursor.execute(statement)
    assert database_errors() == {table}
    append_only.install()
    assert database_errors() == set()
    refuses_everything(MODELS[0])


@pytest.mark.skipif(on_sqlite, reason="functions are PostgreSQL's")
def test_a_hollow_function_is_reported():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION tinhso_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN OLD; END $$"
        )
    assert database_errors() == {model._meta.db_table for model in MODELS}
    append_only.install()
    assert database_errors() == set()


def test_a_conditional_unique_key_is_refused_by_the_check():
    constraint = models.UniqueConstraint(fields=["at"], condition=models.Q(at=1), name="sometimes")
    model = MODELS[0]
    model._meta.constraints.append(constraint)
    try:
        assert [error.id for error in append_only.keys_are_plain(None)] == ["foundation.E002"]
    finally:
        model._meta.constraints.remove(constraint)
    assert append_only.keys_are_plain(None) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_transactional_tests_begin_empty_and_guarded(turn):
    model = apps.get_model("proof", "Entry")
    assert issubclass(model, AppendOnly)
    assert model.objects.count() == 0
    assert append_only.missing() == []
    model.objects.create(kind="reading", subject="one", payload="{}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM proof_entry")
