from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, DateField, LongText, Text, YesNo

from ..rules.codes import AGE_GROUPS, CONTACT_KINDS, RELATIONS, AgeGroup


class FamilyMemberForm(Form):
    relation = Choice(RELATIONS, label=_("Relation to the client"))
    name = Text(label=_("Name"))
    birth_date = DateField(label=_("Birth date"), required=False)
    age_group = Choice(AGE_GROUPS, label=_("Adult or minor?"), initial=AgeGroup.UNKNOWN, radio=True)
    in_the_netherlands = YesNo(label=_("Is this person in the Netherlands?"), initial=True)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "birth_date")
        return cleaned


class ContactForm(Form):
    kind = Choice(CONTACT_KINDS, label=_("Who is it?"))
    name = Text(label=_("Name"))
    organisation_name = Text(label=_("Organisation"), required=False)
    phone = Text(label=_("Telephone"), required=False, max_length=40)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    remark = LongText(label=_("Remark"), required=False, rows=2, max_length=2000)
    never_tell = forms.BooleanField(
        label=_("Never tell this person anything"),
        required=False,
        help_text=_("Shown as a warning wherever this contact is shown."),
    )
