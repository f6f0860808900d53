from django.apps import AppConfig, apps
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class ReturnsupportConfig(AppConfig):
    name = "returnsupport"

    def ready(self) -> None:
        from cases.rules.access import PAGE_NAMES, ROOM_NAMES
        from cases.views.draft import saved
        from cases.views.pages import keep_what_is_typed
        from organisations.rules import audit
        from organisations.views.sending import KEEPING, WHEN_SAVED

        from . import database_roles
        from .checks import breached_passwords_are_there, files_are_usable, keys_are_usable, text_is_sealed

        # The audit trail names the rooms and pages of the case side, which organisations does not know.
        audit.ROOM_NAMES.update(PAGE_NAMES)
        audit.ROOM_NAMES.update(ROOM_NAMES)
        # What is typed is kept, and of a form that was saved no more.
        KEEPING.append(keep_what_is_typed)
        WHEN_SAVED.append(saved)

        # Django announces migrations of apps with models only, and ours has none.
        once = apps.get_app_config("organisations")
        pre_migrate.connect(database_roles.grant_on_what_comes, sender=once)
        post_migrate.connect(database_roles.grant_and_close_the_audit, sender=once)
        checks.register(keys_are_usable)
        checks.register(files_are_usable)
        checks.register(text_is_sealed)
        checks.register(breached_passwords_are_there)
