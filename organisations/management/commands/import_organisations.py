"""The directory out of a file: shows what would change, asks, and then writes all of it or nothing."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from organisations import directory_file
from organisations.actions import directory_import
from organisations.actions.base import Vanished
from organisations.actions.directory_import import Outcome, Verdict
from organisations.directory_file import Refusal, Unreadable
from organisations.rules.directory import SOURCES
from organisations.rules.social_map import Row


class Command(BaseCommand):
    help = (
        "Bring the records of a CSV file into the directory; <file>-sources.csv beside it holds further sources. "
        "Shows first what would change. Can be repeated. What people wrote or verified is kept and reported; "
        "organisations that work in the system are skipped; rows that are not right are refused, the others go in together."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="write without asking")

    def handle(self, *args, **options) -> None:
        self.counts: Counter = Counter()
        self.shown = False
        path = options["file"]
        try:
            self.total = directory_file.count(path)
            directory_import.look(self.rows(path), self.heard)
            self.say_counts()
            if not (self.counts[Outcome.NEW] or self.counts[Outcome.CHANGED]):
                self.stdout.write("Nothing to write.")
            elif options["yes"] or self.agreed():
                self.counts, self.shown = Counter(), True
                directory_import.take_over(rows=self.rows(path), heard=self.heard, by=None)
                self.stdout.write(f"Written: {self.counts[Outcome.NEW]} new, {self.counts[Outcome.CHANGED]} changed.")
            else:
                self.stdout.write("Nothing was written. Answer y, or add --yes.")
        except Unreadable as problem:
            raise CommandError(f"{problem} Nothing was written.") from problem
        except (IntegrityError, Vanished) as error:
            raise CommandError(
                "Somebody wrote the same record at the same moment: nothing was written. Run it again."
            ) from error

    def rows(self, path: Path) -> Iterator[Row]:
        """The rows that can be taken; the others are told the first time."""
        for done, row in enumerate(directory_file.rows_of(path), start=1):
            self.progress(done)
            if not isinstance(row, Refusal):
                yield row
            elif not self.shown:
                self.counts["refused"] += 1
                self.stdout.write(f"refused: {row}")

    def heard(self, verdict: Verdict) -> None:
        self.counts[verdict.outcome] += 1
        self.counts["kept"] += len(verdict.kept)
        if not self.shown:
            self.stdout.writelines(f"{line}\n" for line in told(verdict))

    def say_counts(self) -> None:
        told = [f"{self.counts[outcome]} {outcome}" for outcome in Outcome if self.counts[outcome]]
        told += [f"{self.counts['kept']} fields kept as a person wrote or verified them"] if self.counts["kept"] else []
        told += [f"{self.counts['refused']} refused"] if self.counts["refused"] else []
        self.stdout.write(f"{self.total} rows: {', '.join(told) or 'none'}.")

    def agreed(self) -> bool:
        if not sys.stdin.isatty():
            return False
        try:
            return input("Write this? [y/N] ").strip().lower() in {"y", "yes", "j", "ja"}
        except (EOFError, KeyboardInterrupt):
            self.stdout.write()
            return False

    def progress(self, done: int) -> None:
        if sys.stderr.isatty() and (done % 100 == 0 or done == self.total):
            what, end = ("writing" if self.shown else "looking"), "\n" if done == self.total else ""
            self.stderr.write(f"\r{what} [{'#' * (30 * done // self.total):30}] {done}/{self.total}", ending=end)
            self.stderr.flush()


def told(verdict: Verdict) -> Iterable[str]:
    """What a row comes to, in lines; nothing of one that changes nothing."""
    slug, outcome = verdict.row.slug, verdict.outcome
    if outcome in {Outcome.TENANT, Outcome.MERGED}:
        yield f"skipped: {slug} (line {verdict.row.line}) {outcome}"
    elif outcome is Outcome.NEW:
        yield f"new: {slug}"
    for name, (now, then) in verdict.changes.items():
        if name == SOURCES:
            continue  # each of them has its line
        yield f"changed: {slug}, {name}: {in_short(now)} → {in_short(then)}"
    if outcome is Outcome.CHANGED:
        for source in verdict.sources:
            which = "further source" if source.position else "first source"
            yield f"changed: {slug}, {which}: {source.url or 'unverified'} {source.dated}".rstrip()
    for name, (now, then) in verdict.kept.items():
        yield f"kept: {slug}, {name}: {in_short(now)} (the file says {in_short(then)})"


def in_short(value) -> str:
    said = ";".join(value) if isinstance(value, list) else str(value)
    return f"“{said[:80]}{'…' if len(said) > 80 else ''}”"
