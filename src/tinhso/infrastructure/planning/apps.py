from django.apps import AppConfig


class PlanningApp(AppConfig):
    name = "tinhso.infrastructure.planning"
    default_auto_field = "django.db.models.BigAutoField"
