"""The directory: changed by editors, corrected by who knows better."""

import datetime
import importlib
import re
import types
import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.actions import base
from organisations.actions import merge as merging
from organisations.actions import organisation as actions
from organisations.actions import suggestion as suggestions
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent, Organisation, Suggestion
from organisations.models.organisation_change import lines_of
from organisations.rules.text import is_telephone, plain_number, to_dial
from tests.cast import organisation
from tests.forms import filled, forms_of, read, send

LIST = reverse("organisations:organisation_list")


def test_a_change_is_kept_field_by_field_with_who_made_it(cast, client_of):
    record = actions.change(
        organisation=cast.partner, values={"city": "Lagos", "phone": "1"}, version=None, by=cast.directory
    )
    assert (record.human_fields, record.history.get().fields) == (
        ["city", "phone"], {"city": ["", "Lagos"], "phone": ["", "1"]},
    )  # fmt: skip
    page = client_of("caseworker").get(reverse("organisations:organisation_history", args=["haven"])).content.decode()
    assert ("Directory" in page, "Lagos" in page) == (True, True)


def test_verifying_counts_for_what_was_seen(cast, client_of):
    address = reverse("organisations:organisation_verify", args=["haven"])
    client_of("directory").post(address, {"version": cast.partner.version - 1})
    cast.partner.refresh_from_db()
    assert cast.partner.verified_on is None
    client_of("directory").post(address, {"version": cast.partner.version})
    cast.partner.refresh_from_db()
    assert (cast.partner.verified_on, cast.partner.verified_by) == (timezone.localdate(), cast.directory)
    page = client_of("visitor").get("/organisations/haven/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Verified by us on" in page, cast.directory.name in page) == (True, False)


def test_everything_is_refused_for_an_organisation_that_works_here(cast):
    by, kade = cast.directory, cast.kade
    given = {"organisation": kade, "version": None, "by": by}
    for verb in (
        lambda: actions.change(values={"city": "X"}, **given),
        lambda: actions.verify(**given),
        lambda: actions.suspend(reason="x", **given),
        lambda: suggestions.suggest(organisation=kade, values={"city": "X"}, remark="", by=cast.colleague),
        lambda: merging.merge(kept=cast.partner, other=kade, version=None, seen=None, by=by),
        lambda: merging.merge(kept=cast.partner, other=kade, version=None, seen=None, by=cast.admin),
        lambda: merging.merge(kept=kade, other=cast.partner, version=None, seen=None, by=cast.admin),
    ):
        with pytest.raises(Refused):
            verb()
    kade.refresh_from_db()
    assert (kade.city, kade.verified_on, kade.suspended_at, kade.suggestions.count()) == ("", None, None, 0)


def test_no_row_places_a_shelter_on_a_map(cast):
    for values in ({"kind": "shelter"}, {"kind": "ngo", "services": ["shelter"]}):
        with pytest.raises(IntegrityError, match="organisation_no_place_of_a_shelter"), transaction.atomic():
            organisation("map-me", latitude=52, longitude=4, **values)


def test_a_record_alike_is_shown_before_another_one_is_added(cast, client_of):
    client, address = client_of("directory"), reverse("organisations:organisation_add")
    typed = {"name": "HÁVEN", "country": "NG", "kind": "ngo", "visibility": "internal"}
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ('href="/organisations/haven/"' in page, 'name="another"' in page) == (True, True)
    assert Organisation.objects.filter(name="HÁVEN").count() == 0
    assert client.post(address, {**typed, "another": "on"})["Location"] == "/organisations/haven-2/"
    page = client.post(address, {**typed, "name": "Haven Lagos"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("or nearly the same name" in page, 'href="/organisations/haven-2/"' in page) == (True, True)
    assert Organisation.objects.filter(name="Haven Lagos").count() == 0


NAMES = [  # in the directory, typed anew, in the same country, and in another one
    ("Animus Association Foundation / La Strada Bulgaria", "Animus Association", True, False),
    ("Animus Association", "Animus Association Foundation / La Strada Bulgaria", True, False),
    ("Фондация Анимус", "FONDATSIYA ANIMUS – Sofiya", True, False),
    ("Győri Ház Egyesület", "gyori haz", True, False),
    ("CoMensha / La Strada Netherlands", "Comensha", True, False),
    ("Slachtofferhulp Nederland", "Slachtofferhulp", True, True),
    ("International Organization for Migration Lagos", "International Organization for Migration", True, False),
    # no more than what many are called by, or hardly a word
    ("Centre for Women", "Centre", False, False),
    ("Centre", "Centre for Women", False, False),
    ("National Commission against Trafficking in Persons", "National Commission", False, False),
    ("Stichting", "Stichting Nidos", False, False),
    ("IOM Nigeria", "IOM", False, False),
    ("De Ark", "De Ark van Noach", False, False),
    # begins with the same, and neither is the whole of a name; or with a part of a word
    ("La Strada Mostar", "La Strada Moldova", False, False),
    ("Animus Association Foundation", "Animus Help Sofia", False, False),
    ("Animushka", "Animus", False, False),
    # within the other, or a slip of the pen
    ("Huis Animus", "Animus", True, False),
    ("Animus Association Foundation / La Strada Bulgaria", "La Strada Bulgaria", True, False),
    ("De Kade (demo)", "De Kade", True, False),
    ("Casa Lumina (demo)", "Casa Luminna (demo)", True, False),
    ("De Uil (demo)", "De Kade (demo)", False, False),
]


@pytest.mark.parametrize(("here", "typed", "same_country", "other_country"), NAMES)
def test_a_name_like_another_is_noticed(here, typed, same_country, other_country, db):
    there = organisation("there", name=here, country="BG", kind="ngo")
    asked = [actions.alike(Organisation(name=typed, country=country, kind="ngo")) for country in ("BG", "RO")]
    assert asked == [[there] if same_country else [], [there] if other_country else []]
    # also by the name in its own language, on either side
    there.name, there.local_name = "Iets anders", here
    there.save()
    assert bool(actions.alike(Organisation(name="Nog iets", local_name=typed, country="BG"))) == same_country


def test_what_is_surely_alike_comes_before_what_only_begins_so(db):
    for n in range(12):
        organisation(f"n{n:02}", name=f"Payoke {n}", country="BE", kind="ngo")
    elsewhere = organisation("ver", name="Payoke", country="RO", kind="ngo")
    Organisation.objects.filter(pk=elsewhere.pk).update(changed_at=timezone.now() - datetime.timedelta(days=900))
    with CaptureQueriesContext(connection) as asked:
        found = actions.alike(Organisation(name="Payoke", country="BE", kind="ngo"))
    assert (found[0], len(found), len(asked)) == (elsewhere, 10, 2)


def test_what_is_alike_is_found_by_an_index(db):
    Organisation.objects.bulk_create(
        Organisation(slug=f"n{n}", name=f"Naam {n} en nog wat", country="RO", kind="ngo") for n in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organisations_organisation")
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            found = actions.alike(Organisation(name="Naam 1303", country="RO", kind="ngo"))
        plans = []
        for one in asked:
            cursor.execute(f"EXPLAIN {one['sql']}")
            plans += [line for (line,) in cursor.fetchall()]
        plan = "\n".join(plans)
    assert [one.name for one in found] == ["Naam 1303 en nog wat"]
    assert ("organisation_match" in plan, "Seq Scan" in plan) == (True, False)


def test_records_that_were_there_before_are_found_by_what_their_names_begin_with(db):
    row = organisation("there", name="Slachtofferhulp Nederland", country="NL", kind="ngo")
    Organisation.objects.filter(pk=row.pk).update(match_keys=["name:slachtofferhulp nederland"])
    typed = Organisation(name="Slachtofferhulp", country="BG", kind="ngo")
    assert actions.alike(typed) == []
    importlib.import_module("organisations.migrations.0017_names_that_begin").write_anew(apps, None)
    assert actions.alike(typed) == [row]
    assert Organisation.objects.get().changed_at == row.changed_at


def test_two_people_suggest_and_each_sees_the_outcome(cast, client_of):
    first = cast.rows["suggestion"]
    second = suggestions.suggest(organisation=cast.partner, values={"city": "Abuja"}, remark="", by=cast.outsider)
    seen = cast.partner.version
    suggestions.accept(suggestion=first, version=None, seen=seen, by=cast.directory)
    with pytest.raises(Refused):
        suggestions.decline(suggestion=first, answer="x", version=None, by=cast.directory)
    with pytest.raises(Stale):
        suggestions.accept(suggestion=second, version=None, seen=seen, by=cast.directory)
    client_of("directory").post(
        reverse("organisations:suggestion_decide", args=[second.pk]),
        {"decision": "decline", "answer": "Zij zitten in Lagos", "version": second.version, "record_version": seen},
    )
    cast.partner.refresh_from_db()
    assert (cast.partner.city, Suggestion.objects.waiting().count()) == ("Lagos", 0)
    told = {
        who: client_of(who).get(reverse("organisations:suggestion_list")).content.decode()
        for who in ("caseworker", "outsider", "directory")
    }
    answered = {who for who, page in told.items() if "Zij zitten in Lagos" in page}
    led_to_the_queue = {who for who, page in told.items() if "/organisations/to-check/?why=suggestions" in page}
    assert (answered, led_to_the_queue) == ({"outsider"}, {"directory"})


def test_the_history_names_who_suggested_what_was_accepted_to_editors_alone(cast, client_of):
    made = suggestions.suggest(organisation=cast.partner, values={"city": "Abuja"}, remark="", by=cast.outsider)
    suggestions.accept(suggestion=made, version=None, seen=None, by=cast.directory)
    address = reverse("organisations:organisation_history", args=["haven"])
    pages = {who: client_of(who).get(address, HTTP_ACCEPT_LANGUAGE="en") for who in ("directory", "caseworker")}
    named = {who for who, page in pages.items() if f"Suggested by {cast.outsider.name} on" in page.content.decode()}
    assert named == {"directory"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("بيت الأمان", "byt-lmn"), ("Фондация Анимус", "fondatsiya-animus"), ("Győri Ház", "gyori-haz"), ("…", "organisation"),
        ("New", "new-organisation"), ("x" * 69 + " yz", "x" * 69), ("Haven", "haven-2"),
    ],
)  # fmt: skip
def test_the_address_of_a_record_is_its_name_in_latin_letters(name, slug, cast):
    given = {"name": name, "country": "NG", "kind": "ngo"}
    assert actions.add(values=given, submission=None, by=cast.directory).slug == slug


def test_a_suggestion_undoes_nothing_that_an_editor_changed_while_it_was_typed(cast, client_of):
    other = organisation("nis", name="Dom (demo)", country="RS", city="Belgrade", kind="ngo", visibility="public")
    client = client_of("caseworker")
    address = reverse("organisations:suggestion_make", args=[other.slug])
    page = client.get(address)
    form = next(one for one in forms_of(read(page.content.decode()), address, "caseworker") if "remark" in one.controls)
    seen = actions.change(organisation=other, values={"city": "Niš"}, version=other.version, by=cast.directory)
    send(client, form, {**form.values(), "remark": ["Ander nummer"], "phone": ["+381 11 123"]})
    assert Suggestion.objects.get(organisation=other).fields == {"phone": ["", "+381 11 123"]}
    assert seen.city == "Niš"


def test_a_record_made_by_the_same_form_at_the_same_moment_is_no_other_one(cast, monkeypatch):
    key, values = uuid.uuid4(), {"name": "Nieuw Huis", "country": "NG", "kind": "ngo", "visibility": "internal"}
    first = actions.add(values=values, submission=key, by=cast.directory)
    # as long as the first is being made, the second does not find it by its submission
    asked = iter([False, True])
    found = base.sent_as(Organisation)
    monkeypatch.setattr(
        base, "sent_as", lambda model: types.SimpleNamespace(of=lambda of: found.of(of) if next(asked) else [])
    )
    assert actions.add(values=values, submission=key, another=False, by=cast.directory) == first
    with pytest.raises(actions.Alike):
        actions.add(values=values, submission=None, another=False, by=cast.directory)


def test_the_same_codes_in_another_order_are_no_change(cast, client_of):
    other = organisation("zus", country="NG", kind="ngo", visibility="public", services=["shelter", "hotline"])
    given = {"organisation": other, "remark": "", "by": cast.outsider}
    with pytest.raises(Refused, match="Nothing differs"):
        suggestions.suggest(**given, values={"services": ["hotline", "shelter"], "city": None})
    assert suggestions.suggest(**given, values={"services": ["hotline"]}).fields == {
        "services": [["shelter", "hotline"], ["hotline"]]
    }


@pytest.mark.parametrize("typed", ["116 abc", "bel ons maar", "7", "+"])
def test_a_telephone_number_is_one(typed, cast, client_of):
    client, address = client_of("directory"), reverse("organisations:organisation_add")
    given = {"name": "Nieuw", "country": "NG", "kind": "ngo", "visibility": "internal"}
    for field in ("hotline_phone", "phone"):
        page = client.post(address, {**given, field: typed}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "Type one telephone number in digits" in page and not Organisation.objects.filter(name="Nieuw").exists()
    assert client.post(address, {**given, "phone": "+31 (0)20/123-45.67", "hotline_phone": "116"}).status_code == 302


@pytest.mark.parametrize(
    ("written", "pressed"),
    [
        ("+31 20 123 45 67", "+31201234567"), ("+31 (0)20-123 45 67", "+31201234567"), ("0031 (0)800 1234", "00318001234"),
        ("(0)20 123 45 67", "0201234567"), ("0800 1 8676", "080018676"), ("020-1234567/8", "0201234567"),
        ("030/123 45", "03012345"), ("+31 020 765 43 28", "+31207654328"), ("+31( 0 )20 765 43 26", "+31207654326"),
        ("+39 06 6982", "+39066982"), ("(020) 765 43 27", "0207654327"), ("06 1234 5678 (na 17 uur)", "0612345678"), ("via de receptie", ""), ("116", "116"),
    ],
)  # fmt: skip
def test_what_a_telephone_dials_leads_there(written, pressed):
    assert to_dial(written) == pressed


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("020-1234567/8", True), ("030/12 34 56", True), ("+31 (0)20 123 45 67", True), ("020 123 45 67 / 020 765 43 21", False),
        ("5551234/5559876", False), ("+31 20 123 45 67 020 123 45", False), ("00" + "1" * 15, True), ("00" + "1" * 16, False),
        ("112 / 113", False), ("14020/14010", False), ("08000 12345/12346", False), ("22123456 22654321", False),
        ("020-1234567/568", False), ("020-1234567/8/9", False), ("+31", False), ("00", False), ("(020) 765 43 27", True), ("112", True),
    ],
)  # fmt: skip
def test_two_numbers_are_not_one(text, one):
    assert is_telephone(text) is one


@pytest.mark.parametrize(
    ("pasted", "number"),
    [
        ("020\u2013123\u00a045 67", "020-123 45 67"), ("(+212) 5 22 00 00 00", "+212 5 22 00 00 00"), ("(020) 123 45 67", "(020) 123 45 67"),
        ("\u0660\u0668\u0668 \u0669\u0665\u0668", "088 958"), ("020  123 45", "020 123 45"), ("020\u2010123", "020-123"),
    ],
)  # fmt: skip
def test_a_number_is_kept_in_the_signs_of_a_telephone(pasted, number, cast, client_of):
    assert plain_number(pasted) == number
    client, address = client_of("directory"), reverse("organisations:organisation_change", args=["haven"])
    assert client.post(address, filled(client.get(address), "name") | {"phone": pasted}).status_code == 302
    assert Organisation.objects.get(slug="haven").phone == number


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("+381 11 785 0000", "011 785 0000"), ("+381 11 785 0000", "00381117850000"), ("+381 (0)11 785-0000", "+381 11 7850000"),
        ("011 785 0000", "+381 11 785 0000"), ("0800 1 8676", "0800-18676"), ("055 391834", "055-391834/35"),
    ],
)  # fmt: skip
def test_a_number_written_in_another_way_is_the_same_organisation(there, typed, cast):
    record = organisation("nis", country="RS", kind="ngo", visibility="internal", phone=there)
    given = {"name": "Heel anders", "kind": "ngo", "visibility": "internal", "hotline_phone": typed}
    with pytest.raises(actions.Alike) as refusal:
        actions.add(values={**given, "country": "RS"}, submission=None, another=False, by=cast.directory)
    assert refusal.value.found == [record]
    # in another country it is another number
    actions.add(values={**given, "country": "NG"}, submission=None, another=False, by=cast.directory)


def test_a_network_written_twice_is_one_and_the_end_of_a_line_one_sign(cast, client_of):
    client, address = client_of("directory"), reverse("organisations:organisation_change", args=["haven"])
    text = "\r\n".join(["x" * 99] * 20)
    sent = filled(client.get(address), "city") | {
        "networks": "RENATE; renate;La Strada",
        "summary_en": text,
        "summary_nl": text,
    }
    assert client.post(address, sent).status_code == 302
    cast.partner.refresh_from_db()
    assert (cast.partner.networks, len(cast.partner.summary_en)) == (["RENATE", "La Strada"], 1999)


def test_saved_without_a_change_nothing_is_written(cast, client_of):
    row, address = cast.partner, reverse("organisations:organisation_change", args=["haven"])
    client = client_of("directory")
    before = (row.version, row.history.count(), AuditEvent.objects.filter(object_id=row.pk).count())
    assert client.post(address, filled(client.get(address), "city")).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.history.count(), AuditEvent.objects.filter(object_id=row.pk).count()) == before


def test_a_suspended_record_is_not_verified(cast, client_of):
    actions.suspend(organisation=cast.partner, reason="Onbetrouwbaar", version=None, by=cast.directory)
    with pytest.raises(Refused, match="End the suspension first"):
        actions.verify(organisation=cast.partner, version=None, by=cast.directory)
    page = client_of("directory").get("/organisations/haven/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("All of this is right" in page, "not while it is suspended" in page) == (False, True)


def test_who_may_not_change_a_record_of_a_tenant_reads_why(cast, client_of):
    client, why = client_of("directory"), "This organisation works in the system itself"
    record = reverse("organisations:organisation_detail", args=[cast.kade.slug])
    assert why in client.get(record, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for name in ("organisation_change", "organisation_suspend", "organisation_merge", "suggestion_make"):
        page = client.get(reverse(f"organisations:{name}", args=[cast.kade.slug]), HTTP_ACCEPT_LANGUAGE="en")
        assert (page.status_code, why in page.content.decode()) == (403, True)
    # and it is not offered to be merged with
    address = reverse("organisations:organisation_merge", args=["haven"])
    assert cast.kade.slug not in client.get(address, {"q": cast.kade.name}).content.decode()


def test_a_public_record_says_nothing_in_one_language_alone_by_a_suggestion(cast, client_of):
    row = organisation(
        "nis", country="RS", kind="ngo", visibility="public", summary_en="A house", summary_nl="Een huis"
    )

    def suggested(**values):
        return suggestions.suggest(organisation=row, values=values, remark="", by=cast.outsider)

    emptied = suggested(summary_nl="")
    with pytest.raises(Refused, match="in one language only"):
        suggestions.accept(suggestion=emptied, version=None, seen=None, by=cast.directory)
    row.refresh_from_db()
    assert row.summary_nl == "Een huis"
    # changed in one language, the editor reads what the other one goes on saying
    changed = suggested(summary_nl="Een opvanghuis")
    address = reverse("organisations:suggestion_decide", args=[changed.pk])
    page = client_of("directory").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Only one of the two languages would change" in page, "A house" in page) == (True, True)
    suggestions.accept(suggestion=changed, version=None, seen=None, by=cast.directory)
    # decided, the page goes on saying what stood there
    page = client_of("directory").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert re.findall(r"Een (?:opvang)?huis", page) == ["Een huis", "Een opvanghuis"]


def test_a_record_in_one_language_alone_takes_a_suggestion_that_makes_it_no_worse(cast):
    row = organisation("nis", country="RS", kind="ngo", visibility="public", summary_en="A house")
    for values in ({"phone": "+381 18 1"}, {"summary_nl": "Een huis"}):
        made = suggestions.suggest(organisation=row, values=values, remark="", by=cast.outsider)
        suggestions.accept(suggestion=made, version=None, seen=None, by=cast.directory)
    row.refresh_from_db()
    assert (row.phone, row.summary_nl) == ("+381 18 1", "Een huis")


def test_a_list_that_is_emptied_by_a_suggestion_is_empty(cast, client_of):
    address = reverse("organisations:suggestion_make", args=["haven"])
    client = client_of("caseworker")
    client.post(address, {**filled(client.get(address), "name"), "services": []})
    made = Suggestion.objects.waiting().order_by("at").last()
    assert made.fields["services"][0] == ["reception_on_return"]
    address = reverse("organisations:suggestion_decide", args=[made.pk])
    editor = client_of("directory")
    editor.post(address, {**filled(editor.get(address), "answer"), "decision": "accept"})
    cast.partner.refresh_from_db()
    assert (cast.partner.services, Suggestion.objects.get(pk=made.pk).accepted) == ([], True)


def test_codes_in_another_order_are_no_change_beside_a_suggestion(cast, client_of):
    Organisation.objects.filter(pk=cast.partner.pk).update(services=["hotline", "legal"])
    cast.partner.refresh_from_db()
    made = suggestions.suggest(organisation=cast.partner, values={"services": ["hotline"]}, remark="", by=cast.outsider)
    Organisation.objects.filter(pk=cast.partner.pk).update(services=["legal", "hotline"])
    address = reverse("organisations:suggestion_decide", args=[made.pk])
    assert [line["moved"] for line in client_of("directory").get(address).context["lines"]] == [False]


def test_a_suggestion_of_a_public_text_in_one_language_is_told_where_it_is_typed(cast, client_of):
    organisation("nis", country="RS", kind="ngo", visibility="public")
    address, client = reverse("organisations:suggestion_make", args=["nis"]), client_of("caseworker")
    typed = filled(client.get(address), "name") | {"summary_nl": "Een huis", "phone": "+381 18 1"}
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert "Tell the editor below what it should say" in str(page.context["form"]["summary_en"].errors)
    assert (page.context["form"]["phone"].value(), Suggestion.objects.filter(organisation__slug="nis").count()) == (
        "+381 18 1",
        0,
    )
    # of an internal record nobody asks for both
    Organisation.objects.filter(slug="nis").update(visibility="internal")
    assert client.post(address, typed).status_code == 302


def test_a_text_that_is_too_long_is_told_and_not_cut_off_by_the_browser(cast, client_of):
    client, address = client_of("directory"), reverse("organisations:organisation_change", args=["haven"])
    page = client.get(address)
    assert re.findall(r"<textarea[^>]*maxlength", page.content.decode()) == []
    typed = filled(page, "name") | {"summary_en": "x" * 2001, "summary_nl": "y"}
    answer = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    assert (set(answer.context["form"].errors), "x" * 2001 in answer.content.decode()) == ({"summary_en"}, True)


def test_a_list_is_told_in_one_order_whatever_it_was_typed_in():
    one, other = ["shelter", "legal", "hotline"], ["hotline", "shelter"]
    [line] = lines_of({"services": [one, other]})
    assert [word for word in line["before"].split(", ") if word in line["after"].split(", ")] == line["after"].split(
        ", "
    )


def test_a_remark_alone_is_dealt_with_and_not_accepted(cast, client_of):
    remark = suggestions.suggest(organisation=cast.partner, values={}, remark="Zij verhuizen", by=cast.outsider)
    address = reverse("organisations:suggestion_decide", args=[remark.pk])
    page = client_of("directory").get(address, HTTP_ACCEPT_LANGUAGE="en")
    said = page.content.decode()
    assert ("Dealt with: I have done what it asks" in said, "the record says this from now on" in said) == (True, False)
    client_of("directory").post(address, filled(page, "decision") | {"decision": "accept"})
    # nothing of the record changed by that
    before, cast.partner = cast.partner.version, Organisation.objects.get(slug="haven")
    assert (cast.partner.version, cast.partner.history.count()) == (before, 0)
    told = client_of("outsider").get(reverse("organisations:suggestion_list"), HTTP_ACCEPT_LANGUAGE="en")
    assert "dealt with by" in told.content.decode()


@pytest.mark.parametrize("typed", ["ftp://x.example", "javascript:alert(1)", "no address"])
def test_a_website_is_what_a_browser_opens(typed, cast, client_of):
    client, address = client_of("directory"), reverse("organisations:organisation_change", args=["haven"])
    page = client.post(address, filled(client.get(address), "city") | {"website": typed}, HTTP_ACCEPT_LANGUAGE="en")
    assert "This is no address of a page. Type it as https://www.example.org." in page.content.decode()


def test_the_queue_holds_what_is_due(cast, client_of):
    actions.verify(organisation=organisation("old", kind="ngo"), version=None, by=cast.directory)
    Organisation.objects.filter(slug="old").update(verified_on=timezone.localdate() - datetime.timedelta(days=366))
    client, address = client_of("directory"), reverse("organisations:organisation_to_check")
    found = {
        why: re.findall(
            r'row-link" href="/organisations/([\w-]+)/"', client.get(address, {"why": why}).content.decode()
        )
        for why in ("suggestions", "never", "longer")
    }
    assert found == {"suggestions": ["haven"], "never": ["haven"], "longer": ["old"]}


def test_a_suggestion_that_was_pressed_twice_waits_once(cast):
    given = {"organisation": cast.partner, "remark": "", "by": cast.outsider}
    one = suggestions.suggest(**given, values={"city": "Abuja"})
    assert suggestions.suggest(**given, values={"city": "Abuja"}) == one
    assert suggestions.suggest(**given, values={"city": "Kano"}) != one
