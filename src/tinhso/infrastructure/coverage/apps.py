from django.apps import AppConfig


class CoverageApp(AppConfig):
    name = "tinhso.infrastructure.coverage"
    default_auto_field = "django.db.models.BigAutoField"
