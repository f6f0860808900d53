"""Which dates of a record are corrected with a reason, and what hangs on them."""

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .clocks import reporting_days
from .reflection import latest_end

Dates = Mapping[str, datetime.date | None]

# The dates of the reflection period, the titles, the procedures and leaving to an unknown destination; to fill in one that was empty, or to record an end, corrects nothing.
DATES = {
    "asked_on": _("Asked for on"),
    "granted_on": _("Granted on"),
    "latest_end": _("Ends at the latest on"),
    "ended_on": _("Ended on"),
    "from_on": _("From"),
    "until_on": _("Until"),
    "document_valid_until": _("The document is valid until"),
    "begun_on": _("Begun on"),
    "decided_on": _("Decided on"),
    "left_on": _("Left on"),
    "back_on": _("Came back on"),
}


def corrected(was: Dates, becomes: Dates) -> dict[str, tuple[datetime.date, datetime.date | None]]:
    """Field → what it was and what it becomes, for each date that was recorded and is another now."""
    return {
        name: (before, becomes.get(name))
        for name in DATES
        if name in becomes and (before := was.get(name)) is not None and before != becomes.get(name)
    }


def hanging(was: Dates, becomes: Dates, *, dublin: tuple[bool, bool]) -> list[tuple[object, object, object]]:
    """What follows from the dates by the rules: its name, what it was and what it becomes, where the two differ.

    `dublin`: whether the person was, and is, a Dublin claimant.
    """
    found: list[tuple[object, object, object]] = []
    ends: list[object] = ["", ""]
    reports: list[object] = ["", ""]
    for place, dates in enumerate((was, becomes)):
        granted = dates.get("granted_on")
        if granted is not None:
            ends[place] = latest_end(granted, dublin=dublin[place]).ends
            until = dates.get("latest_end")
            reports[place] = reporting_days(granted, until) if until is not None else []
    if ends[0] != ends[1] and ends != [was.get("latest_end"), becomes.get("latest_end")]:
        found.append((_("Latest end by the rule"), ends[0], ends[1]))
    if reports[0] != reports[1]:
        found.append((_("Days of reporting to the police"), reports[0], reports[1]))
    return found
