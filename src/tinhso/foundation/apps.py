from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def guard_tables(using: str, **kwargs: Any) -> None:
    from tinhso.foundation.append_only import install

    install(using)


class FoundationApp(AppConfig):
    name = "tinhso.foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(guard_tables, dispatch_uid="foundation.guard_tables")
