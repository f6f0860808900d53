"""Tells for how many data keys the master key fits, without showing a key (docs/keys.md)."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from organisations.models import DataKey
from organisations.sealing import envelope, keys


class Command(BaseCommand):
    help = "Say for how many data keys the present master key fits. Shows no key and changes nothing."

    def handle(self, *args, **options) -> None:
        fits: Counter[str] = Counter()
        broken = Counter[str]()
        for row in DataKey.objects.alive().iterator(chunk_size=2000):
            try:
                keys.unwrapped(row)
            except (keys.NoSuchMasterKey, envelope.SealBroken):
                broken[row.master_key_id] += 1
            else:
                fits[row.master_key_id] += 1
        present = keys.master_key_id()
        live, destroyed = fits.total() + broken.total(), DataKey.objects.filter(wrapped__isnull=True).count()
        self.stdout.write(f"The present master key ({present}) fits {fits[present]} of {live} data keys.")
        for name, count in sorted(fits.items()):
            if name != present:
                self.stdout.write(f"The other key that was given ({name}) fits {count}.")
        for name, count in sorted(broken.items()):
            self.stdout.write(f"{count} lie under a key that was not given or does not open them ({name}).")
        self.stdout.write(f"{destroyed} were destroyed by an erasure: no key fits them, and none should.")
        if broken:
            raise CommandError("What those keys seal cannot be read with the keys given. Look for the other key first.")
