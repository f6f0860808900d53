"""Somebody came back from an unknown destination: whoever stays nowhere is asked about a bed, and nothing is done by itself."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import people, shelter
from cases.actions import placement_request as requests
from cases.actions import unknown_destination as actions
from cases.models import Case
from organisations.models import Place
from tests.cast import asked_for, unseen

from .shared import said


@pytest.mark.parametrize(
    ("language", "sentence", "question", "answers"),
    [
        ("en", "No stay is recorded since, and no place is asked for.", "Is a bed needed now?", "Say so in the first answers"),
        ("nl", "Sindsdien is geen verblijf vastgelegd, en er is geen plek gevraagd.", "Is er nu een bed nodig?", "Zeg het bij de eerste antwoorden"),
    ],
)  # fmt: skip
def test_who_came_back_and_stays_nowhere_is_asked_about_a_bed_and_nothing_is_done_by_itself(
    language, sentence, question, answers, left, client_of
):
    (cast, row), today = left, timezone.localdate()
    case = cast.case
    room, ask = (reverse(f"cases:{name}", args=[case.reference]) for name in ("intake", "placement_request_ask"))
    first = reverse("cases:case_change", args=[case.reference])

    def asked(who: str = "caseworker") -> list[bool]:
        page = client_of(who).get(room, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        return [one in page for one in (sentence, question, f'href="{ask}"', f'<a href="{first}">{answers}</a>')]

    nothing = [False] * 4
    assert asked() == nothing
    back, client = reverse("cases:unknown_destination_back", args=[case.reference, row.pk]), client_of("caseworker")
    answer = client.post(back, {**unseen(client, back), "back_on": said(today)})
    assert answer.headers["Location"] == room
    assert asked() == [True, True, True, False]
    assert not Case.objects.get(pk=case.pk).bed_needed
    # the register does not know of stays: it is asked the same, and nothing is told
    assert asked("coordinator") == [False, True, False, True]
    Case.objects.filter(pk=case.pk).update(bed_needed=True)
    assert (asked("coordinator"), asked()) == (nothing, [True, False, True, False])
    # once a place was asked for it is not asked again, also when that has ended
    Case.objects.filter(pk=case.pk).update(bed_needed=False)
    request = asked_for(case, cast.caseworker)
    assert asked() == nothing
    requests.withdraw(request=request, reason="own_place", by=cast.caseworker)
    assert asked() == nothing


def test_who_came_back_and_has_a_stay_is_not_asked_about_a_bed(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    actions.come_back(row=row, back_on=timezone.localdate(), version=None, by=cast.caseworker)

    def asked() -> bool:
        room = reverse("cases:intake", args=[cast.case.reference])
        return "No stay is recorded since" in client.get(room, HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert asked()
    values = {"relation": "child", "name": "Klein", "age_group": "minor"}
    child = people.add_family_member(case=cast.case, values=values, submission=None, by=cast.caseworker)
    given = {"from_at": timezone.now(), "expected_until": None, "submission": None, "by": cast.caseworker}
    shelter.place(case=cast.case, place=Place.objects.get(name="Kamer 2"), member=child, **given)
    assert asked(), "a bed of the child is none of the person"
    stay = shelter.place(case=cast.case, place=Place.objects.get(name="Kamer 3"), **given)
    assert not asked()
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.caseworker)
    assert not asked()
    stay.delete()
    assert asked()
    Case.objects.filter(pk=cast.case.pk).update(stage="closed", closing_reason="settled")
    assert not asked()
