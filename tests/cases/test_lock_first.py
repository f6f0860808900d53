"""Whoever waited for a case while their right to it ended does nothing with it: the rule is asked after the wait."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from cases.actions import case as cases
from cases.actions import consent, conversation, erasure, own_part, participation, return_plan, transfer
from cases.actions import placement_offer as offers
from cases.actions import shelter as stays
from cases.models import Case, Note, Participation, PlaceHold, Placement, ReturnPlan
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations import sealing
from organisations.actions import shelter as houses
from organisations.actions.base import Refused
from organisations.models import Place, Shelter, User
from tests.cast import asked_for, assemble, consented, new_case

# For whom asks, and for nobody else: other tests of the same server have their own who wait.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


@pytest.fixture
def cast(transactional_db, files_root):
    with sealing.fresh_keys():
        yield assemble()


def until_it_waits(thread: threading.Thread) -> None:
    """Goes on once the thread waits for this transaction, or has nothing more to do."""
    with connection.cursor() as cursor:
        waiting = 0
        while thread.is_alive() and not waiting:
            cursor.execute(WAITING)
            waiting = cursor.fetchone()[0]


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
        until_it_waits(thread)
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


def ends_roles(cast, user) -> None:
    """Their roles end while somebody else holds the case."""
    list(Case.objects.select_for_update(no_key=True).filter(pk=cast.pk).values_list("pk"))
    user.memberships.update(until_at=timezone.now())


def test_accepting_a_case_after_the_role_ended(cast):
    lead, offered = cast.rows["oever_lead"], cast.rows["transfer"]
    assert lead.active_memberships  # as the page read them
    answer = meets(
        lambda: ends_roles(cast.case, lead), lambda: transfer.accept(transfer=offered, version=None, by=lead)
    )
    leads = Participation.objects.filter(case=cast.case, part=Part.LEAD, organisation=cast.oever).now()
    assert (answer, leads.exists()) == ("refused", False)


def test_erasing_a_file_after_the_role_ended(cast):
    proposal, second = cast.rows["erasure"], cast.privacy
    assert second.active_memberships
    answer = meets(
        lambda: ends_roles(proposal.case, second),
        lambda: erasure.confirm(proposal=proposal, reference=proposal.case.reference, by=second),
    )
    assert (answer, Case.objects.get(pk=proposal.case_id).erased_at) == ("refused", None)


def test_taking_back_a_request_after_the_role_ended(cast):
    asked, lead = cast.rows["asked_part"], User.objects.get(pk=cast.rows["asked_part"].created_by_id)
    assert lead.active_memberships
    answer = meets(lambda: ends_roles(asked.case, lead), lambda: own_part.withdraw(own_part=asked, by=lead))
    assert answer == "refused"


def test_changing_a_house_after_the_role_ended(cast):
    lead, house = cast.teamlead, Shelter.objects.get(slug="huis")
    assert lead.active_memberships

    def ending() -> None:
        list(Shelter.objects.select_for_update(no_key=True).filter(pk=house.pk).values_list("pk"))
        lead.memberships.update(until_at=timezone.now())

    answer = meets(ending, lambda: houses.change(shelter=house, values={"name": "Anders"}, version=None, by=lead))
    assert (answer, Shelter.objects.get(pk=house.pk).name) == ("refused", "Huis")


@pytest.mark.parametrize("deed", ["stay", "out of use", "another offer"])
def test_a_place_accepted_in_its_last_second_is_nobody_elses(cast, deed):
    """Until the acceptance is saved, others read that the place has lapsed: they wait for the house, and read again."""
    house, room = Shelter.objects.get(slug="huis"), Place.objects.get(name="Kamer 2")
    own = new_case(cast.caseworker, working_name="Eigen")
    other = asked_for(new_case(cast.outsider, working_name="Ander"), cast.outsider)
    hours = datetime.timedelta(hours=2)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        values = {"remark": None, "nevertheless": None, "agreed_on": None}
        made = offers.offer(
            request=asked_for(new_case(cast.outsider), cast.outsider), house=house, places=[room], submission=None,
            values={**values, "holds_until": timezone.now() + hours}, by=cast.coordinator,
        )  # fmt: skip

        def accepted() -> None:
            offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
            clock.shift(hours)

        answer = meets(
            accepted,
            {
                "stay": lambda: stays.place(
                    case=own, place=room, from_at=timezone.now(), expected_until=None, submission=None, by=cast.colleague
                ),
                "out of use": lambda: houses.put_out(
                    place=room, values={"from_on": timezone.localdate(), "until_on": None, "reason": "repair"},
                    submission=None, by=cast.teamlead,
                ),
                "another offer": lambda: offers.offer(
                    request=other, house=house, places=[room], submission=None,
                    values={**values, "holds_until": timezone.now() + hours}, by=cast.coordinator,
                ),
            }[deed],
        )  # fmt: skip
    assert (answer, PlaceHold.objects.get().offer_id, Placement.objects.filter(place=room).count()) == (
        "refused", made.pk, 0,
    )  # fmt: skip
