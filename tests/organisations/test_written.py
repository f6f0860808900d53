"""What is inserted in words put together before is what the record says, and the database still refuses what it refuses."""

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from psycopg.errors import NotNullViolation

from cases.models import Assignment, Participation, StageMove, Victim
from cases.rules.access import Part
from organisations.models.prepared import sent_together
from tests.cast import new_case


def test_lists_dates_and_nothing_come_back_as_they_were_written(cast):
    values = {
        "nationalities": ["NG", "BG"],
        "birth_year": None,
        "sex": "female",
        "family_name": "Proef",
        "stateless": False,
    }
    victim = Victim(created_by=cast.caseworker, **values)
    victim.save(force_insert=True)
    again = Victim.objects.get(pk=victim.pk)
    assert {name: getattr(again, name) for name in values} == values
    assert (again.created_at, again.created_by, again.version) == (victim.created_at, cast.caseworker, 1)


def test_what_is_hidden_comes_back_as_it_was_written(cast):
    hidden = {"notes": timezone.now().isoformat()}
    part = Participation.objects.create(
        case=new_case(cast.caseworker),
        organisation=cast.oever,
        part=Part.SUPPORT,
        hidden_before=hidden,
        created_by=cast.caseworker,
    )
    assert Participation.objects.get(pk=part.pk).hidden_before == hidden


def test_a_moment_that_the_database_gives_is_asked_of_it(cast):
    move = StageMove(case=cast.case, to_stage="recovery", at=Now(), created_by=cast.caseworker)
    move.save(force_insert=True)
    assert abs(StageMove.objects.get(pk=move.pk).at - timezone.now()).total_seconds() < 60


def test_a_text_that_is_too_long_is_refused_and_not_cut(cast):
    with pytest.raises(DataError), transaction.atomic():
        StageMove(case=cast.case, to_stage="x" * 21, created_by=cast.caseworker).save(force_insert=True)


def test_a_fault_of_what_is_sent_together_is_told_at_the_end_and_undone(cast):
    """As the fault of one that is sent alone, so that who sent it reads the same sentence."""
    at_first = Assignment.objects.count()
    with pytest.raises(IntegrityError) as told, transaction.atomic(), sent_together():
        Assignment.objects.create(case=cast.case, user=cast.colleague, created_by=cast.caseworker)
        Assignment.objects.create(case=cast.case, user=cast.teamlead, created_by=cast.caseworker)
        Assignment.objects.create(case_id=cast.case.pk, user_id=None, created_by=cast.caseworker)
    assert isinstance(told.value.__cause__, NotNullViolation)
    assert Assignment.objects.count() == at_first
    with transaction.atomic(), sent_together():
        made = Assignment.objects.create(case=cast.case, user=cast.colleague, created_by=cast.caseworker)
        assert Assignment.objects.get(pk=made.pk).user == cast.colleague, "what was sent is there for who reads"
    assert Assignment.objects.count() == at_first + 1
