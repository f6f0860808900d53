"""Whoever waited for a case while their right to it ended does nothing with it: the rule is asked after the wait."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.actions import case as cases
from cases.actions import consent, conversation, participation, return_plan, transfer
from cases.models import Case, Note, Participation, ReturnPlan
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations import sealing
from organisations.actions.base import Refused
from tests.cast import assemble, consented

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def cast(transactional_db, files_root):
    with sealing.fresh_keys():
        yield assemble()


def meets(ending, deed) -> str:
    """What becomes of the deed that begins before the ending is committed, and waits for it."""
    answer = []

    def second() -> None:
        try:
            with sealing.fresh_keys():
                deed()
            answer.append("done")
        except Refused:
            answer.append("refused")
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        ending()
        thread.start()
        with connection.cursor() as cursor:
            waiting = 0
            while thread.is_alive() and not waiting:
                cursor.execute(WAITING)
                waiting = cursor.fetchone()[0]
    thread.join()
    return answer[0]


def test_a_note_after_the_consent_to_help_was_withdrawn(cast):
    given = consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker)
    participation.let_take_part(case=cast.case, organisation=cast.oever, part=Part.SUPPORT, by=cast.teamlead)
    answer = meets(
        lambda: consent.withdraw(consent=given, on=timezone.localdate(), version=None, by=cast.caseworker),
        lambda: conversation.write_note(case=cast.case, text="Te laat", areas=[], submission=None, by=cast.outsider),
    )
    assert (answer, Note.objects.filter(created_by=cast.outsider).count()) == ("refused", 0)


def test_an_approval_after_the_case_went_to_another_organisation(cast):
    answer = meets(
        lambda: transfer.accept(transfer=cast.rows["transfer"], version=None, by=cast.rows["oever_lead"]),
        lambda: return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead),
    )
    assert (answer, ReturnPlan.objects.get(case=cast.case).approved_at) == ("refused", None)


def test_a_third_organisation_let_in_after_the_case_went(cast):
    consented(cast.case, Purpose.SHARING, cast.comensha, by=cast.caseworker)
    answer = meets(
        lambda: transfer.accept(transfer=cast.rows["transfer"], version=None, by=cast.rows["oever_lead"]),
        lambda: participation.let_take_part(
            case=cast.case, organisation=cast.comensha, part=Part.SUPPORT, by=cast.teamlead
        ),
    )
    assert (answer, Participation.objects.filter(case=cast.case, part=Part.SUPPORT).now().count()) == ("refused", 0)


def test_reassigning_after_the_case_went(cast):
    cases.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    answer = meets(
        lambda: transfer.accept(transfer=cast.rows["transfer"], version=None, by=cast.rows["oever_lead"]),
        lambda: cases.reassign(case=Case.objects.get(pk=cast.case.pk), user=cast.colleague, by=cast.teamlead),
    )
    assert (answer, cast.case.assignment_set.now().filter(user=cast.colleague).count()) == ("refused", 0)
