"""What the morning mail says: numbers, and where to sign in."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import tasks
from .models import Reminder


def mail_for(reminder: Reminder) -> EmailMessage | None:
    """The mail in the language of its reader (Dutch where none is stored), or None when nothing is due."""
    counts = tasks.counts(reminder.user, today=reminder.day)
    if not any(counts.values()):
        return None
    with override(reminder.user.language or "nl"):
        body = render_to_string("cases/task/mail.txt", {"counts": counts, "site": settings.SITE_ADDRESS})
        return EmailMessage(
            subject=_("Your day in returnsupport"),
            body=body,
            to=[reminder.user.email],
            headers={"Message-ID": f"<{reminder.pk}@returnsupport>"},
        )
