"""Takes away what is left over: sealed files that no row names (a crash in the middle of an upload), old drafts."""

import time

from django.core.management.base import BaseCommand, CommandError

from cases.actions import draft
from cases.models import CaseExport, Document
from organisations.sealing import files

HOUR = 3600


class Command(BaseCommand):
    help = "Remove old drafts, and sealed files that nothing names and that are older than a day. Safe to repeat."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="how old a file must be to be removed (24)")

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Drafts: {draft.purge(by=None)} removed.")
        before = time.time() - options["hours"] * HOUR
        try:
            # The disk is read before the table: what is added meanwhile is in both, or in the table alone.
            lying = list(files.everything())
            documents = set(Document.objects.values_list("file", flat=True))
            named = documents | set(CaseExport.objects.ready().values_list("file", flat=True))
            orphans = [path for name, path in lying if name not in named or path != files.place(name)]
            old = [path for path in orphans if path.exists() and path.stat().st_mtime <= before]
            for path in old:
                path.unlink(missing_ok=True)
            missing = sum(not files.place(name).exists() for name in documents - {name for name, _path in lying})
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}.") from problem
        self.stdout.write(
            f"Files without a document: {len(old)} removed, {len(orphans) - len(old)} left because they are younger."
        )
        if missing:
            raise CommandError(f"Documents without their file: {missing}. Look for the files in a backup.")
