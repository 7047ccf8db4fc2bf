from django.apps import AppConfig


class PortalApp(AppConfig):
    name = "tinhso.portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tinhso.portal import checks  # noqa: F401 (declares the system check)
