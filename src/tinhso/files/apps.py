from django.apps import AppConfig


class FilesApp(AppConfig):
    name = "tinhso.files"
    default_auto_field = "django.db.models.BigAutoField"
