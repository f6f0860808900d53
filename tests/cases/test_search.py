"""A name that many bear: nobody who may be seen is missed, of too many the newest are shown, and it says so."""

import base64
import re

import pytest
from django.urls import reverse

from cases import search
from cases.actions import intake
from cases.views import case as case_views
from organisations.models import AuditEvent
from organisations.models.ids import new_id
from organisations.sealing import index
from tests.cast import new_case
from tests.conftest import signed_in

SEARCH, LIST = reverse("cases:case_search"), reverse("cases:case_list")
PERSON = {"given_names": "Linh", "other_names": None, "birth_precision": "unknown", "sex": "female", "birth_date": None,
          "birth_year": None, "nationalities": ["VN"], "v_number": None, "other_number": None}  # fmt: skip


@pytest.fixture
def bearers(cast, monkeypatch):
    """Seven cases of seven persons of one name, every second one of another shelter; two are looked at at a time."""
    monkeypatch.setattr(index, "FIRST", 2)
    made = []
    for at in range(7):
        by = cast.outsider if at % 2 else cast.caseworker
        case = new_case(by, working_name=f"Merel {at}")
        intake.change_victim(
            case=case, values={**PERSON, "family_name": "Nguyen" if at < 6 else "Tran"}, by=by, version=None
        )
        made.append(case)
    return made


def found(client, typed: str) -> list[str]:
    return [case.reference for case in client.post(SEARCH, {"search": typed}).context["cases"]]


def rows(page: str) -> list[str]:
    return re.findall(r'class="row-link[^"]*" href="/cases/(\w+)/"', page)


def references(cases) -> list[str]:
    return [case.reference for case in cases]


def test_of_many_bearers_of_a_name_each_case_that_may_be_seen_is_found(bearers, client_of):
    mine, theirs = bearers[4::-2], bearers[5::-2]
    assert found(client_of("caseworker"), "Nguyen") == references(mine)
    assert found(client_of("outsider"), "nguyen") == references(theirs)
    # by the working name, which is of the case, and by both names of the person
    assert found(client_of("caseworker"), "Merel") == references([bearers[6], *mine])
    assert found(client_of("caseworker"), "Linh Tran") == references([bearers[6]])
    assert found(client_of("caseworker"), "Nguyen Tran") == []


def test_of_more_than_are_shown_the_newest_are_and_it_says_so(bearers, client_of, monkeypatch):
    monkeypatch.setattr(case_views, "FOUND", 2)
    page = client_of("caseworker").post(SEARCH, {"search": "Merel"}, HTTP_ACCEPT_LANGUAGE="en")
    assert references(page.context["cases"]) == references([bearers[6], bearers[4]])
    assert page.context["more"]
    monkeypatch.setattr(case_views, "FOUND", 4)
    page = client_of("caseworker").post(SEARCH, {"search": "Merel"})
    assert (len(page.context["cases"]), page.context["more"]) == (4, False)


@pytest.mark.parametrize(
    ("looked_at", "found", "more"),
    [
        (200, 0, 200),  # of nobody who may be seen: twice as many in all, each time
        (400, 0, 400),
        (200, 13, 200),  # as many again: 300 at half as many again, and never more than there were
        (200, 20, 90),  # six are missing, one in ten is seen: 60, and half as many again
        (200, 25, 50),  # one is missing: 12 would do, and a question is not worth it for fewer than 50
        (2, 1, 2),
    ],
)
def test_how_many_bearers_of_a_name_are_looked_at_next(looked_at, found, more):
    assert search.how_many_more(looked_at, found, 25) == more


def test_who_asks_for_more_sees_more(bearers, client_of, monkeypatch):
    monkeypatch.setattr(case_views, "FOUND", 1)
    monkeypatch.setattr(case_views, "MANY", 3)
    client = client_of("caseworker")
    few = client.post(SEARCH, {"search": "Merel"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "There are more than 1;" in few.text
    assert "Show up to 3 of them" in few.text
    # as its form sends it
    assert '<input type="hidden" name="search" value="Merel">' in few.text
    many = client.post(SEARCH, {"search": "Merel", "many": "on"}, HTTP_ACCEPT_LANGUAGE="en")
    assert references(many.context["cases"]) == references([bearers[6], bearers[4], bearers[2]])
    assert "There are more than 3;" in many.text
    assert "Show up to" not in many.text
    assert "Merel" not in many.request["PATH_INFO"] + many.request["QUERY_STRING"]


def test_ids_come_in_the_order_in_which_they_are_made():
    made = [new_id() for _each in range(50)]
    moments = [one.int >> 80 for one in made]
    assert moments == sorted(moments)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert len(set(made)) == 50


def test_who_comes_back_to_what_was_found_finds_it_again(bearers, client_of):
    client, other = client_of("caseworker"), client_of("colleague")
    assert client.get(SEARCH)["Location"] == LIST
    assert client.post(SEARCH, {"search": ""}).status_code == 200
    assert client.get(SEARCH)["Location"] == LIST  # an error is nothing to come back to
    there = client.post(SEARCH, {"search": "Vogel"}).content.decode()
    searches = AuditEvent.objects.filter(verb="cases_searched")
    assert (rows(there) != [], searches.count()) == (True, 1)
    again = client.get(SEARCH).content.decode()
    assert (rows(again), 'value="Vogel"' in again) == (rows(there), True)
    # looked for anew, and told so; nobody else comes back to it
    assert searches.count() == 2
    assert other.get(SEARCH)["Location"] == LIST


def test_what_was_looked_for_lies_sealed_in_the_session_and_is_of_one_person(cast, bearers, client_of):
    client = client_of("caseworker")
    client.post(SEARCH, {"search": "Vogel"})
    kept = client.session["searched"]
    assert "Vogel" not in str(dict(client.session.items()))
    assert b"Vogel" not in base64.b64decode(kept)
    # in the session of another, or broken, it is nothing
    for text in (kept, kept[:-8], "?", "", base64.b64encode(b"x").decode()):
        other = client_of("colleague")
        session = other.session
        session["searched"] = text
        session.save()
        assert other.get(SEARCH)["Location"] == LIST
    assert signed_in(cast.caseworker).get(SEARCH)["Location"] == LIST
