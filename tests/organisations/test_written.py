"""What is inserted in words put together before is what the record says, and the database still refuses what it refuses."""

import pytest
from django.db import DataError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from cases.models import Participation, StageMove, Victim
from cases.rules.access import Part
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
