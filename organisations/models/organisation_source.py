import datetime

from django.db import models
from django.db.models import Q
from django.utils import formats

from .ids import new_id

PARTS = {1: "Y", 2: "YEAR_MONTH_FORMAT", 3: "DATE_FORMAT"}


class OrganisationSource(models.Model):
    """A public page from which a record was taken. Without an address: where it was named has no page that was found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="sources")
    url = models.URLField(max_length=500, blank=True)
    # A year, a month or a day, as the page tells it.
    dated = models.CharField(max_length=10, blank=True)
    confirmed = models.BooleanField(default=True)
    # The first is the one the record was taken from; the others say more.
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "url"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "url"], name="organisation_source_once"),
            models.CheckConstraint(
                condition=Q(dated="") | Q(dated__regex=r"^\d{4}(-\d{2}(-\d{2})?)?$"), name="organisation_source_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def in_a_line(self) -> str:
        return " ".join(filter(None, [self.url, self.dated, "" if self.confirmed else "?"]))

    @property
    def date_in_words(self) -> str:
        """ "2005" or "March 2005" or "15 March 2005"; what is no day in the calendar as it stands."""
        if not self.dated:
            return ""
        parts = [int(part) for part in self.dated.split("-")]
        try:
            return formats.date_format(datetime.date(*[*parts, 1, 1][:3]), PARTS[len(parts)])
        except ValueError:
            return self.dated
