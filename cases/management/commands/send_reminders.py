"""Every morning, by a timer: refresh the tasks of open cases and mail everybody what is due, once."""

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from cases.actions import reminder
from cases.reminders import mail_for
from cases.rules.locks import Lock
from organisations import sealing


class Command(BaseCommand):
    help = "Refresh tasks and send today's mails, each once; may be stopped and started again at any moment."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--only-refresh", action="store_true", help="refresh the tasks and send nothing")

    def handle(self, *args, **options) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [Lock.REMINDERS])
            if not cursor.fetchone()[0]:
                self.stdout.write("Another run is busy; nothing to do.")
                return
        try:
            with sealing.fresh_keys():
                cases = reminder.refresh_everything()
                self.stdout.write(f"Tasks of {cases} open cases are up to date.")
                if not options["only_refresh"]:
                    self.send()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [Lock.REMINDERS])

    def send(self) -> None:
        today, sent = timezone.localdate(), 0
        reminder.write_down(today)
        while (done := reminder.send_next(today, mail_for)) is not None:
            sent += done
        self.stdout.write(f"{sent} mails sent.")
