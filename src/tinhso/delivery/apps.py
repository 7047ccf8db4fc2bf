from django.apps import AppConfig


class DeliveryApp(AppConfig):
    name = "tinhso.delivery"
    default_auto_field = "django.db.models.BigAutoField"
