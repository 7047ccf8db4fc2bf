"""Tables that only grow: the database itself refuses change, whoever asks.

Triggers refuse UPDATE, DELETE, TRUNCATE and inserting an existing key (SQLite's INSERT OR REPLACE slips past update
triggers). Django rebuilds tables on SQLite and drops triggers silently, so they are reinstalled after every migrate and
checked at start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, connections, models


class AppendOnlyError(Exception):
    """Code tried to change or delete a row of a table that only grows."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **changes: Any) -> int:
        raise AppendOnlyError(f"{self.model._meta.db_table} only grows")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self.model._meta.db_table} only grows")


class AppendOnly(models.Model):
    """A row written once. Reads as any model; update and delete are refused here and by the database."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.db_table} only grows")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self._meta.db_table} only grows")


def append_only_models() -> list[type[AppendOnly]]:
    """Every concrete append-only table of the project."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def _keys(model: type[models.Model]) -> Iterable[list[str]]:
    """Column lists that must be unique: an insert that repeats one would replace a row on SQLite."""
    meta = model._meta
    for field in meta.concrete_fields:
        if field.unique:
            yield [str(field.column)]
    for constraint in meta.total_unique_constraints:
        yield [str(meta.get_field(name).column) for name in constraint.fields]  # type: ignore[union-attr]


def trigger_sql(model: type[models.Model], vendor: str) -> list[str]:
    """Statements that make one table append-only; repeatable."""
    table = model._meta.db_table
    if vendor == "sqlite":
        said = f"SELECT RAISE(ABORT, 'append-only: {table}')"
        taken = " OR ".join(
            f'EXISTS (SELECT 1 FROM "{table}" WHERE '  # noqa: S608 (names come from our own models)
            + " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
            + ")"
            for key in _keys(model)
        )
        bodies = {"update": "", "delete": "", "insert": f"WHEN {taken}"}
        statements = []
        for verb, condition in bodies.items():
            name = f"append_only_{table}_{verb}"
            statements += [
                f'DROP TRIGGER IF EXISTS "{name}"',
                f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" {condition} BEGIN {said}; END',
            ]
        return statements
    return [
        "CREATE OR REPLACE FUNCTION tinhso_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
        f'CREATE OR REPLACE TRIGGER "append_only_{table}" BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION tinhso_append_only()",
        f'CREATE OR REPLACE TRIGGER "append_only_{table}_truncate" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION tinhso_append_only()",
    ]


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """(Re)install the triggers on every append-only table that exists."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for model in append_only_models():
            if model._meta.db_table in present:
                for statement in trigger_sql(model, connection.vendor):
                    cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers away: the test kit empties tables between tests, nothing else may."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for model in append_only_models():
            table = model._meta.db_table
            if table not in present:
                continue
            names = (
                [f"append_only_{table}_{verb}" for verb in ("update", "delete", "insert")]
                if connection.vendor == "sqlite"
                else [f"append_only_{table}", f"append_only_{table}_truncate"]
            )
            on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
            for name in names:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Append-only tables whose triggers are not all in place."""
    connection = connections[using]
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    )
    wanted = 3 if connection.vendor == "sqlite" else 2
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        cursor.execute(query)
        found = [name for _table, name in cursor.fetchall()]
    return [
        table
        for table in (model._meta.db_table for model in append_only_models())
        if table in present
        and sum(name == f"append_only_{table}" or name.startswith(f"append_only_{table}_") for name in found) < wanted
    ]


@register(Tags.database)
def triggers_in_place(app_configs: object, databases: Iterable[str] | None, **kwargs: Any) -> list[Error]:
    """System check: every append-only table is guarded by its triggers."""
    return [
        Error(
            f"{table} has lost its append-only triggers",
            hint="Run `tinhso migrate`, which puts them back, and find out who took them away.",
            id="foundation.E001",
        )
        for alias in databases or []
        for table in missing(alias)
    ]
