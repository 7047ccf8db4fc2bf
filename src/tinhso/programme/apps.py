from django.apps import AppConfig


class ProgrammeApp(AppConfig):
    name = "tinhso.programme"
    default_auto_field = "django.db.models.BigAutoField"
