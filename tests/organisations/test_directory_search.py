"""The directory is found in any spelling, by any name of a city and by a number; counted for who looks."""

import datetime
import importlib
import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations import directory
from organisations.actions import organisation as actions
from organisations.models import Organisation
from tests.cast import organisation

LIST = reverse("organisations:organisation_list")


def names(client, **query) -> set[str]:
    page = client.get(LIST, query).content.decode()
    return set(re.findall(r'class="row-link" href="/organisations/([\w-]+)/"', page))


def options(client, field: str, **query) -> dict[str, int]:
    """What a filter offers, and how many it says there are."""
    page = client.get(LIST, query, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    select = re.search(rf'<select name="{field}".*?</select>', page, re.S)[0]
    found = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)</option>', select)
    return {code: int(number) for code, number in found}


def directory_of(**values) -> None:
    organisation("gyor", name="Győri Ház", country="HU", kind="ngo", visibility="public", **values)
    organisation("animus", name="Animus", local_name="Фондация Анимус", country="BG", kind="ngo", visibility="public")
    organisation("secret", name="Stil", country="BG", kind="police", visibility="internal", networks=["Geheim"])
    organisation("gone", name="Weg", country="BG", kind="ngo", visibility="public")
    editor = Organisation.objects.get(slug="comensha").memberships.get(user__email="directory@example.test").user
    actions.suspend(organisation=Organisation.objects.get(slug="gone"), reason="Weg", version=None, by=editor)


def test_accents_and_scripts_do_not_matter(cast):
    directory_of()
    asked = {
        q: names(Client(), q=q)
        for q in ("Gyor", "GYŐR", "haz gyor", "anim", "фондация", "Fondatsiya", "bulgarije", "gy", "yo")
    }
    assert asked == {
        "Gyor": {"gyor"}, "GYŐR": {"gyor"}, "haz gyor": {"gyor"}, "anim": {"animus"}, "фондация": {"animus"},
        "Fondatsiya": {"animus"}, "bulgarije": {"animus"}, "gy": {"gyor"}, "yo": set(),
    }  # fmt: skip


def test_signs_alone_stand_in_no_record(cast):
    directory_of()
    asked = {q: names(Client(), q=q) for q in ("+", "#", "( )", "…", "+ gyor")}
    assert asked == {"+": set(), "#": set(), "( )": set(), "…": set(), "+ gyor": {"gyor"}}
    assert options(Client(), "country", q="#", kind="ngo") == {}


@pytest.mark.parametrize(
    "asked", [{"country": "XX"}, {"kind": "foo"}, {"q": "x" * 300}, {"checked": "zz", "q": "gyor"}]
)
def test_a_filter_that_there_is_not_is_told(asked, cast):
    directory_of()
    sentence = "A filter or search in this address cannot be used"
    page = Client().get(LIST, asked, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert (sentence in page, "/organisations/gyor/" in page) == (True, True)
    assert sentence not in Client().get(LIST, {"q": "gyor"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()


CITIES = [  # as records say it, and as people here look for it
    ("RO", "Bucharest", "Boekarest"), ("RO", "București", "bucharest"), ("PL", "Warsaw", "Warschau"),
    ("PL", "Warszawa", "warsaw"), ("HU", "Budapest", "boedapest"), ("CZ", "Prague", "Praag"), ("CZ", "Praha", "prague"),
    ("BG", "София", "Sofia"), ("BG", "Sofia", "Sofija"), ("IT", "Roma", "Rome"), ("AT", "Wien", "Wenen"),
    ("UA", "Kyiv", "Kiev"), ("UA", "Kiev", "Kyiv"), ("RS", "Belgrade", "Belgrado"), ("NL", "The Hague", "Den Haag"),
    ("NL", "Den Haag", "hague"), ("BE", "Brussels (Schaarbeek)", "brussel"), ("PH", "Manila", "Manilla"),
    ("PL", "Warsaw", "Polen"), ("PL", "Warsaw", "Poland"), ("CZ", "Praha", "Tsjechië"), ("MD", "Chisinau", "Moldavië"),
]  # fmt: skip


@pytest.mark.parametrize(("country", "city", "asked"), CITIES)
def test_a_city_and_its_country_are_found_by_their_names_in_dutch_and_english(country, city, asked, db):
    organisation("there", country=country, city=city, kind="ngo", visibility="public")
    organisation("elsewhere", country="US", city="Rome", kind="ngo", visibility="public")
    found = names(Client(), q=asked)
    assert found == ({"there", "elsewhere"} if asked == "Rome" else {"there"})


def test_a_city_of_the_same_name_in_another_country_keeps_its_own(db):
    organisation("georgia", country="US", city="Rome", kind="ngo", visibility="public")
    organisation("hamlet", country="PL", city="Pragat", kind="ngo", visibility="public")
    assert (names(Client(), q="roma"), names(Client(), q="praag")) == (set(), set())


@pytest.mark.parametrize(("who", "sees"), [("visitor", False), ("caseworker", True), ("directory", True)])
def test_internal_and_suspended_records_reach_staff_alone_in_list_search_counts_and_page(who, sees, cast, client_of):
    directory_of()
    client = client_of(who)
    hidden = {"secret", "gone"}
    assert names(client) & hidden == (hidden if sees else set())
    assert names(client, q="stil") == ({"secret"} if sees else set())
    assert names(client, network="Geheim") == ({"secret"} if sees else set())
    statuses = [client.get(reverse("organisations:organisation_detail", args=[slug])).status_code for slug in hidden]
    assert statuses == [200 if sees else 404] * 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT country, count(*) FROM organisations_organisation"
            " WHERE %s OR (visibility = 'public' AND suspended_at IS NULL) GROUP BY country",
            [sees],
        )
        by_country = dict(cursor.fetchall())
    assert options(client, "country") == by_country
    assert by_country["BG"] == (3 if sees else 1)
    assert ("Geheim" in options(client, "network"), "police" in options(client, "kind")) == (sees, sees)


def test_each_filter_is_counted_under_the_others(cast):
    given = {"country": "BG", "kind": "ngo", "visibility": "public"}
    organisation("one", **given, services=["shelter"], target_groups=["women"], languages=["bg"], networks=["Net"])
    organisation("two", **given, services=["shelter", "hotline"], target_groups=["all", "women"])
    organisation("three", **{**given, "country": "RO"}, services=["hotline"], target_groups=["men"])
    client = Client()
    assert options(client, "service", country="BG") == {"shelter": 2, "hotline": 1}
    assert options(client, "country", service="hotline") == {
        "BG": 1,
        "RO": 1,
    }
    # who helps everyone helps men too, and is counted once
    assert options(client, "target", country="BG") == {
        "all": 1, "women": 2, "men": 1, "children": 1, "families": 1, "lgbti": 1,
    }  # fmt: skip
    assert names(client, target="men", country="BG") == {"two"}
    assert (options(client, "language", country="BG"), options(client, "network")) == ({"bg": 1}, {"Net": 1})


def test_kinds_and_freshness_are_counted_with_and_without_a_filter(cast):
    given = {"country": "BG", "visibility": "public"}
    today = timezone.localdate()
    for slug, kind, verified, told in (
        ("a", "ngo", 0, True), ("b", "ngo", 364, False), ("c", "police", 365, True), ("d", "legal", None, True),
        ("e", "ngo", None, False),
    ):  # fmt: skip
        row = organisation(
            slug, **given, kind=kind, imported_at=timezone.now(),
            verified_on=None if verified is None else today - datetime.timedelta(days=verified),
            verified_by=None if verified is None else cast.directory,
        )  # fmt: skip
        # imported without a page that tells of it, it comes from no public source
        row.sources.create(url=f"https://{slug}.example.test/" if told else "")
    client = Client()
    assert options(client, "kind", country="BG") == {"ngo": 3, "police": 1, "legal": 1}
    # a year ago to the day is longer ago; verified counts before where it came from
    assert options(client, "checked", country="BG") == {"year": 2, "longer": 1, "source": 1, "never": 1}
    assert options(client, "kind", country="BG", checked="year") == {"ngo": 2}
    assert options(client, "checked", country="BG", kind="ngo") == {"year": 2, "never": 1}
    found = {state: names(client, country="BG", checked=state) for state in ("year", "longer", "source", "never")}
    assert found == {"year": {"a", "b"}, "longer": {"c"}, "source": {"d"}, "never": {"e"}}
    pages = [client.get(f"/organisations/{slug}/", HTTP_ACCEPT_LANGUAGE="en").content.decode() for slug in "de"]
    assert ["From a public source, not yet checked by us" in page for page in pages] == [True, False]
    assert all(re.search(r"Taken over on [\w ]+, today", page) for page in pages)


def test_the_search_is_by_an_index_at_two_thousand_records(cast):
    Organisation.objects.bulk_create(
        Organisation(slug=f"n{n}", name=f"Naam {chr(97 + n % 26) * 4}", country="RO", kind="ngo", visibility="public")
        for n in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organisations_organisation")
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            Client().get(LIST, {"q": "qqqq", "country": "RO"})
        queries = [q["sql"] for q in asked if "organisations_organisation" in q["sql"]]
        plans = []
        for sql in queries:
            cursor.execute(f"EXPLAIN {sql}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
        by_words = Organisation.objects.filter(directory.text_filter("qqqq")).order_by().explain()
    assert ["Seq Scan" in plan for plan in plans] == [False, False]
    # the page may begin with the few of a country; the words alone have an index of their own
    assert ("organisation_search" in by_words, "Seq Scan" in by_words) == (True, False)


CALLED = [  # as a record has it, and as somebody reads it off a telephone or copies it from a page
    ("+359 800 20 100", "+359 800 20 100"), ("+359 800 20 100", "00359 80020100"), ("+359 800 20 100", "0800 20 100"),
    ("+31 (0)88-958 18 14", "088-9581814"), ("+31 88 958 18 14", "+31 (0)88 958 18 14"), ("116 006", "116006"),
    ("0800 20 100", "+359 800 20 100"), ("0900-8844", "0031 900 8844"), ("0800 20 100", "(+359) 800 20 100"),
    ("+31 88 958 18 14", "+31 088 958 18 14"), ("+31 88 958 18 14", "tel:+31889581814"), ("113", "113"), ("113", "+352 113"),
    ("0900 8844", "0900-8844"), ("+40 21 3113008", "(021) 311 3008"), ("+40 21 3113008", "Tel. 021 311 30 08"),
    ("+31 88 958 18 14", "٠٨٨ ٩٥٨ ١٨ ١٤"), ("113", "１１３"),
]  # fmt: skip


@pytest.mark.parametrize("field", ["hotline_phone", "phone"])
@pytest.mark.parametrize(("number", "asked"), CALLED)
def test_a_record_is_found_by_its_telephone(number, asked, field, db):
    organisation("there", country="BG", kind="ngo", visibility="public", **{field: number})
    organisation("elsewhere", country="BG", kind="ngo", visibility="public", phone="+40 21 311 30 80")
    assert names(Client(), q=asked) == {"there"}


@pytest.mark.parametrize("longer", ["+31 20 113 00 00", "0113 21 22 23", "+31 113 21 22 23"])
def test_a_short_number_is_no_part_of_a_longer_one_and_words_are_found_beside_it(longer, db):
    organisation("number", country="NL", kind="ngo", visibility="public", phone=longer)
    organisation("named", name="Stichting 113", country="NL", kind="ngo", visibility="public")
    assert (names(Client(), q="113"), names(Client(), q="31")) == ({"named"}, set())


def test_words_that_only_begin_like_a_telephone_are_words(db):
    organisation("there", name="Telefon 021", country="RO", kind="ngo", visibility="public")
    organisation("elsewhere", country="RO", kind="ngo", visibility="public", phone="021")
    assert names(Client(), q="telefon 021") == {"there"}


@pytest.mark.parametrize(("migration", "asked"), [("0015_city_names", "warschau"), ("0019_telephones", "22 628 99 99")])
def test_records_that_were_there_before_are_written_anew(migration, asked, db):
    row = organisation("there", country="PL", city="Warsaw", kind="ngo", visibility="public", phone="+48 22 628 99 99")
    Organisation.objects.filter(pk=row.pk).update(search=" there warsaw")
    assert names(Client(), q=asked) == set()
    importlib.import_module(f"organisations.migrations.{migration}").write_anew(apps, None)
    assert names(Client(), q=asked) == {"there"}
    assert Organisation.objects.get().changed_at == row.changed_at
