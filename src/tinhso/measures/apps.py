from django.apps import AppConfig


class MeasuresApp(AppConfig):
    name = "tinhso.measures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tinhso.measures import lock  # noqa: F401 (registers its system check)
