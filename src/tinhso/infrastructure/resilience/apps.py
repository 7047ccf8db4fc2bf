from django.apps import AppConfig


class ResilienceApp(AppConfig):
    name = "tinhso.infrastructure.resilience"
    default_auto_field = "django.db.models.BigAutoField"
