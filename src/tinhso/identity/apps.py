from django.apps import AppConfig


class IdentityApp(AppConfig):
    name = "tinhso.identity"
    default_auto_field = "django.db.models.BigAutoField"
