"""The directory as a file that import_organisations takes."""

import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organisations import directory_file


class Command(BaseCommand):
    help = "Write the whole directory, internal records too, into FILE and <file>-sources.csv, as import_organisations takes them."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options) -> None:
        path: Path = options["file"]
        beside = directory_file.sources_beside(path)
        for target in (path, beside):
            if target.exists() and not target.is_file():
                raise CommandError(f"{target} is no file that could be replaced.")
        try:
            # whole files or none: written beside, then put in their place
            with tempfile.TemporaryDirectory(dir=path.resolve().parent) as room:
                made, pages = Path(room) / path.name, Path(room) / beside.name
                with (
                    made.open("w", encoding="utf-8", newline="") as table,
                    pages.open("w", encoding="utf-8", newline="") as more,
                ):
                    number = directory_file.write(table, more)
                made.replace(path)
                pages.replace(beside)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{number} records in {path}, their further sources in {beside}.")
