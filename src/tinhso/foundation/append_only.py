"""Tables that only grow: the database itself refuses change, whoever asks.

Triggers refuse UPDATE, DELETE, TRUNCATE and inserting an existing key (SQLite's INSERT OR REPLACE slips past update
triggers). Django rebuilds tables on SQLite and drops triggers silently, so they are reinstalled after every migrate and
checked at start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction


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
    for names in (*(constraint.fields for constraint in meta.total_unique_constraints), *meta.unique_together):
        yield [meta.get_field(name).column for name in names]  # type: ignore[union-attr]


@dataclass(frozen=True)
class Trigger:
    """One trigger of one table, as the database must report it (`reported`) once `create` has run."""

    table: str
    name: str
    create: tuple[str, ...]
    drop: str
    reported: tuple[str, ...]


_FUNCTION = "tinhso_append_only"
_FUNCTION_BODY = " BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END "
# pg_trigger.tgtype: ROW 1 + BEFORE 2 + DELETE 8 + UPDATE 16; BEFORE 2 + TRUNCATE 32.
_POSTGRESQL = {"": ("UPDATE OR DELETE", "ROW", "27"), "_truncate": ("TRUNCATE", "STATEMENT", "34")}


def _sqlite_triggers(model: type[models.Model]) -> Iterable[Trigger]:
    table = model._meta.db_table
    taken = " OR ".join(
        f'EXISTS (SELECT 1 FROM "{table}" WHERE '  # noqa: S608 (names come from our own models)
        + " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
        + ")"
        for key in _keys(model)
    )
    for verb, condition in {"update": "", "delete": "", "insert": f"WHEN {taken} "}.items():
        name = f"append_only_{table}_{verb}"
        create = (
            f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" {condition}'
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        )
        drop = f'DROP TRIGGER IF EXISTS "{name}"'
        yield Trigger(table, name, (drop, create), drop, (create,))


def _postgresql_triggers(model: type[models.Model]) -> Iterable[Trigger]:
    table = model._meta.db_table
    for suffix, (event, each, kind) in _POSTGRESQL.items():
        name = f"append_only_{table}{suffix}"
        create = (
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_FUNCTION_BODY}$$",
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH {each} EXECUTE FUNCTION {_FUNCTION}()",
            # ALWAYS: also for sessions that replay replicated changes.
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
        )
        yield Trigger(
            table, name, create, f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"', (kind, "A", _FUNCTION, _FUNCTION_BODY)
        )


def triggers(model: type[models.Model], vendor: str) -> list[Trigger]:
    """What makes one table append-only."""
    return list(_sqlite_triggers(model) if vendor == "sqlite" else _postgresql_triggers(model))


_REPORTED = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_%'",
    "postgresql": "SELECT relname, tgname, tgtype::text, tgenabled::text, proname, prosrc FROM pg_trigger "
    "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE relnamespace = current_schema()::regnamespace AND tgname LIKE 'append_only_%'",
}


def _absent(using: str) -> list[Trigger]:
    """Triggers that are not there, not enabled, or not what they were made."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        cursor.execute(_REPORTED[connection.vendor])
        found = {(table, name): tuple(rest) for table, name, *rest in cursor.fetchall()}
    return [
        trigger
        for model in append_only_models()
        if model._meta.db_table in present
        for trigger in triggers(model, connection.vendor)
        if found.get((trigger.table, trigger.name)) != trigger.reported
    ]


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the triggers on every append-only table that exists, where they are not in place."""
    if absent := _absent(using):
        with transaction.atomic(using), connections[using].cursor() as cursor:
            for trigger in absent:
                for statement in trigger.create:
                    cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers away: the test kit empties tables between tests, nothing else may."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for model in append_only_models():
            if model._meta.db_table in present:
                for trigger in triggers(model, connection.vendor):
                    cursor.execute(trigger.drop)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Append-only tables whose triggers are not all in place."""
    return sorted({trigger.table for trigger in _absent(using)})


@register(Tags.models)
def keys_are_plain(app_configs: object, **kwargs: Any) -> list[Error]:
    """System check: every unique key of an append-only table is one its insert trigger can compare.

    SQLite's INSERT OR REPLACE would delete through a conditional or computed unique index unseen.
    """
    return [
        Error(
            f"{model._meta.label}: unique constraint {constraint.name} has a condition or an expression",
            hint="Give an append-only table plain unique fields only.",
            obj=model,
            id="foundation.E002",
        )
        for model in append_only_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint not in model._meta.total_unique_constraints
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
