"""Consents: without one nothing is shared, a withdrawal acts at once, and somebody must tell."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions import consent, participation, transfer
from cases.models import Case, Consent, Participation
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent
from organisations.permissions import Permission as P
from tests.cast import DAY, consented, new_case, takes_part, unseen

today = timezone.localdate


def sees(user, case) -> bool:
    return Case.objects.where_may(user, P.CASE_SEE).filter(pk=case.pk).exists()


def share(case, organisation, *, by, part=Part.SUPPORT):
    return participation.let_take_part(case=case, organisation=organisation, part=part, by=by)


def withdraw(row, *, by):
    return consent.withdraw(consent=row, on=today(), version=None, by=by)


# --- sharing ----------------------------------------------------------------------------------------------------


def test_nobody_takes_part_without_consent_for_them(cast):
    with pytest.raises(Refused):
        share(cast.case, cast.oever, by=cast.teamlead)
    # a consent for another purpose does not count
    assert Consent.objects.filter(case=cast.case, recipient=cast.oever, purpose="transfer").exists()
    assert not sees(cast.outsider, cast.case)
    consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker)
    share(cast.case, cast.oever, by=cast.teamlead)
    assert sees(cast.outsider, cast.case)


def test_a_withdrawal_ends_the_part_at_the_next_request(cast, client_of):
    row = consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker)
    share(cast.case, cast.oever, by=cast.teamlead)
    client, address = client_of("outsider"), reverse("cases:notes", args=[cast.case.reference])
    assert client.get(address).status_code == 200
    withdraw(row, by=cast.caseworker)
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "Nog iets"}).status_code == 404


def test_who_records_the_withdrawal_of_their_own_part_loses_the_case(cast, client_of):
    row = consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker)
    share(cast.case, cast.oever, by=cast.teamlead)
    client, address = client_of("outsider"), reverse("cases:consent_withdraw", args=[cast.case.reference, row.pk])
    answer = client.post(address, {**unseen(client, address), "withdrawn_on": f"{today():%d-%m-%Y}"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("cases:case_list"))
    assert not sees(cast.outsider, cast.case)


def test_a_part_is_ended_by_the_lead_and_only_the_parts_it_gives(cast):
    parts = {part.part: part for part in cast.case.participation_set.now()}
    for part in ("lead", "registration"):
        with pytest.raises(Refused):
            participation.end(participation=parts[part], by=cast.teamlead)
    with pytest.raises(Refused):
        participation.end(participation=parts["coordination"], by=cast.caseworker)
    participation.end(participation=parts["coordination"], by=cast.teamlead)
    assert (sees(cast.care_coordinator, cast.case), sees(cast.coordinator, cast.case)) == (False, True)


def test_the_end_of_a_part_is_taken_back_while_the_consent_stands(cast, client_of):
    row = cast.rows["participation"]
    lead, at = client_of("teamlead"), [cast.case.reference, row.pk]
    page = lead.post(reverse("cases:participation_end", args=at), follow=True).content.decode()
    undo = reverse("cases:participation_end_undo", args=at)
    assert (f'action="{undo}"' in page, sees(cast.care_coordinator, cast.case)) == (True, False)
    lead.post(undo)
    assert sees(cast.care_coordinator, cast.case)
    participation.end(participation=row, by=cast.teamlead)
    withdraw(cast.rows["consent"], by=cast.caseworker)
    with pytest.raises(Refused):
        participation.undo_end(participation=row, by=cast.teamlead)
    assert not sees(cast.care_coordinator, cast.case)


def test_a_part_ended_long_ago_or_by_a_transfer_does_not_come_back(cast):
    row = cast.rows["participation"]
    participation.end(participation=row, by=cast.teamlead)
    Participation.objects.filter(pk=row.pk).update(ended_at=timezone.now() - datetime.timedelta(minutes=11))
    with pytest.raises(Refused):
        participation.undo_end(participation=row, by=cast.teamlead)
    led = cast.case.participation_set.get(part="lead")
    transfer.accept(transfer=cast.rows["transfer"], version=None, by=cast.rows["oever_lead"])
    for who in (cast.teamlead, cast.rows["oever_lead"]):
        with pytest.raises(Refused):
            participation.undo_end(participation=led, by=who)


def test_the_last_organisation_stays(cast):
    case = new_case(cast.care_coordinator)
    row = consented(case, Purpose.SHARING, cast.midden, by=cast.care_coordinator)
    with pytest.raises(Refused):
        withdraw(row, by=cast.care_coordinator)
    row.refresh_from_db()
    assert (row.withdrawn_on, sees(cast.care_coordinator, case)) == (None, True)


def test_coordination_shares_only_while_nobody_leads(cast):
    case = new_case(cast.care_coordinator)
    consented(case, Purpose.SHARING, cast.oever, by=cast.care_coordinator)
    share(case, cast.oever, by=cast.care_coordinator)
    takes_part(case, cast.kade, Part.LEAD)
    consented(case, Purpose.SHARING, cast.kade, by=cast.care_coordinator)
    with pytest.raises(Refused):
        share(case, cast.kade, by=cast.care_coordinator)


# --- who may go without ------------------------------------------------------------------------------------------


def test_an_override_is_for_the_team_lead_with_a_reason(cast):
    override = {"ground": "override", "reason": "Gevaar in huis"}
    with pytest.raises(Refused):
        consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker, **override)
    with pytest.raises(Refused):
        consented(cast.case, Purpose.SHARING, cast.oever, by=cast.teamlead, ground="override")
    with pytest.raises(Refused):
        consented(cast.case, Purpose.REGISTRATION, cast.comensha, by=cast.teamlead, **override)
    row = consented(cast.case, Purpose.SHARING, cast.oever, by=cast.teamlead, **override)
    event = AuditEvent.objects.get(object_id=row.pk)
    assert (event.verb, event.actor_id, row.reason) == ("consent_overridden", cast.teamlead.pk, "Gevaar in huis")


def test_a_decision_to_go_without_is_not_rewritten_into_a_consent(cast):
    row = consented(
        cast.case, Purpose.SHARING, cast.oever, by=cast.teamlead, ground="override", reason="Gevaar in huis"
    )
    with pytest.raises(Refused):
        consent.change(
            consent=row, values={"ground": "consent", "given_on": today(), "written": True, "reason": None},
            version=None, by=cast.caseworker,
        )  # fmt: skip
    row.refresh_from_db()
    assert row.reason == "Gevaar in huis"


def test_the_signed_form_that_was_withdrawn_stays_named(cast, client_of):
    from cases.actions import document

    paper = cast.rows["document"]
    row = consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker, document=paper)
    document.withdraw(document=paper, reason="x", version=None, by=cast.caseworker)
    client, address = client_of("caseworker"), reverse("cases:consent_change", args=[cast.case.reference, row.pk])
    sent = {**unseen(client, address), "ground": "consent", "given_on": f"{today():%d-%m-%Y}", "written": "yes"}
    assert client.post(address, {**sent, "language": "Arabisch"}).status_code == 302
    row.refresh_from_db()
    assert (row.language, row.document_id) == ("Arabisch", paper.pk)


def test_the_form_offers_the_override_to_the_team_lead_alone(cast, client_of):
    address = reverse("cases:consent_give", args=[cast.case.reference, "sharing"])
    offered = {
        name: 'value="override"' in client_of(name).get(address).content.decode() for name in ("caseworker", "teamlead")
    }
    assert offered == {"caseworker": False, "teamlead": True}


def test_below_sixteen_the_guardian_consents(cast):
    victim = cast.case.victim
    victim.birth_date, victim.birth_precision, victim.birth_year = today() - 15 * 365 * DAY, "day", 2011
    victim.save()
    case = Case.objects.get(pk=cast.case.pk)
    with pytest.raises(Refused):
        consented(case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    row = consented(case, Purpose.PARTNER, cast.partner, by=cast.caseworker, ground="guardian")
    assert row.ground == "guardian"


# --- registration ------------------------------------------------------------------------------------------------


def decided(case, by, **values):
    from cases.actions import intake

    notice = case.notice_set.get()
    given = {
        "notifier": notice.notifier, "notifier_number": None, "received_on": notice.received_on, "region": "",
        "decision": "consent", "decided_on": today(), "withdrawn_on": None,
    }  # fmt: skip
    return intake.change_notice(notice=notice, values={**given, **values}, version=None, by=by)


def test_a_registration_with_consent_stands_among_the_consents(cast):
    case = new_case(cast.caseworker, notifier="lawyer")
    decided(case, cast.caseworker)
    row = case.consent_set.get()
    assert (row.purpose, row.recipient, row.ground, row.written) == ("registration", cast.comensha, "consent", True)
    assert sees(cast.coordinator, case)


def test_withdrawn_among_the_consents_the_register_goes_at_once(cast):
    case = new_case(cast.caseworker, notifier="lawyer")
    decided(case, cast.caseworker)
    withdraw(case.consent_set.get(), by=cast.caseworker)
    assert (case.notice_set.get().withdrawn_on, sees(cast.coordinator, case)) == (today(), False)


def test_withdrawn_at_the_notice_it_is_withdrawn_among_the_consents(cast):
    case = new_case(cast.caseworker, notifier="lawyer")
    decided(case, cast.caseworker)
    decided(case, cast.caseworker, withdrawn_on=today())
    row = case.consent_set.get()
    assert (row.withdrawn_on, row.told_on, sees(cast.coordinator, case)) == (today(), None, False)


def test_the_register_keeps_registrations_whatever_is_sent(cast):
    case = new_case(cast.caseworker, notifier="lawyer")
    assert consented(case, Purpose.REGISTRATION, cast.oever, by=cast.caseworker).recipient == cast.comensha
    with pytest.raises(Refused):
        consented(case, Purpose.SHARING, None, by=cast.caseworker)


def test_what_ended_with_a_consent_is_not_offered_to_be_taken_back(cast, client_of):
    withdraw(cast.rows["consent"], by=cast.caseworker)
    at = [cast.case.reference]
    page = client_of("teamlead").get(reverse("cases:case_access", args=at)).content.decode()
    assert reverse("cases:participation_end_undo", args=[*at, cast.rows["participation"].pk]) not in page


def test_a_withdrawn_registration_comes_back_by_a_new_consent_alone(cast):
    case = new_case(cast.caseworker, notifier="lawyer")
    decided(case, cast.caseworker)
    withdraw(case.consent_set.get(), by=cast.caseworker)
    with pytest.raises(Refused):
        decided(case, cast.caseworker, withdrawn_on=None)
    assert (sees(cast.coordinator, case), case.consent_set.given().count()) == (False, 0)
    consented(case, Purpose.REGISTRATION, cast.comensha, by=cast.caseworker)
    decided(case, cast.caseworker, withdrawn_on=None)
    assert sees(cast.coordinator, case)


def test_refused_after_all_the_consent_is_withdrawn(cast):
    case = new_case(cast.caseworker, notifier="lawyer")
    decided(case, cast.caseworker)
    decided(case, cast.caseworker, decision="refused")
    assert (case.consent_set.get().withdrawn_on, sees(cast.coordinator, case)) == (today(), False)


def test_a_no_is_recorded_also_where_only_the_register_knows_the_person(cast):
    case = new_case(cast.coordinator, notifier="lawyer")
    decided(case, cast.coordinator, decision="refused")
    assert (case.notice_set.get().decision, sees(cast.coordinator, case)) == ("refused", False)


def test_on_legal_ground_no_consent_is_needed_and_none_is_withdrawn(cast):
    kept = cast.case.consent_set.filter(purpose="registration").count()
    assert (kept, sees(cast.coordinator, cast.case)) == (0, True)


# --- who must be told --------------------------------------------------------------------------------------------


def test_a_withdrawal_is_a_task_until_the_recipient_was_told(cast):
    row = consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    row = withdraw(row, by=cast.caseworker)
    task = cast.case.task_set.open().get(cause="untold")
    assert (task.subject, task.due_on) == (row.pk, today())
    with pytest.raises(Refused):
        consent.tell(consent=row, on=today() - DAY, version=None, by=cast.caseworker)
    consent.tell(consent=row, on=today(), version=None, by=cast.caseworker)
    assert not cast.case.task_set.filter(cause="untold").exists()


def test_departure_waits_again_when_the_consent_for_the_partner_is_withdrawn(cast):
    from cases.models.facts import facts_of
    from cases.rules.workflow import Stage, blockers

    def waits() -> bool:
        return "consent" in [blocker.code for blocker in blockers(Stage.DEPARTURE, facts_of(cast.case))]

    before = waits()
    row = consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    given = waits()
    withdraw(row, by=cast.caseworker)
    assert (before, given, waits()) == (True, False, True)


def test_a_withdrawn_consent_takes_back_the_offer_of_the_case(cast):
    row = cast.case.consent_set.get(purpose="transfer")
    withdraw(row, by=cast.caseworker)
    offer = cast.rows["transfer"]
    offer.refresh_from_db()
    assert offer.outcome == "withdrawn"
    with pytest.raises(Refused):
        transfer.accept(transfer=offer, version=None, by=cast.rows["oever_lead"])


# --- two people, wrong input ---------------------------------------------------------------------------------------


def test_one_consent_a_purpose_and_recipient(cast):
    consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    with pytest.raises(Refused):
        consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.colleague)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            case=cast.case, purpose="partner", recipient=cast.partner, ground="consent", given_on=today(),
            created_by=cast.colleague,
        )  # fmt: skip


def test_withdrawn_by_two_people_the_second_is_told(cast):
    row = consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    consent.withdraw(consent=row, on=today(), version=row.version, by=cast.caseworker)
    with pytest.raises(Stale):
        consent.withdraw(consent=row, on=today(), version=row.version, by=cast.colleague)


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(cast, client_of):
    client, address = client_of("caseworker"), reverse("cases:consent_give", args=[cast.case.reference, "partner"])
    tomorrow = today() + DAY
    page = client.post(
        address,
        {
            **unseen(client, address), "recipient": str(cast.partner.pk), "ground": "consent", "written": "yes",
            "given_on": f"{tomorrow:%d-%m-%Y}", "language": "Tigrinya",
        },
    )  # fmt: skip
    assert (page.status_code, 'value="Tigrinya"' in page.content.decode()) == (200, True)
    assert "given_on" in page.context["form"].errors


def test_an_unknown_purpose_is_no_page(cast, client_of):
    assert (
        client_of("caseworker").get(reverse("cases:consent_give", args=[cast.case.reference, "anything"])).status_code
        == 404
    )


def test_the_withdrawal_lies_after_the_consent(cast):
    row = consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    with pytest.raises(Refused):
        consent.withdraw(consent=row, on=today() - datetime.timedelta(days=1), version=None, by=cast.caseworker)
    assert Participation.objects.now().filter(case=cast.case).count() == 3
