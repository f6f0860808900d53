"""A question that was put together once answers about whom it is asked, now, and nothing in it goes stale."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Membership, User
from organisations.models.ids import new_id
from organisations.models.kept import Kept, together

DAY = datetime.timedelta(days=1)


def roles(user) -> set[tuple[str, str]]:
    again = User.objects.get(pk=user.pk)
    return {(held.role, held.organisation.name) for held in again.active_memberships}


def test_each_person_has_their_own_roles_at_each_moment(cast):
    assert roles(cast.caseworker) == {("caseworker", cast.kade.name)}
    assert roles(cast.outsider) == {("caseworker", cast.oever.name)}
    until = timezone.now() + 3 * DAY
    Membership.objects.filter(user=cast.caseworker).update(until_at=until)
    assert roles(cast.caseworker) == {("caseworker", cast.kade.name)}
    with time_machine.travel(until + DAY):
        assert roles(cast.caseworker) == set()
        assert roles(cast.outsider) == {("caseworker", cast.oever.name)}


def test_a_moment_that_would_stay_the_same_is_refused(cast):
    moment = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    question = Kept(lambda user: Membership.objects.filter(user=user, from_at__lte=moment), new_id())
    with pytest.raises(TypeError):
        question.of(cast.caseworker.pk)


def test_a_day_that_is_asked_about_is_a_value_like_others(cast):
    begun = Membership.objects.get(user=cast.caseworker).from_at
    question = Kept(
        lambda user, by: Membership.objects.filter(user=user, from_at__lte=by),
        new_id(),
        datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    )
    assert question.of(cast.caseworker.pk, begun - DAY) == []
    assert [row.user_id for row in question.of(cast.caseworker.pk, begun)] == [cast.caseworker.pk]
    assert [row.user_id for row in question.of(cast.outsider.pk, timezone.now())] == [cast.outsider.pk]


def test_the_database_plans_it_once_and_answers_about_each(cast):
    question = Kept(lambda user: Membership.objects.filter(user=user).only("user_id").order_by("pk"), new_id())
    people = [cast.caseworker.pk, cast.outsider.pk, new_id()] * 4
    answers = [{row.user_id for row in question.of(person)} for person in people]
    assert answers == [{cast.caseworker.pk}, {cast.outsider.pk}, set()] * 4
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement = %s", [asked(question)]
        )
        assert cursor.fetchall() == [(len(people),)]


def test_questions_asked_together_are_answered_each_about_its_own(cast):
    roles_of = Kept(lambda user: Membership.objects.filter(user=user).order_by("pk"), new_id())
    called = Kept(lambda user: User.objects.filter(pk=user), new_id())
    both = [(roles_of, (cast.outsider.pk,)), (called, (cast.caseworker.pk,)), (roles_of, (new_id(),))]
    for _again in range(2):
        held, people, nobody = together(both)
        assert [(row.user_id, row.role) for row in held] == [(cast.outsider.pk, "caseworker")]
        assert ([row.name for row in people], nobody) == ([cast.caseworker.name], [])
    with CaptureQueriesContext(connection) as watched:
        assert [len(rows) for rows in together(both)] == [1, 1, 0]
    assert len(watched) == 3, "whoever watches what is asked sees each question"


def asked(question: Kept) -> str:
    """As the driver numbers the values."""
    return question.built[1].replace("%s", "$1")
