"""Every night, by a timer: count history anew for the dashboard."""

from django.core.management.base import BaseCommand, CommandError

from cases.actions import summary


class Command(BaseCommand):
    help = (
        "Count inflow and returns per week and month anew and keep the numbers for the dashboard. Writes only what "
        "changed, in one transaction; may be stopped at any moment."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when the numbers differ from a full recount"
        )

    def handle(self, *args, **options) -> None:
        if options["check"]:
            different = summary.differences()
            if different:
                raise CommandError(
                    f"{different} rows differ from a full recount: kept or counted otherwise. Run count_again."
                )
            self.stdout.write("Every number equals a full recount.")
            return
        counted = summary.count_again()
        if counted is None:
            self.stdout.write("Another run is busy; nothing to do.")
        else:
            self.stdout.write(f"{counted[0]} rows changed, of {counted[1]}.")
