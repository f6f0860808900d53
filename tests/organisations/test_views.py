"""Members and the directory."""

import re
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.actions import accounts
from organisations.actions.base import Refused
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.cast import PASSWORD, organisation


def test_a_team_lead_sees_and_ends_memberships_of_their_own_organisation(cast, client_of):
    client, listing = client_of("teamlead"), reverse("organisations:members_list")
    page = client.get(listing, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert {name for name in ("caseworker@", "colleague@", "teamlead@", "privacy@", "outsider@") if name in page} == {
        "caseworker@", "colleague@", "teamlead@", "privacy@",
    }  # fmt: skip
    worker = client_of("colleague")
    assert worker.get(reverse("cases:case_list")).status_code == 200
    assert client.post(reverse("organisations:members_end", args=[cast.rows["membership"].pk])).status_code == 302
    assert worker.get(reverse("cases:case_list")).status_code == 403
    assert cast.colleague.memberships.get().ended_by == cast.teamlead


def test_nobody_ends_their_own_role_nor_one_elsewhere(cast):
    for membership in (cast.teamlead.memberships.get(), cast.outsider.memberships.get()):
        with pytest.raises(Refused):
            accounts.end_membership(membership=membership, by=cast.teamlead)


def test_the_administrator_ends_no_role_of_another_organisation(cast):
    with pytest.raises(Refused):
        accounts.end_membership(membership=cast.colleague.memberships.get(), by=cast.admin)


def values(**changed) -> dict:
    return {
        "name": "Nieuwe Hulp", "country": "BG", "kind": "ngo", "visibility": "public", "services": ["legal_aid"],
        "summary_en": "Legal aid", "summary_nl": "Rechtshulp", "submission": str(uuid.uuid4()), **changed,
    }  # fmt: skip


def test_an_organisation_is_added_once_and_read_in_both_languages(cast, client_of):
    client, address, sent = client_of("directory"), reverse("organisations:organisation_add"), values()
    places = {client.post(address, sent)["Location"] for _ in range(2)}
    assert places == {"/organisations/nieuwe-hulp/"}
    said = {
        language: word in Client().get("/organisations/nieuwe-hulp/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
        for language, word in (("en", "Legal aid"), ("nl", "Rechtshulp"))
    }
    assert said == {"en": True, "nl": True}


def test_a_public_text_is_asked_in_both_languages(cast, client_of):
    page = client_of("directory").post(
        reverse("organisations:organisation_add"), values(summary_nl=""), HTTP_ACCEPT_LANGUAGE="en"
    )
    assert page.status_code == 200
    assert "A public text is needed in both languages." in page.content.decode()
    assert "Legal aid" in page.content.decode()


def test_the_record_of_a_tenant_is_the_administrators(cast, client_of):
    address = reverse("organisations:organisation_change", args=[cast.kade.slug])
    assert {who: client_of(who).get(address).status_code for who in ("directory", "admin")} == {
        "directory": 403,
        "admin": 200,
    }


def test_visitors_see_public_records_only(cast, client_of):
    listing = reverse("organisations:organisation_list")
    names = {
        who: set(
            re.findall(
                r'class="row-link" href="/organisations/([\w-]+)/"', client_of(who).get(listing).content.decode()
            )
        )
        for who in ("visitor", "caseworker")
    }
    assert names == {
        "visitor": {"comensha", "haven"},
        "caseworker": {"comensha", "haven", "kade", "oever", "midden", "elders"},
    }
    assert (
        client_of("visitor").get(reverse("organisations:organisation_detail", args=[cast.kade.slug])).status_code == 404
    )


def test_no_page_of_the_directory_tells_where_a_shelter_is(cast, client_of):
    for who in ("visitor", "caseworker", "directory", "admin", "coordinator"):
        for address in (
            reverse("organisations:organisation_list"),
            reverse("organisations:organisation_detail", args=[cast.comensha.slug]),
        ):
            assert "Geheime gracht" not in client_of(who).get(address).content.decode()


def test_the_list_asks_as_often_for_thirty_records_as_for_one(cast, client_of):
    client = Client()
    listing = reverse("organisations:organisation_list")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(listing).status_code == 200
        return len(asked)

    one = queries()
    for number in range(30):
        organisation(f"extra-{number}", visibility="public")
    assert (one, queries()) == (4, 4)


def test_pages_of_the_list_miss_and_repeat_nothing_though_names_are_the_same(cast, client_of):
    for number in range(120):
        Organisation.objects.create(
            slug=f"zelfde-{number}", name="Zelfde", country="NL", kind="ngo", visibility="public"
        )
    found, address = [], reverse("organisations:organisation_list") + "?q=zelfde"
    while address:
        page = Client().get(address).content.decode()
        found += re.findall(r'class="row-link" href="/organisations/([\w-]+)/"', page)
        following = re.search(r'class="btn btn-secondary" href="(\?[^"]+)"', page)
        address = reverse("organisations:organisation_list") + following[1].replace("&amp;", "&") if following else None
    assert (len(found), len(set(found))) == (120, 120)


@pytest.mark.parametrize(
    "query",
    ["?country=XX", "?service=nope", "?after=x", "?after=x~y", "?q=" + "x" * 3000, "?network=" + "x" * 101 + "%00", "?network=%00"],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_left_out(query, cast):
    page = Client().get(reverse("organisations:organisation_list") + query)
    assert (page.status_code, page.context["filters"].chips()) == (200, [])


@pytest.mark.django_db
def test_the_first_account_of_an_installation(monkeypatch, capsys):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("drie gewone woorden\n"))
    call_command(
        "add_account", "eerste@example.org", "--name", "Eerste Beheerder", "--organisation", "CoMensha",
        "--role", "platform_administrator", "--national-register", "--password-stdin",
    )  # fmt: skip
    user = User.objects.get(email="eerste@example.org")
    assert [(m.role, m.organisation.name, m.organisation.registers_nationally) for m in user.active_memberships] == [
        (Role.PLATFORM_ADMINISTRATOR, "CoMensha", True)
    ]
    assert user.check_password("drie gewone woorden")
    monkeypatch.setattr("sys.stdin", io.StringIO("kort\n"))
    with pytest.raises(CommandError):
        call_command(
            "add_account",
            "x@example.org",
            "--name",
            "X",
            "--organisation",
            "CoMensha",
            "--role",
            "caseworker",
            "--password-stdin",
        )
    assert not User.objects.filter(email="x@example.org").exists()


def test_the_same_address_in_other_letters_is_the_same_account(cast):
    with pytest.raises(Refused):
        accounts.add(email="CASEWORKER@example.test", name="X", password=PASSWORD, by=None)


def test_the_members_page_asks_as_often_for_thirty_roles_as_for_one(cast, client_of):
    client, counted = client_of("teamlead"), []
    for many in (0, 30):
        for number in range(many):
            user = User.objects.create(email=f"lid{number}@example.test", name=f"Lid {number}")
            accounts.begin_membership(user=user, organisation=cast.kade, role=Role.CASEWORKER, by=cast.teamlead)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("organisations:members_list")).status_code == 200
        counted.append(len(queries))
    assert counted == [9, 9]
