"""Puts every data key under a new master key while people work (docs/keys.md)."""

import sys
import uuid

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from organisations.actions import keys as actions
from organisations.models import DataKey
from organisations.sealing import keys

THEN_SWITCH = """Every data key lies under the new master key {name}. Now, on every server:
  1. set RETURNSUPPORT_MASTER_KEY (or …_FILE) to the new key,
     RETURNSUPPORT_OLD_MASTER_KEY (or …_FILE) to the one it replaces,
     take RETURNSUPPORT_NEW_MASTER_KEY (and …_FILE) away, and restart;
  2. then run this command once more: it takes along the data keys that were made until the restart."""
THEN_FORGET = """Every data key lies under the master key {name}. Now, on every server, take
RETURNSUPPORT_OLD_MASTER_KEY (and …_FILE) away and restart. Keep the old key, away from the servers, as long as a backup
from before this day exists: it opens such a backup and nothing else."""
SERVERS_FIRST = """Every server must have been restarted with RETURNSUPPORT_NEW_MASTER_KEY (or …_FILE) before this:
one that does not know the new key cannot open the files of people from here on."""


class Command(BaseCommand):
    help = (
        "Put every data key under the new master key, in batches, while people work. May be killed and run again. "
        "The sealed data itself is not touched."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="data keys in one transaction (500)")
        parser.add_argument("--servers-know", action="store_true", help="the servers were restarted with the new key")

    def handle(self, *args, **options) -> None:
        if not (settings.NEW_MASTER_KEY or settings.OLD_MASTER_KEY):
            raise CommandError(
                "There is one master key only. Give the new one in RETURNSUPPORT_NEW_MASTER_KEY or, better, "
                "RETURNSUPPORT_NEW_MASTER_KEY_FILE (docs/keys.md)."
            )
        strangers = DataKey.objects.under_none_of(keys.accepted()).count()
        if strangers:
            raise CommandError(
                f"{strangers} data keys lie under a master key that was not given; nothing was changed. See check_keys."
            )
        if settings.NEW_MASTER_KEY and not (options["servers_know"] or self.servers_know()):
            raise CommandError("Nothing was changed.")
        master = self.target()
        if self.rewrap_all(master, batch=options["batch"]):
            actions.replaced(by=None)
        closing = THEN_SWITCH if settings.NEW_MASTER_KEY else THEN_FORGET
        self.stdout.write(closing.format(name=keys.name_of(master)))

    def target(self) -> bytes:
        if settings.NEW_MASTER_KEY:
            return keys.decoded(settings.NEW_MASTER_KEY, "new master key")
        return keys.master_key()

    def servers_know(self) -> bool:
        self.stdout.write(SERVERS_FIRST)
        if not sys.stdin.isatty():
            self.stdout.write("Run it again with --servers-know when they were.")
            return False
        return input("Were they? Type yes: ").strip().lower() == "yes"

    def rewrap_all(self, master: bytes, *, batch: int) -> int:
        """Go round until a whole round finds nothing: people make new keys meanwhile."""
        done, to_do = 0, DataKey.objects.under_another_than(master).count()
        after: uuid.UUID | None = None
        while True:
            rows = actions.rewrap(master=master, after=after, size=batch, by=None)
            if not rows and after is None:
                return done
            done += len(rows)
            after = rows[-1].pk if rows else None
            self.stdout.write(f"{done} of {max(done, to_do)} data keys done.")
            self.stdout.flush()
