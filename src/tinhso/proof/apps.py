from django.apps import AppConfig


class ProofApp(AppConfig):
    name = "tinhso.proof"
    default_auto_field = "django.db.models.BigAutoField"
