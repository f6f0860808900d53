from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, Choices, DateField, LongText

from ..rules.codes import CONVERSATION_OUTCOMES, FUTURE_TOPICS, NOTE_AREAS, ORIENTATIONS


class ConversationForm(Form):
    held_on = DateField(label=_("On"), initial=timezone.localdate)
    outcome = Choice(CONVERSATION_OUTCOMES, label=_("What came of it?"), initial="held", radio=True)
    here = LongText(
        label=_("A future here"),
        required=False,
        rows=4,
        help_text=_("What speaks for it, what is in the way?"),
    )
    there = LongText(
        label=_("A future there"),
        required=False,
        rows=4,
        help_text=_("What speaks for it, what is in the way?"),
    )
    own_words = LongText(label=_("In the person's own words"), required=False, rows=3)
    topics = Choices(FUTURE_TOPICS, label=_("We talked about"), required=False)
    orientation = Choice(
        ORIENTATIONS, empty=_("Not asked this time"), label=_("What does the person want now?"), required=False,
        help_text=_("It may change every time; no answer binds."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "held_on")
        if cleaned.get("outcome") == "declined" and cleaned.get("orientation"):
            self.add_error("orientation", _("A wish is recorded in a conversation that was held."))
        return cleaned


class NoteForm(Form):
    alike = True
    text = LongText(label=_("Note"), rows=4)
    areas = Choices(
        NOTE_AREAS,
        label=_("About"),
        required=False,
        help_text=_(
            "“Future” makes it a Safe Future conversation of today as well. “Handover” shows it to the next shift, on the list for the night."
        ),
    )


class NoteCorrectionForm(NoteForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].help_text = _(
            "“Future” makes it a Safe Future conversation of the day on which the note was written."
        )
