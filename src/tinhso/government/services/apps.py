from django.apps import AppConfig


class ServicesApp(AppConfig):
    name = "tinhso.government.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear the news of payments."""
        from tinhso.government.services import paying  # noqa: F401
