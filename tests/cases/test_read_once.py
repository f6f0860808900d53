"""What a page reads once of a case belongs to its reader and to that page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.glance import AT_A_GLANCE
from cases.models import Case, Participation
from cases.models import case as case_module
from cases.models.draft import TYPED
from cases.models.facts import facts_of
from cases.models.participation import TAKING_PART
from cases.models.read_once import FILLED, SPARSE, ReadOnce
from cases.views import lookups
from organisations.models import AuditEvent
from organisations.models.kept import Kept, Question
from organisations.models.user import CALLED, HELD
from tests.cast import new_case, takes_part


def test_what_a_transfer_hid_from_the_reader_is_not_hidden_from_the_stage(cast):
    """The stage goes by what the lead organisation knows, whatever the reader of the page read before."""
    case = Case.objects.get(pk=cast.case.pk)
    case.hidden_before, case.read = {"safe_future": timezone.now()}, ReadOnce(case.pk)
    assert case.conversations_now() == []
    assert facts_of(case).conversation_held_or_declined
    assert case.conversations_now() == []


@pytest.mark.parametrize("kind", sorted(SPARSE))
def test_the_rows_of_a_case_are_those_of_its_own_manager(cast, kind):
    """Asked in SQL that was put together before, they are the same rows, of this case, in the same order, read once."""
    for case in (cast.case, new_case(cast.outsider)):
        plain = getattr(Case.objects.get(pk=case.pk), f"{kind}_set")
        opened = Case.objects.get(pk=case.pk)
        opened.read = ReadOnce(case.pk)
        rows = opened.rows(kind)
        columns = [field.attname for field in plain.model._meta.concrete_fields]
        assert [tuple(getattr(row, column) for column in columns) for row in rows] == [
            tuple(getattr(row, column) for column in columns) for row in plain.all()
        ]
        assert len(rows) == plain.count()
        assert opened.newest(kind) == plain.first()
        assert all(row.case is opened for row in rows)
        with CaptureQueriesContext(connection) as asked:
            assert (opened.rows(kind), opened.newest(kind)) == (rows, rows[0] if rows else None)
        assert len(asked) == 0


def test_the_case_page_reads_what_it_shows_with_one_wait(cast, client_of, monkeypatch):
    """And asks one by one for what only the next step of this case needs."""
    one_by_one, ahead = [], []
    plainly, together = Case.read_rows, case_module.together

    def noted(case, kind, which):
        if case.may_have(kind):
            one_by_one.append(kind)
        return plainly(case, kind, which)

    def counted(asked):
        ahead.append(len(asked))
        return together(asked)

    monkeypatch.setattr(Case, "read_rows", noted)
    monkeypatch.setattr(case_module, "together", counted)
    client = client_of("teamlead")
    page = client.get(cast.case.get_absolute_url())
    assert page.status_code == 200
    shown = {kind for rows in AT_A_GLANCE.values() for kind, _which in rows}
    assert len(ahead) == 1
    assert ahead[0] > 3
    assert set(one_by_one) & shown == set()
    one_by_one.clear()
    Participation.objects.filter(case=cast.case).update(hidden_before={"safe_future": timezone.now().isoformat()})
    assert client.get(cast.case.get_absolute_url()).context["tracks"] != page.context["tracks"]
    assert "conversation" in one_by_one, "what a transfer hides, its own manager leaves out"


def test_keys_come_with_the_cases(cast, client_of):
    client = client_of("caseworker")
    typed = {"search": cast.case.working_name}
    for ask in (
        lambda: client.get(cast.case.get_absolute_url()),
        lambda: client.get(reverse("cases:case_list")),
        lambda: client.post(reverse("cases:case_search"), typed),
    ):
        with CaptureQueriesContext(connection) as asked:
            page = ask()
        assert cast.case.working_name in page.content.decode()
        of_keys = [one["sql"] for one in asked if re.search(r'^[^(]*FROM "?organisations_datakey', one["sql"])]
        # that of the index, when something is searched for
        assert [said for said in of_keys if "'case'" in said] == []


def test_nothing_else_of_the_case_page_is_waited_for_by_itself(cast, client_of, monkeypatch):
    """Not who asks and their roles, not what was typed as a note or happened last, not of which rows there are any."""
    by_itself, asked = [], Question.of

    def noted(question, *about):
        by_itself.append(question)
        return asked(question, *about)

    monkeypatch.setattr(Question, "of", noted)
    client = client_of("caseworker")
    page = client.get(cast.case.get_absolute_url())
    assert page.status_code == 200
    assert set(by_itself) & {CALLED, HELD, TYPED, FILLED} == set()
    assert [question.built[0] for question in by_itself if isinstance(question, Kept)].count(AuditEvent) == 0
    rooms = [shown["event"].room for shown in page.context["events"]]
    room = next(room for room in rooms if room != "case")
    Participation.objects.filter(case=cast.case).update(hidden_before={room: timezone.now().isoformat()})
    hidden = [shown["event"].room for shown in client.get(cast.case.get_absolute_url()).context["events"]]
    assert (room in rooms, room in hidden) == (True, False), "what a transfer hides did not happen for its reader"


def test_what_a_transfer_hid_is_in_no_list_of_rows(cast):
    case = Case.objects.get(pk=cast.case.pk)
    case.read = ReadOnce(case.pk)
    assert case.rows("conversation")
    hidden = Case.objects.get(pk=cast.case.pk)
    hidden.hidden_before, hidden.read = {"safe_future": timezone.now()}, ReadOnce(case.pk)
    assert (hidden.rows("conversation"), hidden.newest("conversation")) == ([], None)


def test_whose_last_part_ends_at_that_moment_opens_nothing(cast, client_of, monkeypatch):
    part = takes_part(cast.case, cast.oever, "support")
    Participation.objects.filter(pk=part.pk).update(hidden_before={"notes": timezone.now().isoformat()})
    client, notes = client_of("outsider"), reverse("cases:notes", args=[cast.case.reference])
    assert client.get(notes).status_code == 200

    class EndedMeanwhile:
        answer = TAKING_PART.answer

        def ask(self, cursor, about):
            Participation.objects.filter(pk=part.pk).update(until_at=timezone.now())
            TAKING_PART.ask(cursor, about)

    monkeypatch.setattr(lookups, "TAKING_PART", EndedMeanwhile())
    assert client.get(notes).status_code == 404
