"""Two people on one record: the second sees field by field what the other saved, and chooses; nothing typed is lost."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import intake, people, return_plan, return_risk, safety
from cases.models import FamilyMember, ReturnPlan, Victim
from organisations.models import AuditEvent
from tests.cast import DAY, on_page

today = timezone.localdate
BIRTH = datetime.date(1999, 5, 12)
WHO = {
    "given_names": "Anna", "family_name": "Berg", "other_names": None, "birth_precision": "day", "birth_date": BIRTH,
    "birth_year": None, "sex": "female", "nationalities": ["NG"], "stateless": False, "v_number": None,
    "other_number": None,
}  # fmt: skip


def room(name, case, *more) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *more])


def is_known(cast, by, **values) -> Victim:
    return intake.change_victim(case=cast.case, values={**WHO, **values}, version=None, by=by)


def differences(page) -> dict[str, tuple[str, bool]]:
    """Field → what the record says now, and whether that is proposed."""
    return {one.name: (one.now, one.take_theirs) for one in page.context["form"].differences}


@pytest.fixture
def second(cast, client_of):
    """The colleague opens who this is and types a family name; meanwhile the caseworker saves."""
    is_known(cast, cast.caseworker)
    address, client = room("victim_change", cast.case), client_of("colleague")
    typed = {**on_page(client.get(address)), "family_name": ["Bergman"]}

    def meanwhile(**values):
        is_known(cast, cast.caseworker, **values)
        return client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")

    meanwhile.client, meanwhile.address, meanwhile.typed = client, address, typed
    return meanwhile


def victim(cast) -> Victim:
    return Victim.objects.get(pk=cast.case.victim_id)


def test_what_only_the_other_changed_is_proposed_as_theirs_and_one_press_saves_both(cast, second):
    page = second(
        family_name="Van den Berg", given_names="Anne", sex="male", nationalities=["NG", "BJ"], stateless=True,
        birth_date=BIRTH + DAY, v_number="123",
    )  # fmt: skip
    assert page.status_code == 200
    assert differences(page) == {
        "family_name": ("Van den Berg", False),
        "given_names": ("Anne", True),
        "sex": ("Man", True),
        "nationalities": ("Nigeria, Benin", True),
        "stateless": ("Yes", True),
        "birth_date": ("13 May 1999", True),
        "v_number": ("123", True),
    }
    assert second.client.post(second.address, on_page(page)).status_code == 302
    who = victim(cast)
    assert (who.family_name, who.given_names, who.sex, who.nationalities, who.stateless, who.v_number) == (
        "Bergman", "Anne", "male", ["NG", "BJ"], True, "123",
    )  # fmt: skip
    assert (who.birth_date, who.turns_18_on) == (BIRTH + DAY, datetime.date(2017, 5, 13))


def test_what_only_the_person_changed_is_no_difference(cast, second):
    assert differences(second(given_names="Anne")) == {"given_names": ("Anne", True)}


def test_the_same_typed_twice_is_no_difference(cast, second):
    page = second(family_name="Bergman")
    assert differences(page) == {}
    assert "does not clash with what you typed" in page.content.decode()
    assert second.client.post(second.address, on_page(page)).status_code == 302
    assert victim(cast).family_name == "Bergman"


def test_theirs_is_taken_when_it_is_chosen_and_what_was_typed_stands_there_until_then(cast, second):
    page = second(family_name="Van den Berg")
    assert 'value="Bergman"' in page.content.decode()
    assert second.client.post(second.address, {**on_page(page), "keep_family_name": "theirs"}).status_code == 302
    assert victim(cast).family_name == "Van den Berg"


def test_mine_is_kept_where_theirs_was_proposed(cast, second):
    sent = {**on_page(second(sex="male")), "keep_sex": "mine"}
    assert second.client.post(second.address, sent).status_code == 302
    assert victim(cast).sex == "female"


def test_a_third_person_meanwhile_makes_it_the_same_again(cast, second):
    page = second(family_name="Van den Berg", sex="male")
    chosen = {**on_page(page), "keep_family_name": "theirs"}
    is_known(cast, cast.teamlead, family_name="Vandenberg", sex="male", given_names="Annie")
    page = second.client.post(second.address, chosen, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    assert differences(page) == {
        "given_names": ("Annie", True), "family_name": ("Vandenberg", True), "sex": ("Man", True),
    }  # fmt: skip
    assert 'value="Bergman"' in page.content.decode()
    assert victim(cast).family_name == "Vandenberg"
    assert second.client.post(second.address, {**on_page(page), "keep_family_name": "mine"}).status_code == 302
    who = victim(cast)
    assert (who.family_name, who.given_names, who.sex) == ("Bergman", "Annie", "male")


def test_theirs_chosen_and_taken_back_by_a_third_is_asked_again(cast, second):
    chosen = {**on_page(second(family_name="Van den Berg")), "keep_family_name": "theirs"}
    is_known(cast, cast.teamlead)
    page = second.client.post(second.address, chosen)
    assert differences(page) == {"family_name": ("Berg", True)}
    assert second.client.post(second.address, on_page(page)).status_code == 302
    assert victim(cast).family_name == "Berg"


def test_a_choice_outlives_a_mistake_in_another_field(cast, second):
    page = second(family_name="Van den Berg", sex="male")
    sent = {**on_page(page), "keep_family_name": "theirs", "birth_date": "geen dag"}
    page = second.client.post(second.address, sent)
    assert differences(page) == {"family_name": ("Van den Berg", True), "sex": ("Man", True)}
    assert 'value="geen dag"' in page.content.decode()
    sent = {**on_page(page), "birth_date": "12-05-1999"}
    assert second.client.post(second.address, sent).status_code == 302
    assert (victim(cast).family_name, victim(cast).sex) == ("Van den Berg", "male")


def test_whoever_takes_theirs_and_types_on_is_asked_which_is_meant(cast, second):
    page = second(given_names="Anne")
    page = second.client.post(second.address, {**on_page(page), "given_names": "Anna Maria"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Choose once more which one counts" in page.content.decode()
    assert differences(page) == {"given_names": ("Anne", False)}
    assert victim(cast).given_names == "Anne"
    assert second.client.post(second.address, on_page(page)).status_code == 302
    assert victim(cast).given_names == "Anna Maria"


def test_something_wrong_in_a_field_that_takes_theirs_is_in_nobodys_way(cast, second):
    second.typed["birth_date"] = ["12-05-1998"]
    page = second(birth_date=BIRTH + DAY)
    assert differences(page) == {"birth_date": ("13 May 1999", False)}
    sent = {**on_page(page), "keep_birth_date": "theirs", "birth_date": "geen dag"}
    page = second.client.post(second.address, sent)
    assert differences(page) == {"birth_date": ("13 May 1999", False)}
    sent = {**on_page(page), "keep_birth_date": "theirs"}
    assert second.client.post(second.address, sent).status_code == 302
    assert victim(cast).birth_date == BIRTH + DAY


@pytest.mark.parametrize("shown", ["", "family_name:AAAAAAAAAAAAAAAA", "\x00\ud800", "x" * 1_000_000])
def test_a_page_that_does_not_say_what_it_showed_proposes_ones_own(shown, cast, second):
    second.typed["shown"] = [shown.encode("utf-8", "replace").decode()]
    page = second(family_name="Van den Berg", sex="male")
    assert differences(page) == {"family_name": ("Van den Berg", False), "sex": ("Man", False)}


def test_what_the_page_showed_is_told_in_marks_alone(cast, client_of):
    is_known(cast, cast.caseworker, given_names="Zonnestraal")
    shown = on_page(client_of("colleague").get(room("victim_change", cast.case)))["shown"][0]
    assert "Zonnestraal" not in shown
    marks = dict(one.split(":") for one in shown.split())
    assert marks.keys() == set(WHO)
    # the same word in two fields has two marks
    assert marks["other_names"] != marks["v_number"]


# --- who saved it ----------------------------------------------------------------------------------------------------


def test_who_saved_it_and_when_stands_beside_it_in_both_languages(cast, second):
    english = second(family_name="Van den Berg").content.decode()
    saved = AuditEvent.objects.filter(verb="victim_changed").latest("at")
    assert f"(Caseworker, {timezone.localtime(saved.at):%-d %B %Y}" in english
    assert all(words in english for words in ("Take theirs", "Keep mine", "Family name: which answer counts?"))
    dutch = second.client.post(second.address, second.typed, HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert all(
        words in dutch for words in ("Neem wat er staat", "Houd het mijne", "welk antwoord telt?", "(Caseworker, ")
    )


def test_ones_own_other_page_is_told_as_that(cast, client_of):
    address, client = room("victim_change", cast.case), client_of("caseworker")
    typed = {**on_page(client.get(address)), "family_name": "Bergman"}
    is_known(cast, cast.caseworker)
    assert "(you, on another page, " in client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_nobody_of_another_case_of_the_same_person_is_named(cast, second):
    other = case_actions.create(
        working_name="Tweede", age_group="adult", danger_now=False, bed_needed=False, notifier="", submission=None,
        by=cast.outsider,
    )  # fmt: skip
    other.victim_id = cast.case.victim_id
    other.save()
    intake.change_victim(case=other, values={**WHO, "sex": "male"}, version=None, by=cast.outsider)
    page = second.client.post(second.address, second.typed)
    assert differences(page) == {"sex": ("Man", True)}
    assert "Outsider" not in page.content.decode()


FIRST = {"working_name": "Mus", "age_group": "adult", "danger_now": False, "bed_needed": False}


def test_of_the_first_answers_it_is_told_who_changed_them_and_not_who_assessed_safety(cast, client_of):
    address, client = room("case_change", cast.case), client_of("coordinator")
    typed = {**on_page(client.get(address)), "working_name": "Merel"}
    case_actions.change(case=cast.case, values=FIRST, version=None, by=cast.teamlead)
    page = client.post(address, typed)
    assert differences(page) == {"working_name": ("Mus", False)}
    assert "Teamlead" in page.content.decode()
    values = {"assessed_on": today(), "danger": "acute", "threats": None, "measures": None, "unsafe_regions": []}
    safety.assess(case=cast.case, values=values, submission=None, by=cast.colleague)
    page = client.post(address, on_page(page), HTTP_ACCEPT_LANGUAGE="en")
    assert differences(page) == {"working_name": ("Mus", False), "danger_now": ("Yes", True)}
    assert ("Colleague" in page.content.decode(), "Teamlead" in page.content.decode()) == (False, False)


# --- every kind of field ---------------------------------------------------------------------------------------------


def test_answers_behind_buttons_and_a_sealed_date(cast, client_of):
    child = cast.rows["child"]
    address, client = room("family_member_change", cast.case, child.pk), client_of("colleague")
    typed = {**on_page(client.get(address)), "name": "Kleintje"}
    theirs = {"age_group": "adult", "in_the_netherlands": False, "birth_date": BIRTH}
    people.change_family_member(person=child, values=theirs, version=None, by=cast.caseworker)
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert differences(page) == {
        "birth_date": ("12 May 1999", True), "age_group": ("Adult", True), "in_the_netherlands": ("No", True),
    }  # fmt: skip
    assert client.post(address, on_page(page)).status_code == 302
    child = FamilyMember.objects.get(pk=child.pk)
    assert (child.name, child.age_group, child.in_the_netherlands, child.birth_date) == (
        "Kleintje",
        "adult",
        False,
        BIRTH,
    )


def test_long_texts_a_partner_and_those_who_travel(cast, client_of):
    address, client = room("return_plan_write", cast.case), client_of("colleague")
    typed = {**on_page(client.get(address)), "housing": "Bij een tante.\r\nTijdelijk."}
    values = {"housing": "Bij een nicht.\nVoor lang.", "partner": None, "destination": "BJ", "care": "Geen"}
    return_plan.change(plan=cast.rows["plan"], values=values, travellers=[], version=None, by=cast.caseworker)
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert differences(page) == {
        "destination": ("Benin", True), "travellers": ("", True), "partner": ("None yet", True),
        "housing": ("Bij een nicht.\nVoor lang.", False), "care": ("Geen", True),
    }  # fmt: skip
    assert client.post(address, on_page(page)).status_code == 302
    plan = ReturnPlan.objects.prefetch_related("travellers").get()
    assert (plan.destination, plan.companion_ids, plan.partner, plan.care) == ("BJ", [], None, "Geen")
    assert plan.housing.splitlines() == ["Bij een tante.", "Tijdelijk."]


def test_a_new_version_made_meanwhile_is_compared_too(cast, client_of):
    address, client = room("return_plan_write", cast.case), client_of("colleague")
    typed = {**on_page(client.get(address)), "city": "Lagos"}
    plan = return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead)
    values = {"city": "Abuja", "care": "Geen"}
    return_plan.change(plan=plan, values=values, travellers=[cast.rows["child"]], version=None, by=cast.caseworker)
    page = client.post(address, typed)
    assert differences(page) == {"city": ("Abuja", False), "care": ("Geen", True)}
    assert client.post(address, on_page(page)).status_code == 302
    plan = cast.case.returnplan_set.first()
    assert (plan.number, plan.city, plan.care) == (2, "Lagos", "Geen")


def test_the_one_record_of_a_case_made_by_another_meanwhile(cast, client_of):
    address, client = room("reflection_write", cast.case), client_of("colleague")
    typed = {**on_page(client.get(address)), "state": "declined", "explanation": "Wilde niet"}
    sent = {**on_page(client_of("caseworker").get(address)), "state": "not_applicable", "explanation": "Nederlands"}
    assert client_of("caseworker").post(address, {**sent, "asked_on": f"{today():%d-%m-%Y}"}).status_code == 302
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert {name: theirs for name, (_now, theirs) in differences(page).items()} == {
        "state": False, "asked_on": True, "explanation": False,
    }  # fmt: skip
    assert client.post(address, on_page(page)).status_code == 302
    reflection = cast.case.reflectionperiod_set.get()
    assert (reflection.state, reflection.asked_on, reflection.explanation) == ("declined", today(), "Wilde niet")


def test_several_ticks_of_the_directory(cast, client_of):
    client = client_of("directory")
    address = reverse("organisations:organisation_change", args=[cast.partner.slug])
    typed = {**on_page(client.get(address)), "city": "Lagos"}
    cast.partner.services, cast.partner.kind, cast.partner.summary_nl = (
        ["legal_aid", "family_tracing"],
        "faith_based",
        "Een huis",
    )
    cast.partner.version += 1
    cast.partner.save()
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert {name: theirs for name, (_now, theirs) in differences(page).items()} == {
        "services": True, "kind": True, "summary_nl": True,
    }  # fmt: skip
    assert client.post(address, on_page(page)).status_code == 302
    cast.partner.refresh_from_db()
    assert (cast.partner.city, cast.partner.services, cast.partner.kind, cast.partner.summary_nl) == (
        "Lagos", ["legal_aid", "family_tracing"], "faith_based", "Een huis",
    )  # fmt: skip


def test_a_decision_is_shown_what_changed_and_takes_nothing_over(cast, client_of):
    address, client = room("return_risk_decide", cast.case), client_of("teamlead")
    typed = {**on_page(client.get(address)), "decision": "go", "reason": "Zo kan het."}
    scores = {"likelihood": 5, "impact": 5, "residual_likelihood": 5, "residual_impact": 5}
    return_risk.change(risk=cast.rows["risk"], values=scores, version=None, by=cast.caseworker)
    page = client.post(address, {**typed, "keep_decision": "theirs"}, HTTP_ACCEPT_LANGUAGE="en")
    assert (page.status_code, differences(page)) == (200, {})
    assert 'name="keep_decision"' not in page.content.decode()
