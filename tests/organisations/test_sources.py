"""The pages a record was taken from: kept by editors in the browser, told in its history, left alone by an import."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from organisations.actions import merge as merging
from organisations.actions import organisation as actions
from organisations.actions import source as sources
from organisations.actions.base import Refused, Stale
from organisations.models import Organisation, OrganisationChange
from tests.cast import organisation, unseen
from tests.forms import filled

ADD = reverse("organisations:source_add", args=["haven"])
PAGE = reverse("organisations:organisation_detail", args=["haven"])


def listed(cast) -> list[tuple[str, str, bool]]:
    return list(cast.partner.sources.values_list("url", "dated", "confirmed"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""), ("2024", "2024"), ("5-2024", "2024-05"), ("31-5-2024", "2024-05-31"), ("2024-05", "2024-05"),
        ("2024-5-1", "2024-05-01"), ("29-2-2024", "2024-02-29"), ("٢٠٢٤", "2024"),
    ],
)  # fmt: skip
def test_a_source_is_added_with_its_date_as_people_type_it(typed, kept, cast, client_of):
    client = client_of("directory")
    sent = {**unseen(client, ADD), "url": "https://example.org/nieuw", "dated": typed, "confirmed": "on"}
    assert client.post(ADD, sent)["Location"] == PAGE
    assert listed(cast) == [("https://example.org/wie", "2024-05", True), ("https://example.org/nieuw", kept, True)]
    told = OrganisationChange.objects.get(organisation=cast.partner)
    after = " ".join(filter(None, ["https://example.org/nieuw", kept]))
    assert (told.deed, told.by, told.fields) == (
        "changed", cast.directory, {"sources": [["https://example.org/wie 2024-05"], ["https://example.org/wie 2024-05", after]]},
    )  # fmt: skip
    history = client.get(reverse("organisations:organisation_history", args=["haven"])).content.decode()
    assert "https://example.org/nieuw" in history


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x01", "\x80", "\ufffd"])
def test_an_address_with_signs_that_nobody_sees_is_refused(sign, cast, client_of):
    client, before = client_of("directory"), listed(cast)
    sent = {**unseen(client, ADD), "url": f"https://example.org/{sign}wie"}
    assert client.post(ADD, sent).status_code == 200
    assert listed(cast) == before
    address = reverse("organisations:organisation_change", args=["haven"])
    for typed in ({"website": f"https://example.org/{sign}wie"}, {"email": f"a@b.example{sign}"}):
        page = client.post(address, filled(client.get(address), "name") | typed)
        assert (page.status_code, set(page.context["form"].errors)) == (200, set(typed))


@pytest.mark.parametrize("dated", ["31-12-9999", "9999"])
def test_no_page_tells_a_day_that_is_still_to_come(dated, cast, client_of):
    client, before = client_of("directory"), listed(cast)
    sent = {**unseen(client, ADD), "url": "https://example.org/nieuw", "dated": dated}
    page = client.post(ADD, sent, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("This day is still to come" in page, f'value="{dated}"' in page) == (True, True)
    assert listed(cast) == before


@pytest.mark.parametrize("dated", ["13-2024", "31-2-2024", "ooit", "0000", "24"])
def test_what_is_no_date_is_a_sentence(dated, cast, client_of):
    client = client_of("directory")
    sent = {**unseen(client, ADD), "url": "https://example.org/nieuw", "dated": dated}
    page = client.post(ADD, sent, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "This is no year, month or day." in page
    assert "https://example.org/nieuw" in page
    assert len(listed(cast)) == 1


def test_a_source_is_changed_and_taken_away(cast, client_of):
    client, source = client_of("directory"), cast.rows["source"]
    change = reverse("organisations:source_change", args=["haven", source.pk])
    assert change in client.get(PAGE).content.decode()
    shown = client.get(change).content.decode()
    assert ('value="5-2024"' in shown or 'value="05-2024"' in shown, "https://example.org/wie" in shown) == (True, True)
    sent = {**unseen(client, change), "url": source.url, "dated": "2025"}
    assert client.post(change, sent)["Location"] == PAGE
    assert listed(cast) == [("https://example.org/wie", "2025", False)]
    # the page of before the change is told, and nothing is lost
    assert client.post(change, {**sent, "dated": "2020"}).status_code == 200
    assert client.post(change, {**unseen(client, change), "url": source.url, "gone": "on"})["Location"] == PAGE
    assert listed(cast) == []
    assert client.get(change).status_code == 404


def test_the_same_page_is_a_source_once_and_other_roles_keep_none(cast):
    values = {"url": "https://example.org/wie", "dated": "", "confirmed": True}
    with pytest.raises(Refused, match="already"):
        sources.add(organisation=cast.partner, values=values, version=None, by=cast.directory)
    other = {**values, "url": "https://example.org/nieuw"}
    for who in ("caseworker", "coordinator", "privacy"):
        with pytest.raises(Refused):
            sources.add(organisation=cast.partner, values=other, version=None, by=cast[who])
    with pytest.raises(Refused):
        sources.add(organisation=cast.kade, values=other, version=None, by=cast.directory)
    seen = cast.partner.version
    sources.add(organisation=cast.partner, values=other, version=seen, by=cast.directory)
    with pytest.raises(Stale):
        sources.remove(source=cast.rows["source"], version=seen, by=cast.directory)
    assert len(listed(cast)) == 2


def test_an_import_keeps_what_a_person_said_of_the_sources(cast, tmp_path):
    there = organisation("daar", name="Daar", country="NG", kind="ngo", visibility="public")
    file = tmp_path / "map.csv"
    call_command("export_organisations", file, stdout=io.StringIO())
    sources.add(
        organisation=there, values={"url": "https://example.org/mens", "dated": "2026", "confirmed": True},
        version=None, by=cast.directory,
    )  # fmt: skip
    lines = file.read_text().splitlines()
    head = lines[0].split(",")
    assert "source_url" in head
    told = io.StringIO()
    call_command("export_organisations", file, stdout=io.StringIO())
    text = file.read_text().replace("https://example.org/mens", "https://example.org/bestand")
    file.write_text(text)
    call_command("import_organisations", file, "--yes", stdout=told)
    assert list(there.sources.values_list("url", flat=True)) == ["https://example.org/mens"]
    assert "kept: daar, sources:" in told.getvalue()


def test_what_changed_after_it_was_verified_is_said_and_waits_for_a_check(cast, client_of):
    client = client_of("directory")
    queue = reverse("organisations:organisation_to_check") + "?why=changed"
    actions.change(organisation=cast.partner, values={"city": "Lagos"}, version=None, by=cast.directory)
    actions.verify(organisation=cast.partner, version=None, by=cast.directory)
    chip = "Changed since, on"
    assert chip not in client.get(PAGE, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "/organisations/haven/" not in client.get(queue).content.decode()
    actions.change(organisation=cast.partner, values={"city": "Abuja"}, version=None, by=cast.directory)
    day = timezone.localdate()
    assert f"{chip} {day.day} {day:%B %Y}" in client.get(PAGE, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "/organisations/haven/" in client.get(queue).content.decode()
    # a suspension changes nothing of what it says; a new look takes it off the list
    record = Organisation.objects.get(pk=cast.partner.pk)
    assert record.verified_on == timezone.localdate()
    actions.verify(organisation=record, version=None, by=cast.directory)
    actions.suspend(organisation=record, reason="x", version=None, by=cast.directory)
    assert "/organisations/haven/" not in client.get(queue).content.decode()


def test_a_source_that_is_added_comes_after_the_others_also_where_one_is_gone(cast):
    for url in ("https://z.example", "https://y.example"):
        sources.add(organisation=cast.partner, values={"url": url}, version=None, by=cast.directory)
    sources.remove(source=cast.partner.sources.get(url="https://example.org/wie"), version=None, by=cast.directory)
    sources.add(organisation=cast.partner, values={"url": "https://a.example"}, version=None, by=cast.directory)
    twin = organisation("zus", country="NG", kind="ngo", visibility="public")
    sources.add(organisation=twin, values={"url": "https://0.example"}, version=None, by=cast.directory)
    row = merging.merge(kept=cast.partner, other=twin, version=None, seen=None, by=cast.directory)
    assert [one.url for one in row.sources.all()] == [
        "https://z.example", "https://y.example", "https://a.example", "https://0.example",
    ]  # fmt: skip


def test_of_a_verified_record_a_merge_says_what_it_changed_of_it_and_no_more(cast):
    def twin(slug: str, **values) -> Organisation:
        row = organisation(slug, name=cast.partner.name, country=cast.partner.country, kind=cast.partner.kind, **values)
        return actions.change(organisation=row, values={"city": "Jos"}, version=None, by=cast.directory)

    actions.change(organisation=cast.partner, values={"city": "Jos"}, version=None, by=cast.directory)
    actions.verify(organisation=cast.partner, version=None, by=cast.directory)
    same = twin("zus", visibility="internal")
    row = merging.merge(kept=cast.partner, other=same, version=None, seen=None, by=cast.directory)
    assert (row.verified_by, row.changed_since) == (cast.directory, None)
    # nor is it verified anew by what was verified of the other one
    other = twin("nicht", visibility="public", hotline_phone="0800 1")
    merging.merge(kept=row, other=other, version=None, seen=None, by=cast.directory)
    row.refresh_from_db()
    assert row.changed_since.fields == {"hotline_phone": ["", "0800 1"]}
    third = actions.verify(organisation=twin("tante", visibility="public"), version=None, by=cast.directory)
    merging.merge(kept=row, other=third, version=None, seen=None, by=cast.directory)
    row.refresh_from_db()
    assert row.changed_since.fields == {"hotline_phone": ["", "0800 1"]}


def test_the_age_of_a_verification_stays_that_of_the_verification(cast):
    actions.verify(organisation=cast.partner, version=None, by=cast.directory)
    old = timezone.localdate() - datetime.timedelta(days=400)
    Organisation.objects.filter(pk=cast.partner.pk).update(verified_on=old)
    row = actions.change(organisation=cast.partner, values={"city": "Abuja"}, version=None, by=cast.directory)
    assert (row.verified_on, row.changed_since.fields) == (old, {"city": ["", "Abuja"]})
