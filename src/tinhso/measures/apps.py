from django.apps import AppConfig


class MeasuresApp(AppConfig):
    name = "tinhso.measures"
    default_auto_field = "django.db.models.BigAutoField"
