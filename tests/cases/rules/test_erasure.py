"""What is left of every column after an erasure, told a second time where it matters."""

import datetime

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from cases.actions.erasure import emptied
from cases.rules.access import Part
from cases.rules.clear_columns import CLEAR
from cases.rules.erasure import GROUNDS, OF_NO_CASE, TABLE, may_end, month_of, reduced
from organisations.sealing.fields import SealedTextField

MODELS = {model._meta.label: model for model in apps.get_app_config("cases").get_models()}
STAYING = [label for label, columns in TABLE.items() if columns is not None]


def left(kind: str) -> set[str]:
    return {
        f"{label.removeprefix('cases.')}.{name}"
        for label, columns in TABLE.items()
        for name, what in (columns or {}).items()
        if what == kind
    }


def test_every_table_of_the_case_side_has_its_line():
    # the morning mails and numbers are of nobody's case; a file of many goes as a whole (tests/cases/test_case_exports.py)
    assert TABLE.keys() | OF_NO_CASE == MODELS.keys()
    assert {"cases.Reminder", "cases.CaseExport", "cases.InflowSummary", "cases.LastCount"} == OF_NO_CASE


@pytest.mark.parametrize("label", STAYING)
def test_every_column_has_its_line(label):
    assert TABLE[label].keys() == {field.name for field in MODELS[label]._meta.concrete_fields}


@pytest.mark.parametrize("label", STAYING)
def test_no_sealed_column_is_kept(label):
    sealed = {f.name for f in MODELS[label]._meta.concrete_fields if isinstance(f, SealedTextField)}
    assert {name: TABLE[label][name] for name in sealed} == dict.fromkeys(sealed, "emptied")


@pytest.mark.parametrize("label", STAYING)
def test_no_day_is_kept_but_those_of_the_erasure_itself(label):
    dates = {f"{label}.{f.name}" for f in MODELS[label]._meta.concrete_fields if isinstance(f, models.DateField)}
    kept = {f"{label}.{name}" for name, what in TABLE[label].items() if what == "kept"}
    assert dates & kept <= {
        "cases.Case.erased_at", "cases.ErasureProposal.created_at", "cases.ErasureProposal.decided_at",
    }  # fmt: skip


@pytest.mark.parametrize("label", STAYING)
def test_what_shall_be_emptied_can_be_empty(label):
    row = MODELS[label]()
    for name, what in TABLE[label].items():
        if what == "emptied":
            assert not emptied(MODELS[label]._meta.get_field(name), row)
        if what == "month":
            assert isinstance(MODELS[label]._meta.get_field(name), models.DateField)


def test_these_clear_columns_are_kept_for_figures():
    """A column that says more than a figure needs would show here."""
    text = {name for name in CLEAR if name.startswith("cases.")}
    assert {f"cases.{name}" for name in left("kept")} & text == {
        f"cases.{name}"
        for name in (
            "Case.reference", "Case.age_group", "Case.stage", "Case.file_type", "Case.closing_reason",
            "StageMove.from_stage", "StageMove.to_stage", "FileTypePeriod.file_type", "Victim.birth_precision", "Victim.sex",
            "Victim.nationalities", "Notice.notifier", "Notice.region", "Notice.decision", "Identification.state",
            "Identification.decided_by", "Exploitation.forms", "Exploitation.countries", "ResidenceStatus.title",
            "ReflectionPeriod.state", "ReflectionPeriod.end_reason", "Conversation.outcome", "Conversation.orientation",
            "ReturnPlan.destination", "Journey.escort", "FollowUp.outcome", "FollowUp.safe", "FollowUp.housed",
            "FollowUp.income", "FollowUp.trafficker_contact", "FollowUp.support_delivered", "Participation.part",
            "ErasureProposal.ground", "ErasureProposal.outcome", "CriminalEvent.kind",
            "PlacementRequest.urgency", "PlacementRequest.outcome", "PlacementRequest.reason",
        )
    }  # fmt: skip


def test_these_tables_go_altogether():
    assert {label for label, columns in TABLE.items() if columns is None} == {
        "cases.Note", "cases.CaseContact", "cases.Assignment", "cases.Traveller", "cases.FamilyMember",
        "cases.SafetyAssessment", "cases.Placement", "cases.ReturnRisk",
        "cases.Task", "cases.DateCorrection", "cases.Procedure", "cases.UnknownDestination", "cases.Provision", "cases.Document", "cases.CareInstruction", "cases.Consent", "cases.Transfer", "cases.OwnPart", "cases.Draft",
        "cases.PlacementBrief", "cases.PlacementOffer", "cases.PlaceHold",
    }  # fmt: skip


def test_a_birthday_is_lost_and_its_year_stays():
    victim = TABLE["cases.Victim"]
    assert (victim["birth_date"], victim["turns_18_on"], victim["birth_year"]) == ("emptied", "emptied", "kept")


def test_lists_are_emptied_as_lists():
    fields = [f for m in MODELS.values() for f in m._meta.concrete_fields if isinstance(f, ArrayField)]
    assert [emptied(field, field.model()) for field in fields] == [[]] * len(fields)


def test_the_month_is_that_of_the_netherlands():
    late = datetime.datetime(2026, 2, 28, 23, 30, tzinfo=datetime.UTC)
    assert month_of(late) == timezone.make_aware(datetime.datetime(2026, 3, 1))
    assert month_of(datetime.date(2026, 2, 28)) == datetime.date(2026, 2, 1)


D = datetime.date


def test_titles_of_one_month_stay_in_order():
    rows = [
        {"from_on": D(2026, 1, 20), "until_on": D(2026, 1, 25), "created_at": None},
        {"from_on": D(2026, 1, 3), "until_on": D(2026, 1, 20), "created_at": None},
        {"from_on": D(2026, 1, 25), "until_on": D(2026, 5, 9), "created_at": None},
        {"from_on": D(2026, 5, 9), "until_on": None, "created_at": None},
    ]
    assert [(row["from_on"], row["until_on"]) for row in reduced("cases.ResidenceStatus", rows)] == [
        (D(2026, 1, 1), D(2026, 1, 2)), (D(2026, 1, 2), D(2026, 1, 3)), (D(2026, 1, 3), D(2026, 5, 1)), (D(2026, 5, 1), None),
    ]  # fmt: skip


def test_two_contacts_of_one_month_stay_two():
    rows = [{"due_on": D(2026, 1, day), "done_on": None, "created_at": None} for day in (31, 1, 2)]
    assert [row["due_on"] for row in reduced("cases.FollowUp", rows)] == [D(2026, 1, 1), D(2026, 1, 2), D(2026, 1, 3)]


@pytest.mark.parametrize(
    ("stage", "keeper", "may"),
    [
        ("closed", Part.LEAD, True), ("closed", Part.COORDINATION, True), ("closed", Part.REGISTRATION, True),
        ("registered", Part.REGISTRATION, True), ("registered", Part.LEAD, False), ("registered", Part.COORDINATION, False),
        ("intake", Part.REGISTRATION, False), ("intake", Part.LEAD, False), ("reintegration", Part.LEAD, False),
    ],
)  # fmt: skip
def test_what_may_be_erased(stage, keeper, may):
    assert may_end(stage, keeper) is may


def test_the_grounds():
    assert set(GROUNDS) == {"term", "asked", "mistake", "other"}
