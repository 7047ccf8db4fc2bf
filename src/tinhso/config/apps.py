from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "tinhso.config"
    default_auto_field = "django.db.models.BigAutoField"
