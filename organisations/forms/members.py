"""Forms about who works where: invitations, roles, and the first password."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import User
from ..roles import Role
from .base import Form
from .fields import Choice, Text, check_storable, offer


class Email(forms.EmailField):
    """An address as mail servers take it: no letters outside ASCII, and case means nothing."""

    def to_python(self, value):
        text = super().to_python(value).lower()
        if not text.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text

    default_error_messages = {"invalid": _("This is not an e-mail address. An example: name@organisation.nl.")}


class Password(forms.CharField):
    """Any characters that can be stored; spaces at the ends count."""

    def __init__(self, **kwargs) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(strip=False, max_length=200, widget=widget, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        check_storable(text)
        return text


class RoleForm(Form):
    """One of the roles that this person may give here, each with what it opens."""

    role = Choice({}, label=_("Role"), radio=True)

    def __init__(self, *args, roles: list[Role], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", [(role.value, f"{role.label}. {role.sentence}") for role in roles])


class InviteForm(RoleForm):
    email = Email(
        label=_("E-mail address"), help_text=_("The person's own work address, not one that others read too.")
    )

    field_order = ["email", "role"]


class JoinForm(Form):
    name = Text(label=_("Your name"), max_length=150, help_text=_("As colleagues see it."))
    password = Password(label=_("Choose a password"))
    again = Password(label=_("The same password again"))
    language = Choice(dict(settings.LANGUAGES), label=_("Language"), radio=True)

    def __init__(self, *args, email: str, **kwargs) -> None:
        super().__init__(*args, initial={"language": get_language()}, **kwargs)
        self.email = email
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["password"].help_text = " ".join(map(str, password_validators_help_texts()))

    def clean(self):
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ. Type them again."))
        elif password:
            try:
                validate_password(password, User(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as problem:
                self.add_error("password", problem)
        return cleaned
