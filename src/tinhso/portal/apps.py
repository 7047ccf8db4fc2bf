from django.apps import AppConfig


class PortalApp(AppConfig):
    name = "tinhso.portal"
    default_auto_field = "django.db.models.BigAutoField"
