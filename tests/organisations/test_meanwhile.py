"""Two editors at one record, and what one of them typed."""

import pytest
from django.urls import reverse

from cases.models import Draft
from organisations.actions import organisation as actions
from organisations.actions import suggestion as suggestions
from organisations.models import Organisation, Suggestion
from tests.cast import organisation, unseen
from tests.forms import filled


def at(name: str, *args) -> str:
    return reverse(f"organisations:{name}", args=args or ["haven"])


def test_suspended_meanwhile_a_second_reason_never_ends_it(cast, client_of):
    client, address = client_of("directory"), at("organisation_suspend")
    hidden = unseen(client, address)
    actions.suspend(organisation=cast.partner, reason="Telefoon dood", version=None, by=cast.directory)
    page = client.post(address, {**hidden, "reason": "Niemand heen sturen"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Somebody suspended this organisation meanwhile" in page
    assert ("Telefoon dood" in page, "Niemand heen sturen" in page, "End the suspension" in page) == (True, True, False)
    cast.partner.refresh_from_db()
    assert cast.partner.suspended_reason == "Telefoon dood"
    # nor does what the page of the suspended record offers begin one anew
    hidden = unseen(client, address)
    actions.unsuspend(organisation=cast.partner, reason="Werkt weer", version=None, by=cast.directory)
    page = client.post(address, {**hidden, "reason": "Klopt weer"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Somebody ended the suspension meanwhile" in page, "Klopt weer" in page) == (True, True)
    cast.partner.refresh_from_db()
    assert cast.partner.suspended_at is None


def test_suspending_sent_twice_is_one_suspension_and_so_is_its_end(cast, client_of):
    client, address = client_of("directory"), at("organisation_suspend")
    for reason, deeds in (("Telefoon dood", ["suspended"]), ("Werkt weer", ["suspended", "unsuspended"])):
        hidden = unseen(client, address)
        for _time in range(2):
            assert client.post(address, {**hidden, "reason": reason}).status_code == 302
        assert list(cast.partner.history.order_by("at").values_list("deed", flat=True)) == deeds
    # with other words it is another press, and of somebody else another person's
    assert client.post(address, {**hidden, "reason": "Toch niet"}).status_code == 200
    assert client_of("admin").post(address, {**hidden, "reason": "Werkt weer"}).status_code == 200


def test_a_page_that_was_changed_otherwise_still_suspends_when_sent_once_more(cast, client_of):
    client, address = client_of("directory"), at("organisation_suspend")
    hidden = unseen(client, address)
    actions.change(organisation=cast.partner, values={"city": "Lagos"}, version=None, by=cast.directory)
    page = client.post(address, {**hidden, "reason": "Onbetrouwbaar"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Look at the page again, then save once more" in page.content.decode()
    assert client.post(address, filled(page, "reason")).status_code == 302
    cast.partner.refresh_from_db()
    assert (cast.partner.suspended_reason, cast.partner.city) == ("Onbetrouwbaar", "Lagos")


def test_verified_meanwhile_what_was_typed_is_not_said_to_be_there_already(cast, client_of):
    client, address = client_of("directory"), at("organisation_change")
    opened = filled(client.get(address), "city") | {"city": "Abuja"}
    actions.verify(organisation=cast.partner, version=None, by=cast.directory)
    page = client.post(address, opened, HTTP_ACCEPT_LANGUAGE="en")
    assert "does not clash with what you typed" in page.content.decode()
    assert client.post(address, filled(page, "city")).status_code == 302
    cast.partner.refresh_from_db()
    assert cast.partner.city == "Abuja"


def test_a_button_pressed_over_a_change_asks_to_look_and_speaks_of_nothing_typed(cast, client_of):
    client = client_of("directory")
    hidden = unseen(client, at("organisation_detail"))
    actions.change(organisation=cast.partner, values={"city": "Lagos"}, version=None, by=cast.directory)
    page = client.post(at("organisation_verify"), hidden, HTTP_ACCEPT_LANGUAGE="en", follow=True).content.decode()
    assert ("press again if it is still right" in page, "while you were typing" in page) == (True, False)
    cast.partner.refresh_from_db()
    assert cast.partner.verified_on is None


@pytest.mark.parametrize("first", ["accept", "decline"])
def test_who_decides_second_reads_that_it_does_not_count_and_what_they_typed(first, cast, client_of):
    made = suggestions.suggest(organisation=cast.partner, values={"city": "Lagos"}, remark="", by=cast.outsider)
    client, address = client_of("directory"), at("suggestion_decide", made.pk)
    opened = filled(client.get(address), "decision")
    {
        "accept": lambda: suggestions.accept(suggestion=made, version=None, seen=None, by=cast.directory),
        "decline": lambda: suggestions.decline(suggestion=made, answer="Oud", version=None, by=cast.directory),
    }[first]()
    answer = client.post(address, opened | {"decision": "decline", "answer": "Klopt niet"}, HTTP_ACCEPT_LANGUAGE="en")
    page = answer.content.decode()
    assert ("Your decision is not saved" in page, "Klopt niet" in page) == (True, True)
    made.refresh_from_db()
    assert made.accepted is (first == "accept")
    # whoever only looks is told nothing of the kind, and reads what was answered
    page = client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Your decision is not saved" in page, "Oud" in page) == (False, first == "decline")


def test_whoever_adds_a_record_is_not_the_only_one_to_suggest_something(cast, client_of):
    editor, new = client_of("directory"), reverse("organisations:organisation_add")
    given = filled(editor.get(new), "name") | {
        "name": "Nieuw Huis",
        "country": "NG",
        "kind": "ngo",
        "visibility": "partners",
    }
    assert editor.post(new, given).status_code == 302
    record = Organisation.objects.get(name="Nieuw Huis")
    for who, city in (("outsider", "Lagos"), ("caseworker", "Abuja"), ("outsider", "Kano")):
        client, address = client_of(who), at("suggestion_make", record.slug)
        assert client.post(address, filled(client.get(address), "name") | {"city": city}).status_code == 302
    assert sorted(one.fields["city"][1] for one in Suggestion.objects.filter(organisation=record)) == [
        "Abuja", "Kano", "Lagos",
    ]  # fmt: skip


def test_what_an_editor_types_is_kept_until_it_is_saved(cast, client_of):
    for who, name, args in (
        ("directory", "organisation_add", []), ("directory", "organisation_change", ["haven"]),
        ("caseworker", "suggestion_make", ["haven"]),
    ):  # fmt: skip
        client, address = client_of(who), reverse(f"organisations:{name}", args=args)
        opened = filled(client.get(address), "name")
        assert client.post(reverse("cases:draft_keep"), opened | {"city": "Half getypt"}).json()["at"]
        page = client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert ("We kept what you typed at" in page, 'value="Half getypt"' in page) == (True, True)
    # nobody else reads it
    assert "Half getypt" not in client_of("colleague").get(address).content.decode()
    # saved, it is gone
    again = client_of("directory")
    saved = filled(again.get(at("organisation_change")), "city")
    assert again.post(at("organisation_change"), saved).status_code == 302
    assert Draft.objects.filter(address=at("organisation_change"), content__isnull=False).count() == 0
    cast.partner.refresh_from_db()
    assert cast.partner.city == "Half getypt"


def test_a_record_given_the_name_or_number_of_another_asks_whether_it_is_the_same(cast, client_of):
    other = organisation("zus", country="NG", kind="ngo", visibility="public", phone="+234 1 555 0100")
    Organisation.objects.filter(pk=cast.partner.pk).update(country="NG")
    client, address = client_of("directory"), at("organisation_change")
    page = client.post(
        address, filled(client.get(address), "name") | {"phone": "01 555 0100"}, HTTP_ACCEPT_LANGUAGE="en", follow=True
    ).content.decode()
    assert f"“{other.name}” has the same name, website or telephone" in page
    assert "Merge the two." in page
    # what it shared before is asked no second time
    page = client.post(
        address, filled(client.get(address), "phone") | {"city": "Lagos"}, HTTP_ACCEPT_LANGUAGE="en", follow=True
    ).content.decode()
    assert "has the same name" not in page


def test_who_cannot_be_merged_is_named_with_what_to_do(cast, client_of):
    client, address = client_of("directory"), at("organisation_change")
    typed = filled(client.get(address), "name") | {"name": cast.kade.name}
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en", follow=True).content.decode()
    assert f"“{cast.kade.name}” has the same name, website or telephone" in page
    assert ("Suspend the record in which nobody works" in page, "Merge the two." in page) == (True, False)
