"""A database that a command may be started on for the first time."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def prepare(say: Callable[[str], object]) -> None:
    """Bring tables and translations to this version where a migration is still to run."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database …")
        call_command("compile_messages", verbosity=0)
        call_command("migrate", verbosity=0)
