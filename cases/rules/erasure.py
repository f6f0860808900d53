"""Erasing the file of a case: who may, on what ground, and what is left of every column.

The data key of the case is destroyed and, with the person's last case, theirs; then no sealed column opens any more.
What lay open is reduced by the table below to what figures need. A test holds that every column of the case side is in it.
"""

import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .access import Part
from .workflow import Stage


class Ground(StrEnum):
    TERM = "term"
    ASKED = "asked"
    MISTAKE = "mistake"
    OTHER = "other"


GROUNDS = {
    Ground.TERM: _("The time for which the file may be kept is over"),
    Ground.ASKED: _("The person asks for it"),
    Ground.MISTAKE: _("Recorded by mistake"),
    Ground.OTHER: pgettext_lazy("ground", "Another reason, written down below"),
}


def ground_name(code: str):
    """The ground in words; a code that is none (any more) as it stands."""
    return GROUNDS[Ground(code)] if code in GROUNDS else code


class Outcome(StrEnum):
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


OUTCOMES = {Outcome.CONFIRMED: _("Erased"), Outcome.WITHDRAWN: _("Not erased")}

# Who answers for the file: the organisation that leads the case or led it last; of one that nobody ever led, the one that
# coordinates or coordinated it last; of one that was only ever registered, the register.
KEEPERS = (Part.LEAD, Part.COORDINATION, Part.REGISTRATION)


def may_end(stage: str, keeper: Part) -> bool:
    """Whether a file in this stage, kept in this part, may be erased: closed ones, and those that were only registered."""
    return stage == Stage.CLOSED or (stage == Stage.REGISTERED and keeper is Part.REGISTRATION)


# --- what is left of each column ------------------------------------------------------------------------------------


class Left(StrEnum):
    """What happens to a column of a row that stays."""

    KEPT = "kept"
    MONTH = "month"  # the first day of its month
    EMPTIED = "emptied"


KEPT, MONTH, EMPTIED = Left.KEPT, Left.MONTH, Left.EMPTIED
# The row goes altogether: it says nothing that a figure needs.
GONE = None

# Morning mails, and numbers across cases, hold nothing of anybody; a file of many cases goes as a whole.
OF_NO_CASE = frozenset({"cases.Reminder", "cases.InflowSummary", "cases.LastCount", "cases.CaseExport"})

# On every row. Who wrote it is staff, and the audit trail says the same.
ROW = {"id": KEPT, "version": KEPT, "submission": EMPTIED, "created_at": MONTH, "created_by": KEPT}
CASE_ROW = {**ROW, "case": KEPT}

# In the order in which it is done: rows that point to others come before them.
TABLE: dict[str, dict[str, Left] | None] = {
    "cases.Note": GONE,
    "cases.Consent": GONE,
    "cases.CaseContact": GONE,
    "cases.CareInstruction": GONE,  # what the night shift had to know
    "cases.Assignment": GONE,
    "cases.Traveller": GONE,
    "cases.Placement": GONE,  # where somebody slept
    "cases.PlaceHold": GONE,
    "cases.PlacementOffer": GONE,  # and where they might have
    "cases.PlacementBrief": GONE,
    # that a place was asked, and why there was none
    "cases.PlacementRequest": {
        **CASE_ROW, "organisation": KEPT, "urgency": KEPT, "needed_by": EMPTIED, "wish": EMPTIED, "outcome": KEPT, "reason": KEPT,
        "closed_at": MONTH, "closed_by": KEPT,
    },
    "cases.FamilyMember": GONE,  # third persons
    "cases.SafetyAssessment": GONE,
    "cases.Task": GONE,
    "cases.DateCorrection": GONE,
    "cases.Procedure": GONE,
    "cases.UnknownDestination": GONE,
    "cases.Provision": GONE,
    "cases.Document": GONE,  # and its file with it
    "cases.Draft": GONE,
    # that and when; never the statement
    "cases.CriminalEvent": {**CASE_ROW, "first_written_at": EMPTIED, "kind": KEPT, "day": MONTH, "reference_number": EMPTIED, "remark": EMPTIED},
    "cases.ReturnRisk": GONE,
    "cases.Notice": {
        **CASE_ROW, "notifier": KEPT, "notifier_number": EMPTIED, "received_on": MONTH, "region": KEPT, "decision": KEPT,
        "decided_on": MONTH, "withdrawn_on": MONTH,
    },
    "cases.Identification": {**CASE_ROW, "state": KEPT, "decided_by": KEPT, "decided_on": MONTH},
    "cases.Exploitation": {
        **CASE_ROW, "forms": KEPT, "control_means": EMPTIED, "countries": KEPT, "place": EMPTIED, "recruitment": EMPTIED,
    },
    "cases.FileTypePeriod": {**CASE_ROW, "file_type": KEPT, "from_on": MONTH, "until_on": MONTH},
    "cases.ReflectionPeriod": {
        **CASE_ROW, "number": KEPT, "state": KEPT, "asked_on": MONTH, "granted_on": MONTH, "latest_end": MONTH, "ended_on": MONTH,
        "end_reason": KEPT, "dublin": KEPT, "explanation": EMPTIED,
    },
    "cases.ResidenceStatus": {
        **CASE_ROW, "title": KEPT, "from_on": MONTH, "until_on": MONTH, "document_valid_until": EMPTIED,
    },
    "cases.Conversation": {
        # a correction and what it corrects are one conversation
        **CASE_ROW, "supersedes": KEPT, "first_written_at": MONTH,
        "held_on": MONTH, "outcome": KEPT, "orientation": KEPT, "topics": EMPTIED, "here": EMPTIED,
        "there": EMPTIED, "own_words": EMPTIED,
    },
    "cases.ReturnPlan": {
        **CASE_ROW, "first_written_at": EMPTIED, "number": KEPT, "author_ids": EMPTIED, "destination": KEPT, "city": EMPTIED, "planned_on": EMPTIED,
        "partner": EMPTIED, "arrival": EMPTIED,
        "housing": EMPTIED, "income": EMPTIED, "care": EMPTIED, "own_words": EMPTIED, "guardian_decision": EMPTIED,
        "reception_verified_on": EMPTIED, "approved_at": MONTH, "approved_by": KEPT,
    },
    "cases.Journey": {
        **CASE_ROW, "plan": KEPT, "booked_for": EMPTIED, "departed_on": MONTH, "arrived_on": MONTH, "escort": KEPT,
        "itinerary": EMPTIED, "met_by": EMPTIED, "luggage_and_medication": EMPTIED,
    },
    "cases.FollowUp": {
        **CASE_ROW, "due_on": MONTH, "done_on": MONTH, "outcome": KEPT, "safe": KEPT, "housed": KEPT, "income": KEPT,
        "trafficker_contact": KEPT, "support_delivered": KEPT, "remarks": EMPTIED,
    },
    # how a case went from stage to stage
    "cases.StageMove": {
        **CASE_ROW, "from_stage": KEPT, "to_stage": KEPT, "at": MONTH, "reason": EMPTIED, "overridden": KEPT,
    },
    "cases.Participation": {
        **CASE_ROW, "organisation": KEPT, "part": KEPT, "from_at": MONTH, "until_at": MONTH, "ended_at": EMPTIED,
        "ended_by": EMPTIED, "hidden_before": EMPTIED,
    },
    "cases.OwnPart": GONE,
    "cases.Transfer": GONE,
    "cases.ErasureProposal": {
        **CASE_ROW, "created_at": KEPT, "organisation": KEPT, "ground": KEPT, "reason": EMPTIED, "outcome": KEPT, "decided_at": KEPT,
        "decided_by": KEPT,
    },
    "cases.Case": {
        **ROW,
        # says nothing about anybody, the trail and the ledger name it, and nobody else shall ever get it
        "reference": KEPT,
        "victim": KEPT, "working_name": EMPTIED, "age_group": KEPT, "danger_now": EMPTIED, "bed_needed": EMPTIED,
        "stage": KEPT, "file_type": KEPT, "restricted": EMPTIED, "return_duty": EMPTIED, "closing_reason": KEPT,
        "changed_at": MONTH, "erased_at": KEPT,
    },
    # with the person's last case
    "cases.Victim": {
        **ROW, "given_names": EMPTIED, "family_name": EMPTIED, "other_names": EMPTIED, "v_number": EMPTIED,
        "other_number": EMPTIED, "birth_date": EMPTIED, "birth_year": KEPT, "birth_precision": KEPT,
        "turns_18_on": EMPTIED, "sex": KEPT, "nationalities": KEPT, "stateless": KEPT,
    },
}  # fmt: skip

# Dates that the database wants in order over all rows of a case: a period ends after it begins and the next begins no
# sooner; single days differ. Where a month would break that, the day after the one before is taken, which says no more.
IN_ORDER = {
    "cases.ReflectionPeriod": ("granted_on", "latest_end"),
    "cases.ResidenceStatus": ("from_on", "until_on"),
    "cases.FollowUp": ("due_on",),
}


def month_of(moment: datetime.date) -> datetime.date:
    """The first day of the month, as a day or as a moment, whichever was given; months are those of the Netherlands."""
    if isinstance(moment, datetime.datetime):
        local = timezone.localtime(moment)
        return timezone.make_aware(datetime.datetime(local.year, local.month, 1))
    return moment.replace(day=1)


def reduced(model: str, rows: list[dict]) -> list[dict]:
    """What is left of the dates in these rows of one case (column → value), in the order of their dates."""
    columns = TABLE[model] or {}
    dated = [column for column, left in columns.items() if left is MONTH]
    in_order = IN_ORDER.get(model, ())
    rows = sorted(rows, key=lambda row: [str(row[column] or "") for column in in_order])
    after: datetime.date | None = None
    for row in rows:
        for column in dated:
            row[column] = month_of(row[column]) if row[column] is not None else None
        for place, column in enumerate(in_order):
            if row[column] is not None and after is not None:
                later = place > 0 or len(in_order) == 1
                row[column] = max(row[column], after + datetime.timedelta(days=later))
            after = row[column] or after
    return rows


# --- said before it is done ----------------------------------------------------------------------------------------

LOST = (
    _("The names, numbers and date of birth of the person, if this is their last file; the working name in any case."),
    _("Every note, conversation, plan, assessment of safety and risk, and what was written at any stage."),
    _("The contacts and family members, the stays in a shelter and the places asked for, and who was assigned."),
    _("The search: nobody finds this file any more, by no name, number or reference."),
)
STAYS = (
    _(
        "What figures need: year of birth, sex, nationality, forms of exploitation, region, stages, and the month in which things happened."
    ),
    _("The audit trail: who read and did what. It holds no content."),
    _("One line in the ledger of erasures: reference, day, ground and the two people."),
)
