from django.apps import AppConfig


class ServicesApp(AppConfig):
    name = "tinhso.government.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every process that writes knows what follows from acts and what is forgotten, and hears of payments."""
        from tinhso.government.services.index import facts  # noqa: F401
        from tinhso.government.services.national import outbox  # noqa: F401
        from tinhso.government.services.papers import forgetting, wanted  # noqa: F401
        from tinhso.government.services.paying import following  # noqa: F401
        from tinhso.government.services.tracking import notices  # noqa: F401
