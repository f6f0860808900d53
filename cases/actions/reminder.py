"""The morning mail: what is due, in numbers, without a word of any case.

May be stopped at any moment and started again. Who gets a mail is written down first; each mail is sent and ticked off in
one transaction of its own, under a lock, so that two runs at once send it once. Only between the mail server's yes and our
tick a stop leaves a doubt; then the mail goes again under the same Message-ID, which mail programs show once.
"""

import datetime
from collections.abc import Callable

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from organisations.models import Membership, User
from organisations.permissions import Permission
from organisations.roles import roles_with

from ..models import Case, Reminder
from . import refresh


def refresh_everything() -> int:
    """Read the tasks of every open case off its facts again, case by case; how many there were."""
    count = 0
    for case in Case.objects.not_erased().open().select_related("created_by").order_by("pk").iterator(chunk_size=200):
        with transaction.atomic():
            locked = Case.objects.select_for_update(no_key=True).select_related("created_by").get(pk=case.pk)
            refresh.tasks(locked, by=locked.created_by)
        count += 1
    return count


def write_down(day: datetime.date) -> None:
    """One row for everybody whose day is kept here; those written down already stay as they are."""
    kept = Membership.objects.active().filter(user=OuterRef("pk"), role__in=roles_with(Permission.MY_DAY_READ))
    people = User.objects.filter(Exists(kept), is_active=True)
    Reminder.objects.bulk_create([Reminder(user=person, day=day) for person in people], ignore_conflicts=True)


def send_next(day: datetime.date, mail_for: Callable[[Reminder], EmailMessage | None]) -> bool | None:
    """Send the next mail of that day; None when there is none left, False when that person had nothing due."""
    with transaction.atomic():
        reminder = (
            Reminder.objects.filter(day=day, sent_at=None)
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("user")
            .order_by("pk")
            .first()
        )
        if reminder is None:
            return None
        message = mail_for(reminder)
        if message is not None:
            message.send()
        reminder.sent_at = timezone.now()
        reminder.save(update_fields=["sent_at"])
    return message is not None
