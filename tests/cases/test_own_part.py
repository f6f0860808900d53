"""A former lead organisation reads what its own people wrote before the handover, for a while, and nothing else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import conversation, criminal, document, own_part, participation, return_plan, transfer
from cases.models import Case, OwnPart
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations.actions import audit
from organisations.actions.base import Refused
from organisations.models import AuditEvent
from organisations.roles import Role
from organisations.rules.audit import Verb
from organisations.rules.files import CleanFile, FileType
from tests.cast import DAY, PDF, consented, person, unseen


@pytest.fixture
def handed(cast):
    """The case went from Kade to Oever; before that Oever supported and wrote too, and after it both wrote on."""
    consented(cast.case, Purpose.SHARING, cast.oever, by=cast.caseworker)
    participation.let_take_part(case=cast.case, organisation=cast.oever, part=Part.SUPPORT, by=cast.teamlead)
    note(cast, "Van de steun", by=cast.outsider)
    # has a role at Kade too, and writes for Oever
    note(cast, "Van de steun, elders", by=cast.moonlighter)
    paper(cast, "Van de steun.pdf", by=cast.outsider)
    kept = conversation.write_note(case=cast.case, text="Eerst zo", areas=[], submission=None, by=cast.colleague)
    conversation.correct_note(note=kept, text="Daarna zo", areas=[], submission=None, version=None, by=cast.colleague)
    wrong = paper(cast, "Verkeerd bestand.pdf", by=cast.colleague)
    document.withdraw(document=wrong, reason="Verkeerd", version=None, by=cast.colleague)
    transfer.accept(transfer=cast.rows["transfer"], version=None, by=cast.rows["oever_lead"])
    note(cast, "Van de nieuwe opvang", by=cast.outsider)
    return cast.rows["transfer"]


def note(cast, text, *, by):
    return conversation.write_note(case=cast.case, text=text, areas=[], submission=None, by=by)


def paper(cast, name, *, by):
    return document.add(
        case=cast.case, file=CleanFile(name=name, type=FileType.PDF, data=PDF), submission=None, by=by,
        values={"kind": "other", "day": timezone.localdate(), "remark": None},
    )  # fmt: skip


def asked(cast, handed, **values) -> OwnPart:
    given = {"until_on": timezone.localdate() + 30 * DAY, "reason": "Een klacht over ons", "submission": None}
    return own_part.ask(transfer=handed, by=cast.teamlead, **{**given, **values})


def answered(cast, row, *, granted=True, by=None, **values) -> OwnPart:
    given = {"until_on": row.until_on, "reason": None if granted else "Liever niet", "version": None}
    return own_part.answer(own_part=row, granted=granted, by=by or cast.rows["oever_lead"], **{**given, **values})


def waits_for(user) -> set:
    return {row.pk for row in OwnPart.objects.to_answer(user)}


def page_of(client, row):
    return client.get(reverse("cases:own_part", args=[row.pk]))


def test_they_read_what_their_own_people_wrote_and_nobody_changed_since(cast, handed, client_of):
    criminal.change(
        event=cast.rows["event"], values={"remark": "Sindsdien veranderd"}, version=None, by=cast.rows["oever_lead"]
    )
    return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.rows["oever_lead"])
    text = page_of(client_of("teamlead"), answered(cast, asked(cast, handed))).content.decode()
    here = ["Een notitie", "Daarna zo", "Paspoort.pdf", "2 × 2 = 4", "x</dd>"]
    gone = [
        "Van de steun", "Van de nieuwe opvang", "Eerst zo", "Een opmerking", "Sindsdien veranderd", "Haven", "Vogel",
        "Advocaat", "Kamer 1", "Verkeerd", "Huis", "Oever",
    ]  # fmt: skip
    assert [word for word in here if word not in text] == []
    assert [word for word in gone if word in text] == []
    # the event and the plan
    assert "2 records were changed or decided after the handover and are not shown." in text


def test_what_they_wrote_in_the_case_after_the_handover_is_no_part_of_it(cast, handed, client_of):
    consented(cast.case, Purpose.SHARING, cast.kade, by=cast.outsider)
    lead = cast.rows["oever_lead"]
    again = participation.let_take_part(case=cast.case, organisation=cast.kade, part=Part.SUPPORT, by=lead)
    note(cast, "Weer erbij", by=cast.colleague)
    participation.end(participation=again, by=lead)
    text = page_of(client_of("teamlead"), answered(cast, asked(cast, handed))).content.decode()
    assert ("Daarna zo" in text, "Weer erbij" in text) == (True, False)
    # nor is it said to be left out
    assert "not shown" not in text


def test_no_page_of_the_case_opens_with_it(cast, handed, client_of):
    answered(cast, asked(cast, handed))
    client = client_of("teamlead")
    for name in ("case", "notes", "history", "case_access", "shelter", "intake"):
        assert client.get(reverse(f"cases:{name}", args=[cast.case.reference])).status_code == 404
    assert cast.case.reference not in client.get(reverse("cases:case_list")).content.decode()
    assert client.post(reverse("cases:case_search"), {"search": "Vogel"}).content.decode().count("row-link") == 0


@pytest.mark.parametrize("ending", ["waits", "declined", "withdrawn", "ended", "day", "restricted", "role", "erased"])
def test_it_reads_only_while_it_is_granted(ending, cast, handed, client_of):
    lead = cast.rows["oever_lead"]
    row = asked(cast, handed)
    if ending == "declined":
        answered(cast, row, granted=False)
    elif ending != "waits":
        row = answered(cast, row)
        assert page_of(client_of("teamlead"), row).status_code == 200
    if ending == "withdrawn":
        own_part.withdraw(own_part=row, by=cast.teamlead)
    elif ending == "ended":
        own_part.end(own_part=row, by=lead)
    elif ending == "day":
        OwnPart.objects.filter(pk=row.pk).update(until_on=timezone.localdate() - DAY)
    elif ending == "restricted":
        case_actions.restrict(case=cast.case, restricted=True, version=None, by=lead)
    elif ending == "role":
        cast.teamlead.memberships.update(until_at=timezone.now())
    elif ending == "erased":
        Case.objects.filter(pk=cast.case.pk).update(erased_at=timezone.now())
    client = client_of("teamlead")
    file = reverse("cases:own_part_open", args=[row.pk, cast.rows["document"].pk])
    expected = 403 if ending == "role" else 404
    assert [page_of(client, row).status_code, client.get(file).status_code] == [expected, expected]


def test_the_last_day_counts(cast, handed, client_of):
    row = answered(cast, asked(cast, handed), until_on=timezone.localdate())
    assert page_of(client_of("teamlead"), row).status_code == 200


def test_while_the_case_is_restricted_the_page_leads_nowhere(cast, handed, client_of):
    row = answered(cast, asked(cast, handed))
    address = f'href="{reverse("cases:own_part", args=[row.pk])}"'
    client = client_of("teamlead")
    assert address in client.get(reverse("cases:transfer_list")).content.decode()
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.rows["oever_lead"])
    text = client.get(reverse("cases:transfer_list")).content.decode()
    assert (address in text, "Not readable at the moment." in text) == (False, True)


def test_nobody_else_reads_it(cast, handed, client_of):
    row = answered(cast, asked(cast, handed))
    for name in ("caseworker", "colleague", "privacy", "outsider", "coordinator", "former"):
        assert page_of(client_of(name), row).status_code == 403
    # who leads now, too: those are not the rows of their own organisation
    assert page_of(client_of(cast.rows["oever_lead"]), row).status_code == 404


def test_a_file_opens_only_if_it_is_of_their_own_part(cast, handed, client_of):
    row = answered(cast, asked(cast, handed))
    theirs = paper(cast, "Van de nieuwe opvang.pdf", by=cast.outsider)
    client = client_of("teamlead")
    mine = client.get(reverse("cases:own_part_open", args=[row.pk, cast.rows["document"].pk]))
    assert (mine.status_code, mine.content, mine["Cache-Control"]) == (200, PDF, "no-store")
    assert client.get(reverse("cases:own_part_open", args=[row.pk, theirs.pk])).status_code == 404
    with pytest.raises(Refused):
        own_part.open_file(own_part=row, document=theirs, by=cast.teamlead)


def test_a_file_that_somebody_changed_since_stays_closed(cast, handed, client_of):
    row, file = answered(cast, asked(cast, handed)), cast.rows["document"]
    audit.record(Verb.DOCUMENT_ADDED, by=cast.outsider, case=cast.case, room="documents", object_id=file.pk)
    with pytest.raises(Refused):
        own_part.open_file(own_part=row, document=file, by=cast.teamlead)
    document.withdraw(document=file, reason="Verlopen", version=None, by=cast.outsider)
    again = client_of("teamlead").get(reverse("cases:own_part_open", args=[row.pk, file.pk]))
    assert again.status_code == 404


def test_who_may_ask_and_for_how_long(cast, handed):
    today = timezone.localdate()
    for who in (cast.caseworker, cast.rows["oever_lead"], cast.privacy):
        with pytest.raises(Refused):
            own_part.ask(transfer=handed, until_on=today, reason="x", submission=None, by=who)
    for until_on in (today - DAY, today + 93 * DAY):
        with pytest.raises(Refused):
            asked(cast, handed, until_on=until_on)
    row = asked(cast, handed, until_on=today + 92 * DAY)
    with pytest.raises(Refused):
        asked(cast, handed)
    answered(cast, row)
    with pytest.raises(Refused):
        asked(cast, handed)
    # nobody led this one but Oever, who still offers it
    with pytest.raises(Refused):
        own_part.ask(
            transfer=cast.rows["offered"], until_on=today, reason="x", submission=None, by=cast.rows["oever_lead"]
        )


def test_who_leads_the_case_answers_and_never_who_asked(cast, handed):
    row = asked(cast, handed)
    for who in (cast.teamlead, cast.outsider, cast.coordinator, cast.care_coordinator):
        with pytest.raises(Refused):
            answered(cast, row, by=who)
    both = person("both", (cast.kade, Role.TEAM_LEAD), (cast.oever, Role.TEAM_LEAD))
    own = OwnPart.objects.get(pk=row.pk)
    OwnPart.objects.filter(pk=row.pk).update(created_by=both)
    assert (own.pk in waits_for(both), own.pk in waits_for(cast.rows["oever_lead"])) == (False, True)
    with pytest.raises(Refused):
        answered(cast, own, by=both)
    assert answered(cast, own).answer == "granted"
    with pytest.raises(Refused):
        answered(cast, own)


def test_who_asked_gives_it_back_and_who_leads_ends_it(cast, handed):
    row = answered(cast, asked(cast, handed))
    for who in (cast.caseworker, cast.outsider, cast.rows["oever_lead"]):
        with pytest.raises(Refused):
            own_part.withdraw(own_part=row, by=who)
    for who in (cast.teamlead, cast.outsider, cast.coordinator):
        with pytest.raises(Refused):
            own_part.end(own_part=row, by=who)
    own_part.end(own_part=row, by=cast.rows["oever_lead"])
    with pytest.raises(Refused):
        own_part.withdraw(own_part=row, by=cast.teamlead)


def test_taken_back_in_two_tabs_the_second_reads_why_not(cast, handed, client_of):
    row, client = asked(cast, handed), client_of("teamlead")
    address = reverse("cases:own_part_withdraw", args=[row.pk])
    assert client.post(address, HTTP_ACCEPT_LANGUAGE="en").status_code == 302
    again = client.post(address, HTTP_ACCEPT_LANGUAGE="en")
    assert "This request was answered or taken back already." in again.content.decode()


def test_the_answer_may_shorten_and_not_lengthen_and_a_no_has_its_reason(cast, handed):
    row = asked(cast, handed)
    with pytest.raises(Refused):
        answered(cast, row, until_on=row.until_on + DAY)
    with pytest.raises(Refused):
        answered(cast, row, granted=False, reason="")
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.rows["oever_lead"])
    with pytest.raises(Refused):
        answered(cast, row)
    case_actions.restrict(case=cast.case, restricted=False, version=None, by=cast.rows["oever_lead"])
    assert answered(cast, row, until_on=row.until_on - 5 * DAY).until_on == timezone.localdate() + 25 * DAY


def test_the_whole_way_in_the_browser_and_what_the_trail_says(cast, handed, client_of):
    kade, oever = client_of("teamlead"), client_of(cast.rows["oever_lead"])
    ask = reverse("cases:own_part_ask", args=[handed.pk])
    kade.post(ask, {**unseen(kade, ask), "reason": "Een klacht", "until_on": str(timezone.localdate() + 9 * DAY)})
    row = OwnPart.objects.get(transfer=handed)
    address = reverse("cases:own_part_answer", args=[cast.case.reference, row.pk])
    oever = client_of(cast.rows["oever_lead"])
    assert address in oever.get(reverse("cases:my_day")).content.decode()
    oever.post(address, {**unseen(oever, address), "granted": "yes", "until_on": str(row.until_on), "reason": ""})
    assert address not in oever.get(reverse("cases:my_day")).content.decode()
    kade = client_of("teamlead")
    day = kade.get(reverse("cases:my_day")).content.decode()
    # theirs of just now, and the one of the cast
    assert "2 requests to read your own part of a file were answered." in day
    assert reverse("cases:own_part", args=[row.pk]) in kade.get(reverse("cases:transfer_list")).content.decode()
    page_of(kade, row)
    told = AuditEvent.objects.filter(case_id=cast.case.pk, at__gte=row.created_at).order_by("at")
    assert [(e.verb, e.room, e.organisation_name) for e in told if "own_part" in e.verb or e.room == "own_part"] == [
        ("own_part_asked", "own_part", "Kade"),
        ("own_part_granted", "case", "Oever"),
        ("case_read", "own_part", "Kade"),
    ]
