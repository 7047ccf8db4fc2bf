from django.apps import AppConfig


class InfrastructureApp(AppConfig):
    name = "tinhso.infrastructure.network"
    label = "infrastructure"
    default_auto_field = "django.db.models.BigAutoField"
