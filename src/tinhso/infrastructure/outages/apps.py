from django.apps import AppConfig


class OutagesApp(AppConfig):
    name = "tinhso.infrastructure.outages"
    default_auto_field = "django.db.models.BigAutoField"
