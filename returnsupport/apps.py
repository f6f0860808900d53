from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class ReturnsupportConfig(AppConfig):
    name = "returnsupport"

    def ready(self) -> None:
        from . import database_roles
        from .checks import keys_are_usable

        pre_migrate.connect(database_roles.grant_on_what_comes, sender=self)
        post_migrate.connect(database_roles.close_the_audit, sender=self)
        checks.register(keys_are_usable)
