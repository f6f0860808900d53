"""Who looked: in the cases one sees oneself, and of one case as a list for the client."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone, translation

from cases.actions import case as actions
from cases.models import Case, Participation
from cases.rules.access import PARTS, READING, Part, implies
from cases.rules.who_looked import WHY, why_looked
from organisations.actions import audit
from organisations.models import AuditEvent, Membership, User
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.rules.audit import Verb
from tests.cast import DAY, new_case, takes_part

LIST = reverse("cases:who_looked_list")


def for_client(cast) -> str:
    return reverse("cases:who_looked", args=[cast.case.reference])


def read(client, address=LIST, reads="en", **filters) -> str:
    answer = client.get(address, filters, HTTP_ACCEPT_LANGUAGE=reads)
    assert answer.status_code == 200
    return answer.content.decode()


def references(page: str) -> set[str]:
    return set(re.findall(r'<a class="reference" href="/cases/(\w+)/history/"', page))


def lines(page: str) -> list[tuple[str, str]]:
    """Who and which room of each row."""
    return re.findall(r'<a href="\?[^"]*person=[^"]*">([^<]+)</a>.*?data-label="Part of the file">([^<]+)<', page, re.S)


@pytest.fixture
def looked(cast, client_of):
    """Four people looked in the one case, one was refused a room, and others in cases of their own."""
    client_of("caseworker").get(reverse("cases:notes", args=[cast.case.reference]))
    client_of("teamlead").get(reverse("cases:return_plan", args=[cast.case.reference]))
    client_of("care_coordinator").get(reverse("cases:safety", args=[cast.case.reference]))
    client_of("coordinator").get(reverse("cases:intake", args=[cast.case.reference]))
    client_of("care_coordinator").get(reverse("cases:stage_move", args=[cast.case.reference, "recovery"]))
    for who in ("outsider", "former", "moonlighter"):
        client_of(who).get(reverse("cases:intake", args=[Case.objects.get(created_by=cast[who]).reference]))
    return {
        ("Caseworker", "Notes"),
        ("Teamlead", "Return plan"),
        ("Care-Coordinator", "Safety"),
        ("Coordinator", "Intake"),
    }


@pytest.mark.parametrize("who", ["caseworker", "colleague", "teamlead"])
def test_those_who_work_on_a_case_see_who_looked_in_it_from_every_organisation(who, looked, cast, client_of):
    page = read(client_of(who), kind="read")
    assert set(lines(page)) == looked
    assert references(page) == {cast.case.reference}
    assert lines(read(client_of(who), kind="refused")) == [("Care-Coordinator", "Case page")]
    assert ("Caseworker", "Safety") in lines(read(client_of(who), kind="change"))


def test_who_does_not_read_notes_does_not_see_who_read_them(looked, cast, client_of):
    assert set(lines(read(client_of("care_coordinator"), kind="read"))) == looked - {("Caseworker", "Notes")}


def test_only_notes_and_talks_are_asked_for_again():
    """Everybody who may ask who looked in a case reads every other room of it."""
    assert {room for room, asked in READING.items() if not implies(Permission.WHO_LOOKED, asked)} == {
        "notes",
        "safe_future",
    }


def test_each_sees_their_own_cases_only(looked, cast, client_of):
    seen = {who: references(read(client_of(who))) for who in ("outsider", "former", "moonlighter")}
    of_oever = {Case.objects.get(created_by=cast[who]).reference for who in ("outsider", "moonlighter")}
    assert seen == {
        "outsider": of_oever,
        "former": {Case.objects.get(created_by=cast.former).reference},
        "moonlighter": of_oever,
    }


def test_a_restricted_case_shows_to_the_assigned_alone(looked, cast, client_of):
    actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    assert {who: references(read(client_of(who))) for who in ("caseworker", "teamlead", "colleague")} == {
        "caseworker": {cast.case.reference}, "teamlead": {cast.case.reference}, "colleague": set(),
    }  # fmt: skip
    cast.case.assignment_set.filter(user=cast.teamlead).update(until_at=timezone.now())
    assert references(read(client_of("teamlead"))) == set()


def test_who_left_the_case_sees_no_longer_who_looks(looked, cast, client_of):
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())
    assert references(read(client_of("teamlead"))) == set()


def test_a_role_that_looks_elsewhere_opens_nothing_here(looked, cast, client_of):
    """A team lead of Oever who registers nothing: Oever only places the person, and placing shows nobody who looked."""
    Membership.objects.create(
        user=cast.privacy, organisation=cast.oever, role=Role.TEAM_LEAD, confirmed_at=timezone.now()
    )
    takes_part(cast.case, cast.oever, Part.PLACEMENT)
    assert cast.case.reference not in references(read(client_of("privacy")))


def test_one_can_filter_by_case_by_person_and_by_what_is_assigned(looked, cast, client_of):
    second = new_case(cast.colleague, working_name="Tweede")
    client = client_of("caseworker")
    assert references(read(client)) == {cast.case.reference, second.reference}
    assert references(read(client, mine="yes")) == {cast.case.reference}
    assert references(read(client, reference=second.reference)) == {second.reference}
    assert {name for name, _room in lines(read(client, person=str(cast.coordinator.pk)))} == {"Coordinator"}
    assert "Coordinator" in re.findall(r"chip-remove[^>]*>([^<]+)<", read(client, person=str(cast.coordinator.pk)))


def test_the_list_asks_as_often_for_thirty_rows_as_for_one(cast, client_of):
    client = client_of("outsider")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(client, kind="change")
        return len(asked)

    read(client)
    one = queries()
    for number in range(30):
        new_case(cast.outsider, working_name=f"Rij {number}")
    assert (one, queries()) == (9, 9)


# --- the list for the client ---------------------------------------------------------------------------------------


def handout(page: str) -> list[tuple[str, str, str, str]]:
    """Day, organisation and role, parts of the file, why; as they stand on the paper."""
    sheet = page.partition('<section class="handout"')[2].partition("</section>")[0]
    body = sheet.partition("<tbody>")[2]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", body, re.S)
    clean = [re.sub(r"\s+", " ", re.sub(r"<br>", ", ", cell)).strip() for cell in cells]
    return [tuple(clean[at : at + 4]) for at in range(0, len(clean), 4)]  # type: ignore[misc]


@pytest.fixture
def told(cast):
    """Only these rows stand in the trail of a case of its own."""
    case = new_case(cast.caseworker, working_name="Zwaluw")
    day = timezone.make_aware(datetime.datetime(2026, 3, 4, 10))
    takes_part(case, cast.comensha, Part.REGISTRATION)
    Participation.objects.filter(case=case).update(from_at=day - DAY)
    rows = [
        (Verb.CASE_READ, cast.coordinator, cast.comensha, "intake", day),
        (Verb.CASE_READ, cast.caseworker, cast.kade, "notes", day),
        (Verb.CASE_READ, cast.colleague, cast.kade, "safety", day + datetime.timedelta(hours=2)),
        (Verb.SAFETY_ASSESSED, cast.caseworker, cast.kade, "shelter", day + datetime.timedelta(hours=3)),
        (Verb.CASE_READ, cast.teamlead, cast.kade, "notes", day + DAY),
        (Verb.CASE_READ, cast.privacy, cast.kade, "history", day + DAY),
        (Verb.ACCESS_REFUSED, cast.care_coordinator, cast.midden, "notes", day + DAY),
    ]
    for verb, by, where, room, at in rows:
        event = audit.event(verb, by=by, organisation=where, case=case, room=room)
        event.at, event.hour = at, at.replace(minute=0)
        event.save()
    old = audit.event(Verb.CASE_READ, by=cast.caseworker, organisation=cast.kade, case=case, room="case")
    old.at, old.hour, old.role = day - 2 * DAY, day, ""
    old.save()
    return case


WRITTEN = {
    "en": [
        ("5 March 2026", "Kade, Privacy officer", "Read: the history of the file.", "Checks whether people handle your file with care"),
        ("5 March 2026", "Kade, Team lead", "Read: notes.", "Works on your case"),
        ("4 March 2026", "Comensha, CoMensha coordinator", "Read: who you are and what happened.",
         "Registers notices of human trafficking nationally"),
        ("4 March 2026", "Kade, Caseworker", "Read: notes, your safety. Read and wrote: your place to stay.", "Works on your case"),
        ("2 March 2026", "Kade, role not recorded", "Read: the first page.", "Not recorded; ask us"),
    ],
    "nl": [
        ("5 maart 2026", "Kade, Privacyfunctionaris", "Gelezen: de geschiedenis van het dossier.",
         "Controleert of mensen zorgvuldig met uw dossier omgaan"),
        ("5 maart 2026", "Kade, Teamleider", "Gelezen: notities.", "Werkt aan uw dossier"),
        ("4 maart 2026", "Comensha, CoMensha-coördinator", "Gelezen: wie u bent en wat er is gebeurd.",
         "Registreert meldingen van mensenhandel in heel Nederland"),
        ("4 maart 2026", "Kade, Begeleider", "Gelezen: notities, uw veiligheid. Gelezen en geschreven: uw opvangplek.",
         "Werkt aan uw dossier"),
        ("2 maart 2026", "Kade, rol niet vastgelegd", "Gelezen: de eerste bladzijde.", "Niet vastgelegd; vraag het ons"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("worker", ["nl", "en"])
@pytest.mark.parametrize("client_language", ["nl", "en"])
def test_the_list_is_in_the_language_chosen_whatever_the_worker_reads(worker, client_language, told, cast, client_of):
    address = reverse("cases:who_looked", args=[told.reference])
    page = read(client_of("caseworker"), address, worker, language=client_language)
    with translation.override(client_language):
        day = formats.date_format(timezone.localdate(), "DATE_FORMAT")
    today = [row for row in handout(page) if row[0] == day]
    assert [row for row in handout(page) if row not in today] == WRITTEN[client_language]
    assert f'<section class="handout" lang="{client_language}"' in page
    assert ("Taal van de lijst" in page) == (worker == "nl")


def test_the_list_names_nobody_and_nothing_from_the_file(cast, client_of):
    User.objects.filter(pk__in=[cast.coordinator.pk, cast.caseworker.pk]).update(name="Kim Naam")
    client_of("coordinator").get(reverse("cases:intake", args=[cast.case.reference]))
    page = read(client_of("caseworker"), for_client(cast))
    sheet = page.partition('<section class="handout"')[2].partition("</section>")[0]
    words = ("Kim", "Vogel", "Advocaat", "Een notitie", "Klein", "Huis", "example.test")
    assert [word for word in words if word in sheet] == []
    assert cast.case.reference in sheet


def test_the_list_is_complete_also_where_the_worker_reads_less(cast, client_of):
    """The care coordinator reads no notes; that somebody did is the client's to know."""
    client_of("caseworker").get(reverse("cases:notes", args=[cast.case.reference]))
    page = read(client_of("care_coordinator"), for_client(cast))
    assert any("notes" in parts for _day, _who, parts, _why in handout(page))


def test_an_unknown_language_is_that_of_the_worker(told, cast, client_of):
    address = reverse("cases:who_looked", args=[told.reference])
    assert 'class="handout" lang="nl"' in read(client_of("caseworker"), address, "nl", language="xx")


def test_printing_the_list_is_reading_the_history(cast, client_of):
    client_of("colleague").get(for_client(cast))
    assert AuditEvent.objects.filter(verb=Verb.CASE_READ, actor_id=cast.colleague.pk).values_list("room").get() == (
        "history",
    )


@pytest.mark.parametrize("part", list(PARTS))
def test_every_part_has_its_reason(part):
    assert why_looked(Role.CASEWORKER, [part], "case") == WHY[part]


def test_of_several_parts_the_nearest_to_the_person_is_the_reason():
    assert why_looked(Role.CASEWORKER, [Part.REGISTRATION, Part.LEAD], "case") == WHY[Part.LEAD]
    assert why_looked(Role.PRIVACY_OFFICER, [Part.LEAD], "case") != WHY[Part.LEAD]
