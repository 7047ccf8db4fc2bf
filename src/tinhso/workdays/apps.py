from django.apps import AppConfig


class WorkdaysApp(AppConfig):
    name = "tinhso.workdays"
    default_auto_field = "django.db.models.BigAutoField"
