"""Every few minutes, by a timer: make the files of cases that wait, and delete those that were kept long enough."""

import os
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from cases import exports
from cases.actions import case_export
from cases.models import CaseExport
from cases.rules.locks import Lock
from organisations import sealing
from organisations.sealing import files

# Seconds between two looks of --watch.
PAUSE = 2


class Command(BaseCommand):
    help = "Make the files of cases that wait and delete old ones; may be stopped and started again at any moment."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--purge", action="store_true", help="delete old files and make none")
        parser.add_argument("--watch", action="store_true", help="go on until whoever started it has gone")

    def handle(self, *args, **options) -> None:
        if options["watch"]:
            self.watch()
            return
        made, gone = self.run_once(make=not options["purge"])
        self.stdout.write(f"Files of cases: {made} made, {gone} deleted.")

    def run_once(self, *, make: bool = True) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [Lock.EXPORTS])
            if not cursor.fetchone()[0]:
                self.stdout.write("Another run is busy; nothing to do.")
                return 0, 0
        try:
            with sealing.fresh_keys(), files.settled():
                gone = case_export.purge()
            return self.make_all() if make else 0, gone
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [Lock.EXPORTS])

    def make_all(self) -> int:
        """Each of those that wait now, oldest first; how many were made."""
        waiting = list(CaseExport.objects.waiting().order_by("created_at"))
        for export in waiting:
            with sealing.fresh_keys(), files.settled():
                exports.make(export)
        return CaseExport.objects.ready().filter(pk__in=[export.pk for export in waiting]).count()

    def watch(self) -> None:
        """For the demo: beside its server, and gone with it."""
        parent = os.getppid()
        try:
            while os.getppid() == parent:
                try:
                    self.run_once()
                except (OperationalError, InterfaceError):
                    connection.close()  # the database was started anew
                time.sleep(PAUSE)
        except KeyboardInterrupt:
            pass
