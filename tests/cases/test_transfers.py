"""A case goes to another lead organisation: what goes along, what stays behind, and who sees nothing any more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import conversation, document, participation, people, return_plan, safety, stage, task, transfer
from cases.models import Case, Participation, Transfer
from cases.models.facts import facts_of
from cases.rules.access import READING, Part
from cases.rules.consent import Purpose
from cases.rules.transfer import CHOSEN
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent, Place, Shelter
from organisations.permissions import Permission as P
from organisations.roles import Role
from tests.cast import DAY, consented, organisation, person, unseen
from tests.conftest import signed_in


def taken(cast, rooms=("safety",)) -> Case:
    """The case, accepted by Oever with these rooms."""
    transfer.withdraw(transfer=cast.rows["transfer"], by=cast.teamlead)
    row = transfer.offer(
        case=cast.case, organisation=cast.oever, rooms=list(rooms), summary="Overdracht", submission=None,
        by=cast.teamlead,
    )  # fmt: skip
    return transfer.accept(transfer=row, version=row.version, by=cast.rows["oever_lead"])


def sees(user, case) -> bool:
    return Case.objects.where_may(user, P.CASE_SEE).filter(pk=case.pk).exists()


def text_of(client, name, case) -> str:
    return client.get(reverse(f"cases:{name}", args=[case.reference])).content.decode()


@pytest.fixture
def receiver(cast, client_of):
    """Signed in as a caseworker of Oever, who takes over."""
    return client_of("outsider")


# --- who answers -------------------------------------------------------------------------------------------------


def test_the_receiver_accepts_and_never_the_sender(cast):
    offer = cast.rows["transfer"]
    for who in (cast.teamlead, cast.outsider, cast.care_coordinator, cast.coordinator):
        with pytest.raises(Refused):
            transfer.accept(transfer=offer, version=None, by=who)
        with pytest.raises(Refused):
            transfer.decline(transfer=offer, reason="x", version=None, by=who)
    transfer.accept(transfer=offer, version=None, by=cast.rows["oever_lead"])
    lead = Participation.objects.now().get(case=cast.case, part="lead")
    assert lead.organisation == cast.oever


def test_accepted_twice_it_leads_to_the_case_for_who_accepted_and_for_nobody_else(cast):
    offer, lead = cast.rows["transfer"], cast.rows["oever_lead"]
    address, sent = reverse("cases:transfer_accept", args=[offer.pk]), {"version": offer.version}
    answers = [signed_in(lead).post(address, sent) for _ in range(2)]
    assert [(one.status_code, one.url) for one in answers] == [(302, cast.case.get_absolute_url())] * 2
    # a colleague who answers nothing, and a team lead who does, of the organisation that gave the case away
    assert [signed_in(who).post(address, sent).status_code for who in (cast.outsider, cast.teamlead)] == [403, 404]


def test_before_accepting_the_receiver_reads_the_handover_and_nothing_else(cast, client_of):
    client = client_of(cast.rows["oever_lead"])
    page = client.get(reverse("cases:transfer_list")).content.decode()
    assert (cast.case.reference in page, "Overdracht van Kade" in page, "Vogel" in page) == (True, True, False)
    assert client.get(reverse("cases:case", args=[cast.case.reference])).status_code == 404
    read = AuditEvent.objects.get(actor_id=cast.rows["oever_lead"].pk, case_id=cast.case.pk)
    assert (read.verb, read.room, read.organisation_id) == ("case_read", "transfer", cast.oever.pk)


def test_the_offer_of_another_organisation_is_not_mine_to_read(cast, client_of):
    somebody = person("midden-lead", (cast.midden, Role.TEAM_LEAD))
    client = client_of(somebody)
    assert "Overdracht van Kade" not in client.get(reverse("cases:transfer_list")).content.decode()
    for name in ("transfer_accept", "transfer_decline"):
        assert client.get(reverse(f"cases:{name}", args=[cast.rows["transfer"].pk])).status_code == 404


# --- who sees nothing any more -------------------------------------------------------------------------------------


def test_the_former_lead_loses_the_case_at_the_next_request(cast, client_of):
    clients = {name: client_of(name) for name in ("caseworker", "colleague", "teamlead")}
    rooms = ["case", *READING]
    for client in clients.values():
        assert text_of(client, "notes", cast.case)
    open_file = reverse("cases:document_open", args=[cast.case.reference, cast.rows["document"].pk])
    taken(cast)
    for name, client in clients.items():
        answers = {room: client.get(reverse(f"cases:{room}", args=[cast.case.reference])).status_code for room in rooms}
        assert answers == dict.fromkeys(rooms, 404), name
        assert client.get(open_file).status_code == 404
        # an open tab
        assert client.post(reverse("cases:notes", args=[cast.case.reference]), {"text": "x"}).status_code == 404
        assert cast.case.reference not in client.get(reverse("cases:case_list")).content.decode()
        assert not Case.objects.abilities_on(cast.case, cast[name])
    assert not cast.case.assignment_set.now().exclude(user=cast.rows["oever_lead"]).exists()


def test_coordination_and_the_register_stay(cast):
    case = taken(cast)
    assert (sees(cast.care_coordinator, case), sees(cast.coordinator, case)) == (True, True)


# --- what goes along -------------------------------------------------------------------------------------------------


def test_every_room_that_can_be_left_behind_has_rows_that_know_it():
    from django.apps import apps

    from cases.models.base import InSight, RoomRow

    rows = [model for model in apps.get_models() if issubclass(model, RoomRow)]
    assert {model.ROOM for model in rows} == set(CHOSEN)
    assert all(isinstance(model._default_manager, InSight) for model in rows)


def test_older_rows_of_rooms_not_chosen_stay_hidden(cast, receiver):
    conversation.record(
        case=cast.case, values={"held_on": timezone.localdate(), "outcome": "held", "own_words": "Zus in Lagos"},
        submission=None, by=cast.caseworker,
    )  # fmt: skip
    case = taken(cast, rooms=["criminal"])
    hidden = {
        "safety": "<dd class=\"keep-lines\">x</dd>", "notes": "Een notitie", "safe_future": "Zus in Lagos", "documents": "Paspoort.pdf",
    }  # fmt: skip
    assert {room: text in text_of(receiver, room, case) for room, text in hidden.items()} == dict.fromkeys(
        hidden, False
    )
    assert "Een opmerking" in text_of(receiver, "criminal", case)
    assert "Haven" not in text_of(receiver, "return_plan", case)
    # and neither by their address
    paper = cast.rows["document"]
    for name in ("document_open", "document_withdraw"):
        assert receiver.get(reverse(f"cases:{name}", args=[case.reference, paper.pk])).status_code == 404
    # what always goes along
    assert "Advocaat" in text_of(receiver, "contacts", case)
    assert "Klein" in text_of(receiver, "people", case)
    # those who were in the case before read on
    coordinator = Case.objects.get(pk=case.pk)
    assert Case.objects.hidden_from(coordinator, cast.care_coordinator) == {}


def test_a_room_that_was_left_behind_says_so_and_the_bed_elsewhere_is_told(cast, receiver):
    case = taken(cast, rooms=["safety"])
    pages = {
        room: receiver.get(reverse(f"cases:{room}", args=[case.reference])).context for room in ("notes", "safety")
    }
    assert {room: context["hidden_since"] is not None for room, context in pages.items()} == {
        "notes": True, "safety": False,
    }  # fmt: skip
    page = receiver.get(reverse("cases:case", args=[case.reference]))
    assert page.context["bed_elsewhere"] == cast.rows["stay"]
    assert "Overdracht" in text_of(receiver, "case_access", case)


def test_chosen_rooms_go_along(cast, receiver):
    case = taken(cast, rooms=["notes", "documents", "return_plan"])
    assert "Een notitie" in text_of(receiver, "notes", case)
    assert "Paspoort.pdf" in text_of(receiver, "documents", case)
    assert "Haven" in text_of(receiver, "return_plan", case)


def test_what_the_receiver_writes_is_seen_by_the_receiver(cast, receiver):
    case = taken(cast, rooms=[])
    conversation.write_note(case=case, text="Van de nieuwe opvang", areas=[], submission=None, by=cast.outsider)
    safety.assess(
        case=case, submission=None, by=cast.outsider,
        values={"assessed_on": timezone.localdate(), "danger": "none", "threats": "niets", "measures": "", "unsafe_regions": []},
    )  # fmt: skip
    page = text_of(receiver, "notes", case)
    assert ("Van de nieuwe opvang" in page, "Een notitie" in page) == (True, False)
    assert "niets" in text_of(receiver, "safety", case)


def test_the_history_leaves_out_what_stayed_behind(cast, receiver):
    case = taken(cast, rooms=[])
    rooms = {
        one["event"].room for one in receiver.get(reverse("cases:history", args=[case.reference])).context["events"]
    }
    assert rooms & set(CHOSEN) == set()
    assert "intake" in rooms


def test_who_looked_leaves_it_out_too(cast, receiver):
    case = taken(cast, rooms=[])
    conversation.write_note(case=case, text="Van Oever", areas=[], submission=None, by=cast.outsider)
    events = [one["event"] for one in receiver.get(reverse("cases:who_looked_list")).context["events"]]
    told = {(event.room, event.actor_name) for event in events if event.case_id == case.pk and event.room in CHOSEN}
    assert told == {("notes", "Outsider")}
    assert ("intake", "Caseworker") in {(event.room, event.actor_name) for event in events}


def test_the_night_list_of_the_new_house_leaves_out_what_stayed_behind(cast, receiver):
    conversation.write_note(
        case=cast.case, text="Kade: slaapt slecht", areas=["handover"], submission=None, by=cast.caseworker
    )
    case = taken(cast, rooms=[])
    house = Shelter.objects.create(
        organisation=cast.oever, slug="oeverhuis", name="Oeverhuis", type="cosm", region="rotterdam", address="Gracht 9"
    )
    case.placement_set.update(place=Place.objects.create(shelter=house, name="Kamer 1"))
    conversation.write_note(
        case=case, text="Oever: alles rustig", areas=["handover"], submission=None, by=cast.outsider
    )
    page = receiver.get(reverse("cases:tonight", args=[house.slug])).content.decode()
    assert ("Vogel" in page, "Oever: alles rustig" in page, "Kade: slaapt slecht" in page) == (True, True, False)


def test_the_night_list_names_the_region_that_the_new_lead_found_unsafe(cast, receiver):
    """The newest that is in sight counts, also where what stayed behind was assessed on a later day."""
    case = taken(cast, rooms=[])
    house = Shelter.objects.create(
        organisation=cast.oever, slug="oeverhuis", name="Oeverhuis", type="cosm", region="rotterdam", address="Gracht 9"
    )
    case.placement_set.update(place=Place.objects.create(shelter=house, name="Kamer 1"))
    yesterday = timezone.localdate() - DAY
    safety.assess(
        case=case, submission=None, by=cast.outsider,
        values={"assessed_on": yesterday, "danger": "possible", "threats": "", "measures": "", "unsafe_regions": ["rotterdam"]},
    )  # fmt: skip
    assert "Rotterdam" in receiver.get(reverse("cases:tonight", args=[house.slug])).content.decode()


def test_facts_and_tasks_go_by_what_the_new_lead_can_read(cast):
    assert (facts_of(cast.case).safety_assessed, facts_of(cast.case).plan_waiting is None) == (True, False)
    case = taken(cast, rooms=[])
    facts = facts_of(case)
    assert (facts.safety_assessed, facts.conversation_held_or_declined, facts.plan_waiting) == (False, False, None)
    assert {task.cause for task in case.task_set.open()} & {"safety", "plan", "risk"} == {"safety"}


def test_a_new_plan_begins_after_the_one_that_stayed_behind(cast):
    case = taken(cast, rooms=[])
    plan = return_plan.start(case=case, values={"destination": "NG"}, travellers=[], submission=None, by=cast.outsider)
    assert (plan.number, plan.author_ids) == (2, [cast.outsider.pk])
    assert case.returnplan_set.count() == 2


def test_what_was_hidden_from_the_sender_cannot_be_passed_on(cast, client_of):
    case = taken(cast, rooms=["safety"])
    lead = cast.rows["oever_lead"]
    conversation.write_note(case=case, text="Van Oever", areas=[], submission=None, by=lead)
    third = person("midden-lead", (cast.midden, Role.TEAM_LEAD), (cast.midden, Role.CASEWORKER))
    consented(case, Purpose.TRANSFER, cast.midden, by=lead)
    onward = transfer.offer(
        case=case, organisation=cast.midden, rooms=["notes", "safety"], summary="x", submission=None, by=lead
    )
    transfer.accept(transfer=onward, version=None, by=third)
    page = text_of(client_of(third), "notes", case)
    assert ("Van Oever" in page, "Een notitie" in page) == (True, False)


def test_whoever_the_new_lead_lets_in_reads_no_more_than_it_does(cast, client_of):
    case, lead = taken(cast, rooms=[]), cast.rows["oever_lead"]
    helper = person("helper", (organisation("derde"), Role.CASEWORKER))
    third = helper.memberships.get().organisation
    consented(case, Purpose.SHARING, third, by=lead)
    participation.let_take_part(case=case, organisation=third, part=Part.SUPPORT, by=lead)
    page = text_of(client_of(helper), "notes", case)
    assert "Een notitie" not in page


def test_a_copy_of_what_stayed_behind_stays_behind(cast):
    """Somebody who reads it changes who travels, or corrects a note: that brings nothing into the new lead's sight."""
    helper_at = organisation("derde")
    helper = person("helper", (helper_at, Role.CASEWORKER))
    consented(cast.case, Purpose.SHARING, helper_at, by=cast.caseworker)
    participation.let_take_part(case=cast.case, organisation=helper_at, part=Part.SUPPORT, by=cast.teamlead)
    note = conversation.write_note(case=cast.case, text="Van de derde", areas=[], submission=None, by=helper)
    return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead)
    case = taken(cast, rooms=[])
    conversation.correct_note(note=note, text="Van de derde!", areas=[], version=None, submission=None, by=helper)
    for who in (cast.outsider, helper):
        people.change_family_member(
            person=cast.rows["child"], values={"name": f"Door {who.name}"}, version=None, by=who
        )
    seen = Case.objects.get(pk=case.pk)
    seen.hidden_before = Case.objects.hidden_from(seen, cast.outsider)
    assert (seen.returnplan_set.count(), seen.note_set.count()) == (0, 0)
    # the helper, who reads the plan, made it a new version
    assert case.returnplan_set.count() == 2
    assert facts_of(case).plan_approved is False


def test_stage_reasons_of_before_go_with_the_notes(cast, receiver):
    stage.move(case=cast.case, to="settling", reason="Zo zit dat", past=["basis"], by=cast.teamlead)
    case = taken(cast, rooms=[])
    assert "Zo zit dat" not in text_of(receiver, "history", case)


def test_what_was_asked_of_somebody_who_lost_the_case_is_asked_of_its_people(cast):
    row = task.add(
        case=cast.case, title="Bellen", due_on=timezone.localdate(), for_user=cast.colleague, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    taken(cast)
    row.refresh_from_db()
    assert row.for_user is None


def test_nobody_answers_their_own_offer(cast):
    both = person("both", (cast.kade, Role.TEAM_LEAD), (cast.oever, Role.TEAM_LEAD))
    transfer.withdraw(transfer=cast.rows["transfer"], by=cast.teamlead)
    row = offered(cast, by=both)
    with pytest.raises(Refused):
        transfer.accept(transfer=row, version=None, by=both)


def test_who_already_helped_keeps_what_they_read(cast, receiver):
    consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker)
    participation.let_take_part(case=cast.case, organisation=cast.oever, part=Part.SUPPORT, by=cast.teamlead)
    case = taken(cast, rooms=[])
    assert "Een notitie" in text_of(receiver, "notes", case)
    # what stages and tasks go by is what its pages show
    assert facts_of(case).plan_waiting is not None


def test_a_paper_that_stayed_behind_is_not_opened_by_a_verb_either(cast):
    paper = cast.rows["document"]
    taken(cast, rooms=[])
    with pytest.raises(Refused):
        document.open_file(document=paper, by=cast.outsider)
    with pytest.raises(Refused):
        document.withdraw(document=paper, reason="x", version=None, by=cast.outsider)


# --- offering, taking back, declining, two people ------------------------------------------------------------------


def offered(cast, **values):
    given = {"organisation": cast.oever, "rooms": [], "summary": "x", "submission": None, "by": cast.teamlead}
    return transfer.offer(case=cast.case, **{**given, **values})


def test_one_offer_at_a_time_with_consent_and_to_somebody_else(cast):
    with pytest.raises(Refused):
        offered(cast)
    transfer.withdraw(transfer=cast.rows["transfer"], by=cast.teamlead)
    for values in ({"organisation": cast.kade}, {"organisation": cast.midden}, {"by": cast.caseworker}):
        with pytest.raises(Refused):
            offered(cast, **values)
    assert offered(cast).outcome == ""


def test_declined_the_case_stays_and_the_sender_reads_why(cast, client_of):
    transfer.decline(transfer=cast.rows["transfer"], reason="Geen plaats", version=None, by=cast.rows["oever_lead"])
    assert (sees(cast.caseworker, cast.case), sees(cast.outsider, cast.case)) == (True, False)
    address = reverse("cases:case_access", args=[cast.case.reference])
    told = {
        name: "Geen plaats" in client_of(name).get(address).content.decode() for name in ("teamlead", "coordinator")
    }
    assert told == {"teamlead": True, "coordinator": False}


def test_answered_twice_the_second_is_told(cast):
    offer = cast.rows["transfer"]
    second = person("oever-second", (cast.oever, Role.TEAM_LEAD))
    transfer.accept(transfer=offer, version=offer.version, by=cast.rows["oever_lead"])
    with pytest.raises(Refused):
        transfer.accept(transfer=offer, version=offer.version, by=second)
    with pytest.raises(Refused):
        transfer.withdraw(transfer=offer, by=cast.teamlead)
    assert Transfer.objects.get(pk=offer.pk).outcome == "accepted"


def test_a_changed_offer_is_stale(cast):
    offer = cast.rows["transfer"]
    Transfer.objects.filter(pk=offer.pk).update(version=offer.version + 1)
    with pytest.raises(Stale):
        transfer.accept(transfer=offer, version=offer.version, by=cast.rows["oever_lead"])


def test_a_restricted_case_stays_restricted_and_the_receiver_is_assigned(cast):
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    case = taken(cast)
    assert (sees(cast.rows["oever_lead"], case), sees(cast.outsider, case)) == (True, False)


def test_coordination_hands_over_a_case_without_lead_and_stays(cast):
    own = case_actions.create(
        working_name="Merel", age_group="adult", danger_now=False, bed_needed=False, notifier="", submission=None,
        by=cast.care_coordinator,
    )  # fmt: skip
    consented(own, Purpose.TRANSFER, cast.oever, by=cast.care_coordinator)
    row = transfer.offer(
        case=own, organisation=cast.oever, rooms=list(CHOSEN), summary="x", submission=None, by=cast.care_coordinator
    )
    transfer.accept(transfer=row, version=None, by=cast.rows["oever_lead"])
    assert (sees(cast.care_coordinator, own), sees(cast.outsider, own)) == (True, True)
    with pytest.raises(Refused):
        offered(cast, by=cast.care_coordinator)


def test_by_the_pages(cast, client_of):
    transfer.withdraw(transfer=cast.rows["transfer"], by=cast.teamlead)
    lead, address = client_of("teamlead"), reverse("cases:transfer_offer", args=[cast.case.reference])
    sent = {**unseen(lead, address), "organisation": str(cast.oever.pk), "rooms": ["safety"]}
    page = lead.post(address, {**sent, "summary": ""})
    assert "summary" in page.context["form"].errors
    assert lead.post(address, {**sent, "summary": "Een overdracht"}).status_code == 302
    assert lead.post(address, {**sent, "summary": "Een overdracht"}).status_code == 302
    offer = Transfer.objects.get(case=cast.case, outcome="")
    other = client_of(cast.rows["oever_lead"])
    answering = reverse("cases:transfer_accept", args=[offer.pk])
    assert "Een overdracht" in other.get(answering).content.decode()
    answer = other.post(answering, unseen(other, answering))
    assert answer["Location"] == reverse("cases:case", args=[cast.case.reference])
    assert other.get(answer["Location"]).status_code == 200
