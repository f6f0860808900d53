"""After a backup was restored: what had been erased is erased again (docs/keys.md)."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.actions import erasure
from organisations import sealing
from organisations.actions import erasure_ledger
from organisations.models import ErasureEntry


class Command(BaseCommand):
    help = (
        "Erase again what the ledger of erasures says was erased. Takes the ledger's rows and its file together and "
        "completes each from the other. Run it after every restore; running it more often does no harm."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="other copies of the ledger's file, if there are any")

    def handle(self, *args, **options) -> None:
        own = Path(settings.ERASURE_LEDGER_FILE) if settings.ERASURE_LEDGER_FILE else None
        known = {entry.case_id: entry for entry in ErasureEntry.objects.all()}
        in_own = self.read(own) if own is not None and own.exists() else {}
        told = in_own | {case: entry for path in options["files"] for case, entry in self.read(path).items()}
        missing = [entry for case, entry in told.items() if case not in known]
        erasure_ledger.add(missing)
        everything = told | known
        again = 0
        for entry in sorted(everything.values(), key=lambda entry: entry.at):
            with sealing.fresh_keys():
                again += erasure.repeat(entry=entry, by=None)
        if own is not None:
            erasure_ledger.write_down([entry for case, entry in everything.items() if case not in in_own])
        self.stdout.write(
            f"{len(everything)} erasures in the ledger, {len(missing)} of them from a file. "
            f"{again} had been undone and were done again."
        )
        if own is None and not options["files"]:
            self.stdout.write(
                "No file was read: erasures later than the backup are in it only if RETURNSUPPORT_ERASURE_LEDGER_FILE "
                "was set, or a copy is given here."
            )

    def read(self, path: Path) -> dict:
        try:
            return {entry.case_id: entry for entry in erasure_ledger.read_file(path)}
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}. Nothing was changed.") from problem
        except ValueError as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem
