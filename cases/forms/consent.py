from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, needed, not_in_future
from organisations.forms.fields import Choice, DateField, LongText, Text, YesNo, offer

from ..rules.consent import GROUNDS, INTERPRETERS, RULES, Ground, Purpose


class ConsentForm(Form):
    recipient = Choice({}, label=_("Who receives information?"))
    ground = Choice(GROUNDS, label=_("On what ground?"))
    given_on = DateField(label=_("Given on"), initial=timezone.localdate)
    written = YesNo(label=_("In writing?"))
    explained_by = Text(label=_("Who explained it?"), required=False)
    language = Text(label=_("In which language?"), required=False, max_length=60)
    interpreter = Choice(INTERPRETERS, empty=_("Not recorded"), label=_("With an interpreter?"), required=False)
    document = Choice(
        {}, label=_("The signed form"), required=False, help_text=_("A document of this case. Add it there first.")
    )
    reason = LongText(label=_("Why without consent?"), required=False, rows=3, max_length=2000)

    def __init__(self, *args, purpose: Purpose, recipients, documents, may_override: bool, **kwargs) -> None:
        """`recipients` is None where it is fixed: at the national register, and once the consent is recorded."""
        super().__init__(*args, **kwargs)
        grounds = [ground for ground in RULES[purpose].grounds if ground is not Ground.OVERRIDE or may_override]
        offer(self, "ground", [("", _("Choose")), *((ground.value, GROUNDS[ground]) for ground in grounds)])
        self.recipients = {str(one.pk): one for one in recipients or ()}
        if recipients is None:
            del self.fields["recipient"]
        else:
            names = ((key, one.name) for key, one in self.recipients.items())
            offer(self, "recipient", [("", _("Choose an organisation")), *names])
        self.documents = {str(one.pk): one for one in documents}
        papers = ((key, f"{one.kind_name}, {one.name}") for key, one in self.documents.items())
        offer(self, "document", [("", _("None")), *papers])
        if self.row is not None and self.row.document_id and str(self.row.document_id) not in self.documents:
            # not to be seen here (any more): it stays what it is
            del self.fields["document"]
        if Ground.OVERRIDE not in grounds:
            del self.fields["reason"]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "given_on")
        if cleaned.get("ground") == Ground.OVERRIDE:
            needed(self, "reason", why=_("Write why it is done without consent."))
        return cleaned

    def who(self):
        """The organisation that was chosen, or None where it is fixed."""
        return self.recipients.get(self.cleaned_data.get("recipient", ""))

    def values(self) -> dict:
        values = {name: value for name, value in super().values().items() if name != "recipient"}
        reason = values.get("reason") if values["ground"] == Ground.OVERRIDE else None
        if "document" in values:
            values["document"] = self.documents.get(values["document"])
        return {**values, "reason": reason}


class WithdrawConsentForm(Form):
    withdrawn_on = DateField(label=_("Withdrawn on"), initial=timezone.localdate)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "withdrawn_on")
        return cleaned


class ToldForm(Form):
    told_on = DateField(label=_("Told on"), initial=timezone.localdate)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "told_on")
        return cleaned
