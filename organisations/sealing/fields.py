"""Columns that hold sealed bytes and read as text or dates.

The model says whose key with a property `sealed_for -> (owner kind, owner id)`, and has a UUID primary key made
before insert, because table, column and row are authenticated. A value is opened when it is looked at, not when it
is loaded; it is sealed in `pre_save`. Writing past `save()` (update, bulk_update) raises.
"""

import datetime
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

from . import envelope, keys

if TYPE_CHECKING:
    Bytes = models.BinaryField[Any, Any]
else:
    Bytes = models.BinaryField


class Sealed(bytes):
    """Sealed bytes, as they lie in the column."""


class SealedAttribute:
    """Opens the value at first sight and remembers both sides, so that an unchanged value is not sealed anew."""

    def __init__(self, field: "SealedTextField") -> None:
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        if isinstance(value, Sealed):
            plain = self.field.open(instance, value)
            instance.__dict__[self.field.attname] = plain
            instance.__dict__[f"_sealed_{self.field.attname}"] = (plain, value)
            return plain
        return value

    def __set__(self, instance, value) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(Bytes):
    description = "Sealed text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, SealedAttribute(self))

    def to_text(self, value) -> str:
        return unicodedata.normalize("NFC", value)

    def from_text(self, text: str):
        return text

    def context(self, instance) -> str:
        return f"{self.model._meta.db_table}|{self.column}|{instance.pk}"

    def open(self, instance, value: Sealed):
        key = keys.data_key(instance.sealed_for)
        return self.from_text(envelope.unseal(key, bytes(value), self.context(instance)).decode())

    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(value)

    def to_python(self, value):
        return value

    def pre_save(self, model_instance, add):
        value = model_instance.__dict__.get(self.attname)
        if value is None or value == "":
            return None
        if isinstance(value, Sealed):
            return value
        before = model_instance.__dict__.get(f"_sealed_{self.attname}")
        if before and before[0] == value:
            return before[1]
        key = keys.data_key(model_instance.sealed_for)
        sealed = Sealed(envelope.seal(key, self.to_text(value).encode(), self.context(model_instance)))
        model_instance.__dict__[f"_sealed_{self.attname}"] = (value, sealed)
        return sealed

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: it is written by save() alone and never looked up.")
        return super().get_db_prep_value(value, connection, prepared)

    def formfield(self, **kwargs):
        return None

    def value_to_string(self, obj):
        raise TypeError(f"{self.name} is sealed and not serialised.")


class SealedDateField(SealedTextField):
    description = "Sealed date"

    def to_text(self, value: datetime.date) -> str:
        return value.isoformat()

    def from_text(self, text: str) -> datetime.date:
        return datetime.date.fromisoformat(text)
