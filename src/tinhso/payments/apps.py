from django.apps import AppConfig


class PaymentsApp(AppConfig):
    name = "tinhso.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"
