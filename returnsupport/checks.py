"""System checks: what must be right before anything is served."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, models

from cases.rules.clear_columns import CLEAR
from organisations.models import DataKey, Place, PlaceOut, Shelter
from organisations.sealing import keys

TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)


def keys_are_usable(app_configs, **kwargs) -> list[Error]:
    try:
        keys.accepted()
    except ImproperlyConfigured as problem:
        return [Error(str(problem), id="returnsupport.E001")]
    return []


def files_are_usable(app_configs, **kwargs) -> list[Error]:
    """The place of sealed files is there: it is never made in passing, since it may be a disk that was not mounted."""
    path = Path(settings.FILES_ROOT)
    if not path.is_dir():
        return [Error(f"RETURNSUPPORT_FILES names {path}, which is no directory: make it.", id="returnsupport.E003")]
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return [Error(f"{path} may not be written by this user: chown it.", id="returnsupport.E003")]
    return []


def breached_passwords_are_there(app_configs, **kwargs) -> list[Error]:
    """Without the list every choice of a password would end in an error page."""
    if Path(settings.BREACHED_PASSWORDS).exists():
        return []
    problem = f"{settings.BREACHED_PASSWORDS} is missing: run `make setup`, which fetches it."
    return [Error(problem, id="returnsupport.E004")]


def keys_fit_the_data() -> str:
    """The sentence why nothing may be served: data keys that no key of this process opens; "" when all is well.

    Asked by the server alone: with another master key every file would break, and new ones would be sealed under it.
    """
    try:
        strangers = DataKey.objects.under_none_of(keys.accepted()).count()
    except DatabaseError:
        return ""  # no database (yet) is somebody else's sentence
    finally:
        connection.close()  # a server that forks must not share it
    if strangers:
        return (
            f"{strangers} data keys lie under another master key than the one given: see docs/keys.md and check_keys."
        )
    return ""


def text_is_sealed(app_configs, **kwargs) -> list[Error]:
    """Every text column of the case side is sealed, or on the list of clear ones."""
    return [
        Error(
            f"{column} is text and not sealed: seal it, or say in cases/rules/clear_columns.py why not.",
            id="returnsupport.E002",
        )
        for column in clear_columns()
        if column not in CLEAR
    ]


def clear_columns() -> list[str]:
    """The text columns of cases, shelters and places that lie open in the database."""
    sides: list[type[models.Model]] = [*apps.get_app_config("cases").get_models(), Shelter, Place, PlaceOut]
    return [
        f"{model._meta.label}.{field.name}"
        for model in sides
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) or (isinstance(field, ArrayField) and isinstance(field.base_field, TEXT))
    ]
