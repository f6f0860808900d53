"""What is typed and not saved yet: kept sealed for one person, for as long as they may write there, until it is saved."""

import datetime
import io
import re
import threading
import time

import pytest
import time_machine
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import draft as drafts
from cases.actions import people
from cases.actions import return_plan as plans
from cases.models import Case, Draft, Note, Participation, ReturnPlan
from cases.rules.drafts import Place
from organisations import sealing
from organisations.actions.base import Refused
from organisations.models import AuditEvent
from tests.cast import assemble, new_case, unseen

KEEP, THROW_AWAY = reverse("cases:draft_keep"), reverse("cases:draft_throw_away")
NEW = reverse("cases:case_add")
SAID = "We kept what you typed at"


def at(case, page: str, *more) -> str:
    return reverse(f"cases:{page}", args=[case.reference, *more])


def kept(client, hidden: dict, **typed) -> bool:
    """Send what the script of the page sends: everything in the form."""
    answer = client.post(KEEP, {**hidden, **typed})
    assert answer.status_code == 200
    return bool(re.fullmatch(r"\d\d:\d\d", answer.json()["at"]))


def read(client, address: str) -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_typed_comes_back_with_a_notice_and_changes_nothing(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "safety_assess")
    hidden = unseen(client, address)
    before = AuditEvent.objects.count()
    typed = {
        "assessed_on": "31-31-2026",
        "danger": "acute",
        "threats": "Hij belt <nu>",
        "unsafe_regions": ["rotterdam", "amsterdam"],
    }
    assert SAID not in read(client, address)
    assert kept(client, hidden, **typed)
    assert AuditEvent.objects.count() == before
    page = read(client, address)
    assert page.count(SAID) == 1
    assert "Please look at this again" not in page
    assert 'value="31-31-2026"' in page
    assert "Hij belt &lt;nu&gt;</textarea>" in page
    assert re.findall(r'<input type="(?:radio|checkbox)"[^>]*value="(\w+)"[^>]*\bchecked\b', page) == [
        "acute", "amsterdam", "rotterdam",
    ]  # fmt: skip
    # the same form of another case is empty, and so is another form of this one
    assert SAID not in read(client, at(new_case(cast.caseworker), "safety_assess"))
    assert SAID not in read(client, at(cast.case, "conversation_record"))


def test_tokens_and_files_are_not_kept_and_the_version_seen_is(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "contact_change", cast.rows["contact"].pk)
    hidden = unseen(client, address)
    assert {"version", "draft"} <= hidden.keys()
    assert kept(client, hidden, name="Mr. De Wit", csrfmiddlewaretoken="x", submission="y")
    shown = {"shown": [hidden["shown"]]}
    assert Draft.objects.get().fields == {"version": ["1"], "name": ["Mr. De Wit"], **shown}


def test_a_note_is_one_draft_on_both_pages_that_ask_for_it(cast, client_of):
    client = client_of("caseworker")
    assert kept(client, unseen(client, at(cast.case, "case")), text="Half een notitie")
    assert "Half een notitie</textarea>" in read(client, at(cast.case, "notes"))
    assert "Half een notitie</textarea>" in read(client, at(cast.case, "case"))
    # another way to write the same reference is the same page
    assert "Half een notitie</textarea>" in read(client, reverse("cases:notes", args=[cast.case.reference.lower()]))


def test_a_new_case_is_kept_for_the_person_under_the_key_of_their_organisation(cast, client_of):
    client = client_of("caseworker")
    assert kept(client, unseen(client, NEW), working_name="Merel", danger_now="yes")
    assert 'value="Merel"' in read(client, NEW)
    assert Draft.objects.get().sealed_for == ("organisation", cast.kade.pk)
    assert SAID not in read(client_of("colleague"), NEW)
    answers = {"working_name": "Merel", "age_group": "adult", "danger_now": "yes", "bed_needed": "no"}
    assert client.post(NEW, {**unseen(client, NEW), **answers}).status_code == 302
    assert SAID not in read(client, NEW)


def test_saving_ends_it_and_what_the_page_still_sends_comes_too_late(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(client, address)
    assert kept(client, hidden, text="Half")
    assert client.post(address, {**hidden, "text": ""}).status_code == 200  # a mistake: it is still kept
    assert SAID in read(client, address)
    assert client.post(address, {**hidden, "text": "Heel"}).status_code == 302
    assert not kept(client, hidden, text="Heel")
    assert SAID not in read(client, address)
    assert list(Draft.objects.values_list("content", flat=True)) == [None]
    # opened again it is another page
    assert kept(client, unseen(client, address), text="Nog een")
    assert SAID in read(client, address)


def test_it_is_saved_together_or_not_at_all(cast, client_of, monkeypatch):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(client, address)
    assert kept(client, hidden, text="Half")

    def broken(**facts):
        raise ValueError

    monkeypatch.setattr(drafts, "settle", broken)
    client.raise_request_exception = False
    before = Note.objects.count()
    assert client.post(address, {**hidden, "text": "Heel"}).status_code == 500
    assert (Note.objects.count(), Draft.objects.get().fields["text"]) == (before, ["Half"])


def test_it_can_be_thrown_away(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(client, address)
    assert kept(client, hidden, text="Half")
    answer = client.post(THROW_AWAY, {"draft": unseen(client, address)["draft"]})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert SAID not in read(client, address)
    assert "Half" not in read(client, address)
    assert client.post(THROW_AWAY, {"draft": "x"})["Location"] == "/"


def test_thrown_away_the_page_is_still_about_the_same_cases(cast, client_of):
    client, address = client_of("teamlead"), f"{reverse('cases:case_export_add')}?closed=yes"
    assert kept(client, unseen(client, address), reason="Half")
    # why these are taken along is no reason for others
    assert SAID not in read(client, reverse("cases:case_export_add"))
    assert SAID not in read(client, address.replace("closed", "danger"))
    assert SAID in read(client, address)
    assert client.post(THROW_AWAY, {"draft": unseen(client, address)["draft"]})["Location"] == address
    assert SAID not in read(client, address)


def test_over_a_record_that_somebody_changed_meanwhile_the_difference_is_shown(cast, client_of):
    contact = cast.rows["contact"]
    client, address = client_of("caseworker"), at(cast.case, "contact_change", contact.pk)
    typed = {"kind": "lawyer", "name": "Van mij", "phone": "06-1"}
    assert kept(client, unseen(client, address), **typed)
    other = client_of("colleague")
    sent = {**unseen(other, address), "kind": "lawyer", "name": "Van een ander", "phone": "06-00000000"}
    assert other.post(address, sent).status_code == 302
    hidden = unseen(client, address)
    assert hidden["version"] == "1"
    page = client.post(address, {**hidden, **typed})
    assert [(one.name, one.now) for one in page.context["form"].differences][:1] == [("name", "Van een ander")]
    contact.refresh_from_db()
    assert contact.name == "Van een ander"


def test_typed_over_one_version_of_a_plan_it_does_not_pass_for_the_next(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "return_plan_write")
    hidden = unseen(client, address)
    assert kept(client, hidden, destination="NG", city="Lagos")
    plan = ReturnPlan.objects.get(case=cast.case)
    plans.approve(plan=plan, version=plan.version, by=cast.teamlead)
    plan.refresh_from_db()
    values = {"destination": "NG", "partner": cast.partner, "city": "Abuja"}
    plans.change(plan=plan, values=values, travellers=[], version=plan.version, by=cast.colleague)
    # somebody brings the second version to the number that the first one had
    ReturnPlan.objects.filter(pk=case_plan(cast).pk).update(version=int(hidden["version"]))
    assert case_plan(cast).number == 2
    again = unseen(client, address)
    page = client.post(address, {**again, "destination": "NG", "city": "Lagos"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Somebody else changed this while you were typing" in page.content.decode()
    assert case_plan(cast).city == "Abuja"


def case_plan(cast) -> ReturnPlan:
    return ReturnPlan.objects.filter(case=cast.case).order_by("-number")[0]


def test_nobody_keeps_or_reads_what_another_typed(cast, client_of):
    mine, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(mine, address)
    assert kept(mine, hidden, text="Van mij")
    for who in ("colleague", "teamlead", "care_coordinator", "outsider", "admin"):
        assert not kept(client_of(who), hidden, text="Van een ander")
        client_of(who).post(THROW_AWAY, {"draft": hidden["draft"]})
    assert Draft.objects.get().fields["text"] == ["Van mij"]
    assert SAID not in read(client_of("colleague"), address)
    # the same browser, the next person
    mine.post(reverse("account_logout"))
    assert mine.post(KEEP, {**hidden, "text": "x"}).status_code == 302
    mine.force_login(cast.colleague)
    assert SAID not in read(mine, address)
    assert "Van mij" not in read(mine, address)


def test_a_page_of_another_site_keeps_nothing(cast, client_of):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.caseworker)
    address = at(cast.case, "notes")
    hidden = unseen(strict, address)
    assert strict.post(KEEP, {**hidden, "text": "x"}).status_code == 403
    assert strict.post(THROW_AWAY, {"draft": hidden["draft"]}).status_code == 403
    assert not Draft.objects.exists()
    # our script sends the token of the cookie, also from a page that stayed open while its person signed in anew
    strict.get(address)
    token = {"HTTP_X_CSRFTOKEN": strict.cookies["csrftoken"].value}
    assert strict.post(KEEP, {**hidden, "text": "x"}, **token).json()["at"]


@pytest.mark.parametrize(
    "mark", ["", "x", "\x00", "a:b:c", signing.dumps({}), signing.dumps("x"), "9" * 9000], ids=range(7)
)
def test_a_mark_that_is_none_of_ours_keeps_nothing(mark, cast, client_of):
    assert not kept(client_of("caseworker"), {"draft": mark}, text="x")
    assert client_of("caseworker").post(at(cast.case, "notes"), {"draft": mark, "text": "Goed"}).status_code == 302
    assert not Draft.objects.exists()


def test_a_mark_says_what_to_ask_and_never_that_it_is_allowed(cast, client_of):
    """What somebody who reads and does not write gets to see holds no mark for writing."""
    marks = {}
    for who, page in (("teamlead", "case"), ("care_coordinator", "case"), ("coordinator", "case")):
        marks[who] = "draft" in unseen(client_of(who), at(cast.case, page))
    assert marks == {"teamlead": True, "care_coordinator": False, "coordinator": False}


@pytest.mark.parametrize("text", ["\x00", "\ufeff\u202e", "ኣበበ محمد", "x" * 300_000, "</textarea><script>"])
def test_any_text_is_kept_and_shown(text, cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    assert kept(client, unseen(client, address), text=text)
    assert Draft.objects.get().fields["text"] == [text]
    assert "<script>" not in read(client, address)


def test_too_much_is_not_kept_and_takes_no_place(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    assert not kept(client, unseen(client, address), text="x" * 600_000)
    assert not Draft.objects.exists()


# --- rights that end


def lose_role(cast):
    cast.caseworker.memberships.update(until_at=timezone.now())


def close_account(cast):
    type(cast.caseworker).objects.filter(pk=cast.caseworker.pk).update(is_active=False)


def end_part(cast):
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())


def restrict(cast):
    Case.objects.filter(pk=cast.case.pk).update(restricted=True)
    cast.case.assignment_set.update(until_at=timezone.now())


@pytest.mark.parametrize("ending", [lose_role, close_account, end_part, restrict])
def test_whoever_lost_the_right_gets_nothing_and_by_night_it_is_gone(ending, cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(client, address)
    assert kept(client, hidden, text="Geheim")
    other = new_case(cast.outsider)
    theirs = client_of("outsider")
    assert kept(theirs, unseen(theirs, at(other, "notes")), text="Blijft")
    ending(cast)
    answers = [client.get(address), client.get(at(cast.case, "case")), client.get(NEW), client.get("/")]
    assert [a.status_code for a in answers if "Geheim" in a.content.decode()] == []
    assert client.get(address).status_code in {302, 403, 404}
    sent = client.post(KEEP, {**hidden, "text": "Later"})
    assert sent.status_code == 302 or sent.json() == {"at": ""}
    call_command("clean_files", stdout=io.StringIO())
    assert [draft.fields["text"] for draft in Draft.objects.all()] == [["Blijft"]]


def test_after_a_week_it_is_neither_shown_nor_there(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    assert kept(client, unseen(client, address), text="Een oude tekst")
    said = io.StringIO()
    call_command("clean_files", stdout=said)
    assert "Drafts: 0 removed" in said.getvalue()
    Draft.objects.update(kept_at=timezone.now() - datetime.timedelta(days=7, minutes=1))
    page = read(client, address)
    assert ("We kept what you typed" in page, "Een oude tekst" in page) == (False, False)
    call_command("clean_files", stdout=said)
    assert "Drafts: 1 removed" in said.getvalue()
    assert not Draft.objects.exists()


def test_a_mark_is_worth_a_week(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(client, address)
    assert Place.of(hidden["draft"]).address == address
    with time_machine.travel(timezone.now() + datetime.timedelta(days=7, minutes=1)):
        assert Place.of(hidden["draft"]) is None


# --- a quarter of an hour


def idle(client, minutes: float) -> None:
    session = client.session
    session["used_at"] = int(time.time() - minutes * 60)
    session.save()


def test_what_comes_after_a_quarter_of_an_hour_is_kept_and_not_saved(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    hidden = unseen(client, address)
    before = Note.objects.count()
    idle(client, 17)
    answer = client.post(address, {**hidden, "text": "Een lang verhaal"})
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")
    assert Note.objects.count() == before
    assert client.get(address)["Location"] == f"/login/?next={address}"
    client.force_login(cast.caseworker)
    assert "Een lang verhaal</textarea>" in read(client, address)


# --- two at once


@pytest.mark.django_db(transaction=True)
def test_saving_and_keeping_at_the_same_moment_leave_nothing_behind(transactional_db, files_root):
    """Twenty times a page sends its last keystrokes while its form is saved: whichever comes first, nothing is left."""
    with sealing.fresh_keys():
        cast = assemble()
    left = []
    for number in range(20):
        place = Place(
            user=cast.caseworker.pk, case=cast.case.pk, organisation=None, permission="notes.write",
            address=f"/x/{number}/", row=None, opening=cast.case.pk,
        )  # fmt: skip
        gate = threading.Barrier(2)

        def both(verb, place=place, gate=gate):
            try:
                with sealing.fresh_keys():
                    gate.wait()
                    verb(place)
            except Refused:
                pass
            finally:
                connection.close()

        threads = [
            threading.Thread(
                target=both, args=[lambda p: drafts.keep(place=p, typed=[("text", ["x"])], by=cast.caseworker)]
            ),
            threading.Thread(target=both, args=[lambda p: drafts.settle(place=p, by=cast.caseworker)]),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        left.append(list(Draft.objects.filter(address=place.address).values_list("content", flat=True)))
    assert left == [[None]] * 20


def test_a_draft_taken_up_again_overwrites_nobody_silently(cast, client_of):
    """What somebody else saved since the draft was begun is to be chosen, field by field."""
    mine, contact = client_of("caseworker"), cast.rows["contact"]
    address = at(cast.case, "contact_change", contact.pk)
    hidden = unseen(mine, address)
    typed = {"kind": "lawyer", "name": "Advocaat", "phone": "06-11111111", "remark": "Van mij"}
    assert kept(mine, hidden, **typed)
    people.change_contact(contact=contact, values={"phone": "06-22222222"}, version=None, by=cast.colleague)
    again = {**typed, **unseen(mine, address)}
    page = mine.post(address, again)
    assert page.status_code == 200
    assert [(one.name, one.now, one.take_theirs) for one in page.context["form"].differences] == [
        ("phone", "06-22222222", False)
    ]
    contact.refresh_from_db()
    assert contact.phone == "06-22222222"


def test_two_tabs_of_one_form_keep_what_is_typed_in_each(cast, client_of):
    client, address = client_of("caseworker"), at(cast.case, "notes")
    first, second = unseen(client, address), unseen(client, address)
    assert kept(client, first, text="In de eerste")
    assert kept(client, second, text="In de tweede")
    assert client.post(address, {**second, "text": "In de tweede"}).status_code == 302
    assert "In de eerste</textarea>" in read(client, address)
    assert [draft.fields["text"] for draft in Draft.objects.filter(content__isnull=False)] == [["In de eerste"]]
