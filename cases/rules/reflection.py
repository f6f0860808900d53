"""The reflection period: when it ends at the latest, what speaks against recording one, and what may follow it."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .clock_table import Clock, Whose
from .clocks import Reckoned, reckon
from .codes import BASIS_FOR_STAY, Title
from .free_movement import moves_freely


def latest_end(granted_on: datetime.date, *, dublin: bool) -> Reckoned:
    """The last day on which a period granted on that day may run, and the row that says so (Vc B8/3; WBV 2023/11)."""
    return reckon(Clock.REFLECTION, granted_on, whose=Whose.DUBLIN if dublin else Whose.EVERYBODY)


@dataclass(frozen=True)
class Known:
    """What is known of the person, as far as whoever records it may know."""

    nationalities: Collection[str] = ()
    # each with its first day and the first day on which it no longer counts
    titles: Collection[tuple[str, datetime.date, datetime.date | None]] = ()
    granted_before: bool = False


def cautions(known: Known, day: datetime.date) -> list[object]:
    """Why a period that begins that day is unusual: sentences for people, none of them a decision (Vc B8/3).

    The police and the IND decide; it can be recorded with a reason.
    """
    found: list[object] = []
    if known.granted_before:
        found.append(_("This person had a reflection period before. It is given once."))
    if "NL" in known.nationalities:
        found.append(_("A Dutch national needs no right to stay, so no reflection period is needed."))
    elif any(moves_freely(country, day) for country in known.nationalities):
        found.append(
            _("A national of the EU, EEA or Switzerland has one only insofar as European law gives no right to stay.")
        )
    held = {title for title, begin, end in known.titles if begin <= day and (end is None or day < end)}
    if held & (BASIS_FOR_STAY - {Title.NONE_NEEDED, Title.EU}):
        found.append(_("A residence title is recorded. The period is for people who do not stay lawfully."))
    return found


# What may follow each end, as the authorities decide: said to people, opened by nobody but them (Vc B8/3, Vb 3.48).
FOLLOWING = {
    "reported": (_("The police send form M55; the IND may decide on permit a (target: 24 hours)."),),
    "cooperated": (_("The police send form M55; the IND may decide on permit b (target: 24 hours)."),),
    "waived": (
        _("If there is a serious threat, or a medical or psychological limit: an application for permit d (hardship)."),
        _("Another procedure, with a lawyer."),
        _("Otherwise departure is no longer suspended: talk about a safe return."),
    ),
    "expired": (
        _("If there is a serious threat, or a medical or psychological limit: an application for permit d (hardship)."),
        _("Another procedure, with a lawyer."),
        _("Otherwise departure is no longer suspended: talk about a safe return."),
    ),
    "other_application": (_("The other procedure sets its own terms: record its title under Residence."),),
    "mob": (
        _("The registration stays. Whoever comes back within the period is for the police and the IND to decide."),
    ),
}

# What the period gives, to go through with the person and tick off; amounts are not computed (doubt D7).
PROVISIONS = {
    "shelter": _("Shelter"),
    "allowance": _("Allowance (Rvb): form stamped by the police"),
    "medical": _("Medical care and a tuberculosis check"),
    "lawyer": _("A lawyer"),
    "interpreter": _("An interpreter"),
    "school": _("School for children; no work in this period"),
}
