from django.apps import AppConfig, apps
from django.db.models.signals import pre_save


class OrganisationsConfig(AppConfig):
    name = "organisations"

    def ready(self) -> None:
        from .accounts import without_address

        # The login library writes these rows in several places; here is the one through which all of them go.
        pre_save.connect(without_address, sender=apps.get_model("usersessions", "UserSession"))
