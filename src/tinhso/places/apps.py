from django.apps import AppConfig


class PlacesApp(AppConfig):
    name = "tinhso.places"
    default_auto_field = "django.db.models.BigAutoField"
