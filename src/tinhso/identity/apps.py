from django.apps import AppConfig


class IdentityApp(AppConfig):
    name = "tinhso.identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tinhso.identity import checks  # noqa: F401 (declares the system checks)
