"""An invented world for the demo and for tests."""

import datetime
import os
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cases.actions import summary
from cases.demo import bulk, case_export, stories, world
from cases.models import Case
from organisations import sealing
from organisations.sealing import files
from returnsupport import local


class Command(BaseCommand):
    help = "Fill the database with invented people: deterministic, tops up, deletes nothing. Refused in production."
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("--cases", type=int, default=40, help="how many cases there shall be (40)")
        parser.add_argument("--seed", type=int, default=1, help="another number, other people (1)")
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="how many work at once (all cores)"
        )
        parser.add_argument("--today", type=datetime.date.fromisoformat, help="the day on which the world stands")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("seed_demo makes invented people and accounts with a known password: not in production.")
        migrate_if_needed()
        today, wanted = options["today"] or timezone.localdate(), options["cases"]
        with sealing.fresh_keys(), files.settled():
            with transaction.atomic():
                built = world.build(today)
            have = done = Case.objects.count()
            for number in range(have, min(wanted, bulk.TOLD)):
                with transaction.atomic():
                    stories.tell(number, world=built, seed=options["seed"], today=today)
                done = number + 1
                self.progress(done, wanted)
            self.fill(
                range(done, wanted), world=built, seed=options["seed"], today=today, processes=options["processes"]
            )
            if Case.objects.exists():
                with transaction.atomic():
                    case_export.keep_one(built.people["teamlead"], today)
        summary.count_again()
        self.stdout.write(f"{Case.objects.count()} invented cases, {max(0, wanted - have)} of them new.")

    def fill(self, numbers: range, *, world: world.World, seed: int, today: datetime.date, processes: int) -> None:
        """What is beyond the told ones, with how far it is and what it took."""
        if not numbers:
            return
        begun, done = time.monotonic(), numbers[0]

        def said(more: int) -> None:
            nonlocal done
            done += more
            self.progress(done, numbers[-1] + 1)

        try:
            bulk.fill(numbers, world=world, seed=seed, today=today, processes=processes, said=said)
        except RuntimeError as problem:
            raise CommandError(str(problem)) from problem
        seconds = time.monotonic() - begun
        self.stdout.write(
            f"{len(numbers)} from patterns in {seconds:.0f} s, at most {bulk.most_memory()} MB in a process."
        )

    def progress(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == of else ""
            self.stderr.write(f"\r[{'#' * (30 * done // of):30}] {done}/{of}", ending=end)
            self.stderr.flush()


def migrate_if_needed() -> None:
    """Bring the tables up to the code, as the owner."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        connection.close()
        try:
            local.run_as_owner("migrate", "--verbosity", "0")
        except local.NotReady as problem:
            raise CommandError(str(problem)) from problem
