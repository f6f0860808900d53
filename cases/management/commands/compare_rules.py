"""After a change of the table of terms: which running reflection periods it would end on another day."""

from django.core.management.base import BaseCommand
from django.utils import translation

from cases.models import ReflectionPeriod


class Command(BaseCommand):
    help = (
        "List the running reflection periods whose recorded end differs from the rule of today's table, each with its "
        "reference, both days and the legal base. Changes nothing: what runs is changed by people, with a reason."
    )

    def handle(self, *args, **options) -> None:
        different = 0
        with translation.override("en"):
            for period in ReflectionPeriod.objects.running().of_open_cases().iterator(chunk_size=500):
                by = period.by_the_rule
                if by is not None and by.ends != period.latest_end:
                    different += 1
                    self.stdout.write(
                        f"{period.case.reference}: recorded {period.latest_end}, by the rule "
                        f"{by.ends} ({by.rule.length}; {by.rule.basis}; {by.rule.source})"
                    )
        self.stdout.write(f"{different} running reflection periods differ from the rule.")
