"""Notes and conversations are never edited: a correction takes their place, and the old text stays readable."""

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from cases.actions import conversation as actions
from cases.actions.correction import correctable
from cases.lists import conversations, notes
from cases.models import Conversation, Note, Participation
from cases.models.facts import facts_of, wish
from organisations import sealing
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent, Membership
from organisations.roles import Role
from tests.cast import DAY, assemble, closed_case, new_case, on_page, person

today = timezone.localdate


def corrected(note: Note, text: str, *, by, areas=None, version=None) -> Note:
    areas = note.areas if areas is None else areas
    return actions.correct_note(note=note, text=text, areas=areas, version=version, submission=None, by=by)


def talk_corrected(talk: Conversation, *, by, **values) -> Conversation:
    kept = {name: getattr(talk, name) for name in ("held_on", "outcome", "orientation", "here")}
    return actions.correct(conversation=talk, values={**kept, **values}, version=None, submission=None, by=by)


def told(case) -> list[str]:
    rooms = ("notes", "safe_future")
    return list(
        AuditEvent.objects.filter(case_id=case.pk, room__in=rooms).order_by("at").values_list("verb", flat=True)
    )


# --- notes -----------------------------------------------------------------------------------------------------------


def test_a_corrected_note_counts_once_and_the_old_one_is_as_it_was(cast):
    old = cast.rows["note"]
    sealed = bytes(Note.objects.get(pk=old.pk).__dict__["text"])
    new = corrected(old, "Een betere notitie", by=cast.caseworker)
    newer = corrected(old, "De beste notitie", by=cast.teamlead)
    assert (new.supersedes, newer.supersedes_id) == (old, new.pk)
    assert (newer.organisation, newer.areas, newer.written_at) == (cast.kade, ["health"], old.created_at)
    assert bytes(Note.objects.get(pk=old.pk).__dict__["text"]) == sealed
    [entry] = notes(cast.case, by=cast.caseworker)
    assert (entry["row"].text, entry["first"], entry["may_correct"]) == ("De beste notitie", old, True)
    assert [(before["row"].text, before["corrected"].created_by.name) for before in entry["earlier"]] == [
        ("Een betere notitie", "Teamlead"), ("Een notitie", "Caseworker"),
    ]  # fmt: skip
    assert told(cast.case)[-2:] == ["note_corrected", "note_corrected"]


def test_the_page_shows_what_counts_with_the_old_under_it_in_both_languages(cast, client_of):
    corrected(cast.rows["note"], "Een betere notitie", by=cast.teamlead)
    address = reverse("cases:notes", args=[cast.case.reference])
    english = client_of("colleague").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    dutch = client_of("colleague").get(address, HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert (
        english.index("Een betere notitie") < english.index("Corrected by Teamlead on") < english.index("Een notitie")
    )
    assert "Verbeterd door Teamlead op" in dutch


def test_a_corrected_note_stays_where_it_was_written(cast):
    actions.write_note(case=cast.case, text="Later", areas=[], submission=None, by=cast.caseworker)
    corrected(cast.rows["note"], "Eerder", by=cast.caseworker)
    assert [entry["row"].text for entry in notes(cast.case, by=cast.caseworker)] == ["Later", "Eerder"]


def test_only_the_author_and_team_leads_of_their_organisation_correct(cast):
    note, talk = cast.rows["note"], cast.rows["conversation"]
    support = person("leadoever", (cast.oever, Role.TEAM_LEAD))
    Participation.objects.create(case=cast.case, organisation=cast.oever, part="support", created_by=cast.caseworker)
    for who in (cast.colleague, cast.care_coordinator, cast.outsider, cast.former, support):
        with pytest.raises(Refused):
            corrected(note, "Anders", by=who)
        with pytest.raises(Refused):
            talk_corrected(talk, by=who, here="Anders")
    assert (Note.objects.filter(case=cast.case).count(), Conversation.objects.filter(case=cast.case).count()) == (1, 1)
    for who in (cast.caseworker, cast.teamlead):
        corrected(note, f"Van {who.name}", by=who)
        talk_corrected(talk, by=who, here=f"Van {who.name}")
    # the first author still may, also after the team lead did
    corrected(note, "Nog eens", by=cast.caseworker)


def test_an_author_who_is_in_the_case_no_more_corrects_nothing(cast):
    cast.caseworker.memberships.update(until_at=timezone.now())
    with pytest.raises(Refused):
        corrected(cast.rows["note"], "Anders", by=type(cast.caseworker).objects.get(pk=cast.caseworker.pk))


def test_a_team_lead_is_of_the_organisation_for_which_a_conversation_was_written(cast):
    """Who worked elsewhere when it was written wrote it for elsewhere."""
    talk = cast.rows["conversation"]
    cast.caseworker.memberships.update(until_at=talk.created_at - DAY)
    Membership.objects.create(
        user=cast.caseworker, organisation=cast.oever, role=Role.CASEWORKER, from_at=talk.created_at - DAY,
        confirmed_at=talk.created_at,
    )  # fmt: skip
    assert correctable([[talk]], by=cast.teamlead) == set()
    lead = person("leadoever", (cast.oever, Role.TEAM_LEAD))
    assert correctable([[talk]], by=lead) == {talk.pk}
    # the note says itself for whom it was written
    assert correctable([[cast.rows["note"]]], by=lead) == set()


def test_nothing_different_is_no_correction(cast):
    note = actions.write_note(case=cast.case, text="Een\nTwee", areas=[], submission=None, by=cast.caseworker)
    with pytest.raises(Refused):
        corrected(note, "Een\r\nTwee", by=cast.caseworker)
    assert Note.objects.filter(supersedes__isnull=False).count() == 0


def test_the_database_lets_nothing_be_corrected_twice(cast):
    old = cast.rows["note"]
    corrected(old, "Anders", by=cast.caseworker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(
            case=cast.case, text="x", organisation=cast.kade, created_by=cast.caseworker, supersedes=old,
            first_written_at=old.created_at,
        )  # fmt: skip


# --- two people ------------------------------------------------------------------------------------------------------


def test_the_second_of_two_keeps_the_text_and_chooses(cast, client_of):
    note = cast.rows["note"]
    address = reverse("cases:note_correct", args=[cast.case.reference, note.pk])
    first, second = client_of("caseworker"), client_of("teamlead")
    one, two = on_page(first.get(address)), on_page(second.get(address))
    assert (one["text"], one["submission"] != two["submission"]) == (["Een notitie"], True)
    assert first.post(address, {**one, "text": "Van de een"}).status_code == 302
    page = second.post(address, {**two, "text": "Van de ander"}, HTTP_ACCEPT_LANGUAGE="en")
    said = page.content.decode()
    assert page.status_code == 200
    assert ["Somebody else changed this" in said, "Van de een" in said, "Van de ander" in said] == [True] * 3
    assert note.latest().text == "Van de een"
    assert second.post(address, on_page(page)).status_code == 302
    assert note.latest().text == "Van de ander"
    [entry] = notes(cast.case, by=cast.caseworker)
    assert [before["row"].text for before in entry["earlier"]] == ["Van de een", "Een notitie"]


def test_the_same_correction_sent_twice_is_one(cast, client_of):
    address = reverse("cases:note_correct", args=[cast.case.reference, cast.rows["note"].pk])
    client = client_of("caseworker")
    sent = {**on_page(client.get(address)), "text": "Beter"}
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert Note.objects.filter(case=cast.case).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_the_same_moment_one_wins_and_nothing_branches():
    with sealing.fresh_keys():
        cast = assemble()
    note, start, answers = cast.rows["note"], threading.Barrier(2), []

    def correct(by):
        try:
            with sealing.fresh_keys():
                start.wait(10)
                corrected(note, f"Van {by.name}", by=by, version=note.version)
                answers.append("done")
        except Stale:
            answers.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=correct, args=[by]) for by in (cast.caseworker, cast.teamlead)]
    _ = [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert sorted(answers) == ["done", "stale"]
    assert Note.objects.filter(case=cast.case).count() == 2


# --- what counts -----------------------------------------------------------------------------------------------------


def test_a_corrected_conversation_is_one_and_the_newest_counts(cast):
    talk = cast.rows["conversation"]
    new = talk_corrected(talk, by=cast.caseworker, orientation="stay", held_on=today() - 3 * DAY, here="Een kamer")
    assert list(cast.case.conversation_set.current()) == [new]
    facts = facts_of(cast.case)
    assert (facts.orientation_recorded, facts.talked_on) == (False, today() - 3 * DAY)
    [entry] = conversations(cast.case, by=cast.caseworker)
    assert (entry["row"].here, [before["row"] for before in entry["earlier"]]) == ("Een kamer", [talk])
    assert told(cast.case)[-1] == "conversation_corrected"


def test_correcting_the_first_talk_of_a_day_does_not_make_it_the_last(cast):
    values = {"held_on": today(), "outcome": "held", "orientation": "stay"}
    actions.record(case=cast.case, values=values, submission=None, by=cast.caseworker)
    talk_corrected(cast.rows["conversation"], by=cast.caseworker, here="Verbeterd")
    assert wish(list(cast.case.conversation_set.current())) == "stay"


def test_a_note_that_was_about_the_future_by_mistake_leaves_no_conversation(cast):
    case = new_case(cast.caseworker)
    note = actions.write_note(case=case, text="x", areas=["future"], submission=None, by=cast.caseworker)
    assert facts_of(case).conversation_held_or_declined
    note = corrected(note, "x", areas=["health"], by=cast.caseworker)
    assert not facts_of(case).conversation_held_or_declined
    assert (note.conversation, conversations(case, by=cast.caseworker)) == (None, [])
    # and after all it was
    note = corrected(note, "x", areas=["future"], by=cast.caseworker)
    assert [entry["row"] for entry in conversations(case, by=cast.caseworker)] == [note.conversation]


def test_a_corrected_note_about_the_future_is_still_one_conversation_of_that_day(cast):
    case = new_case(cast.caseworker)
    note = actions.write_note(case=case, text="Wil blijven", areas=["future"], submission=None, by=cast.caseworker)
    new = corrected(note, "Wil terug", by=cast.caseworker)
    assert new.conversation.supersedes == note.conversation
    [entry] = conversations(case, by=cast.caseworker)
    assert (entry["row"].note.text, entry["row"].held_on) == ("Wil terug", today())
    with pytest.raises(Refused):
        talk_corrected(new.conversation, by=cast.caseworker, here="y")


def test_the_room_asks_as_often_for_thirty_conversations_as_for_one(cast, client_of, django_assert_num_queries):
    client, address = client_of("teamlead"), reverse("cases:safe_future", args=[cast.case.reference])
    client.get(address)
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(address)
    values = {"held_on": today(), "outcome": "held"}
    for _ in range(14):
        talk = actions.record(case=cast.case, values=values, submission=None, by=cast.caseworker)
        talk_corrected(talk, by=cast.caseworker, here="Verbeterd")
        actions.write_note(case=cast.case, text="x", areas=["future"], submission=None, by=cast.colleague)
    with CaptureQueriesContext(connection) as thirty:
        client.get(address)
    assert len(thirty) == len(one)


def test_an_erased_file_keeps_that_two_rows_are_one_conversation(cast):
    from cases.actions import erasure

    case = closed_case(cast.caseworker, working_name="Weg")
    note = actions.write_note(case=case, text="x", areas=["future"], submission=None, by=cast.caseworker)
    corrected(note, "y", by=cast.caseworker)
    proposal = erasure.propose(reference=case.reference, ground="asked", reason="", submission=None, by=cast.teamlead)
    erasure.confirm(proposal=proposal, reference=case.reference, by=cast.privacy)
    assert not Note.objects.filter(case=case).exists()
    first, second = Conversation.objects.filter(case=case).order_by("version")
    assert second.supersedes == first
    assert timezone.localtime(second.first_written_at).day == 1
