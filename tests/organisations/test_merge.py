"""Two records of one organisation become one: what the merged one says, who reads it, and what leads to it."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import ReturnPlan
from organisations.actions import merge as merging
from organisations.actions import organisation as actions
from organisations.actions.base import Refused
from organisations.actions.slug import free_slug
from organisations.models import AuditEvent, FormerSlug, Invitation, Organisation, Shelter, Suggestion
from organisations.roles import Role
from organisations.rules.directory import DESCRIBING
from organisations.views import verification
from tests.cast import organisation, person
from tests.conftest import signed_in
from tests.forms import filled


def told_by(client, slug: str) -> list[str]:
    """The lines of the history of a record, the newest first."""
    page = client.get(reverse("organisations:organisation_history", args=[slug]), HTTP_ACCEPT_LANGUAGE="en")
    return re.findall(r'<section class="entry">.*?</section>', page.content.decode(), re.S)


def test_merged_there_is_one_record_and_everything_leads_to_it(cast, client_of):
    twin = organisation(
        "haven-b", country="NG", kind="ngo", visibility="public", phone="7", services=["hotline"], city="Benin"
    )
    plan, before = ReturnPlan.objects.get(partner=cast.partner), timezone.now()
    row = merging.merge(kept=twin, other=cast.partner, version=None, seen=None, by=cast.directory)
    plan.refresh_from_db()
    assert (plan.partner_id, row.services, row.city, row.summary_nl) == (
        twin.pk, ["hotline", "reception_on_return"], "Benin", "Vangt mensen op",
    )  # fmt: skip
    assert Client().get("/organisations/haven/")["Location"] == "/organisations/haven-b/"
    assert [c.deed for c in row.history.order_by("deed")] == ["absorbed", "merged"]
    assert (FormerSlug.objects.get().organisation, row.suggestions.get()) == (row, cast.rows["suggestion"])
    assert free_slug("Haven", FormerSlug.objects.all(), word="organisation", reserved=()) == "haven-2"
    # the case whose plan named it tells so, and a form of that plan that is open is asked again
    told = AuditEvent.objects.filter(at__gt=before, verb="file_record_merged").values_list(
        "case_id", "room", "object_id"
    )
    assert (list(told), plan.version) == ([(plan.case_id, "return_plan", plan.pk)], 2)
    history = client_of("caseworker").get(
        reverse("cases:history", args=[plan.case.reference]), HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "merged two records of an organisation that this file names" in history.content.decode()


def test_the_history_of_a_merged_record_names_the_record_each_line_was_written_about(cast, client_of):
    given = {"country": "NG", "kind": "ngo", "visibility": "public"}
    oldest, middle, last = (organisation(f"zus-{n}", name=f"Zus {n}", **given) for n in "abc")
    for record, city in ((oldest, "Jos"), (middle, "Kano"), (last, "Lagos")):
        actions.change(organisation=record, values={"city": city}, version=None, by=cast.directory)
    merging.merge(kept=middle, other=oldest, version=None, seen=None, by=cast.directory)
    day = f"{timezone.localdate().day} {timezone.localdate():%B %Y}"
    into_this = f"This was written about Zus a (zus-a), which was merged into this record on {day}."
    page = told_by(client_of("caseworker"), "zus-b")
    # what the first said, the merge, Kano, Jos
    assert [into_this in line for line in page] == [True, False, False, True]
    # then that one goes up in a third: what was written about the first still names the first
    merging.merge(kept=last, other=middle, version=None, seen=None, by=cast.directory)
    page = told_by(client_of("caseworker"), "zus-c")
    of_a = f"This was written about Zus a (zus-a), which was merged into Zus b (zus-b) on {day}."
    of_b = f"This was written about Zus b (zus-b), which was merged into this record on {day}."
    assert [(line.count(of_a), line.count(of_b)) for line in page] == [
        (0, 1),  # what the second said when it was merged
        (0, 0),  # merged into the third
        (1, 0),  # what the first said
        (0, 1),  # the first merged into the second
        (0, 0),  # Lagos
        (0, 1),  # Kano
        (1, 0),  # Jos
    ]
    assert ["Lagos" in page[4], "Kano" in page[5], "Jos" in page[6]] == [True] * 3


def test_an_organisation_with_an_invitation_a_house_or_members_is_not_merged_by_anybody(cast):
    """Also by somebody who holds both roles, and where nobody works yet."""
    both = person("both", (cast.comensha, Role.DIRECTORY_EDITOR), (cast.comensha, Role.PLATFORM_ADMINISTRATOR))
    alike = {"country": "NG", "kind": "ngo", "visibility": "public"}
    invited, housed = organisation("invited", **alike), organisation("housed", **alike)
    Invitation.objects.create(
        email="new@demo.test", organisation=invited, role="team_lead", token_hash="x", invited_by=cast.admin,
        expires_at=timezone.now() + datetime.timedelta(days=1),
    )  # fmt: skip
    Shelter.objects.create(organisation=housed, slug="leeg", name="Leeg", type="cosm", region="amsterdam")
    Organisation.objects.filter(pk=cast.kade.pk).update(visibility="public")
    for other in (invited, housed, cast.kade):
        for kept, gone in ((cast.partner, other), (other, cast.partner)):
            with pytest.raises(Refused, match="works in the system itself is not merged"):
                merging.merge(kept=kept, other=gone, version=None, seen=None, by=both)
            address = reverse("organisations:organisation_merge", args=[kept.slug]) + f"?other={gone.slug}"
            page = signed_in(both).get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
            assert ("Suspend the record in which nobody works" in page, "Merge the two records" in page) == (
                True,
                False,
            )
            assert "The other way round" not in page
    assert Organisation.objects.filter(slug__in=["haven", "invited", "housed", cast.kade.slug]).count() == 4


def test_a_suspended_record_and_one_that_is_not_are_merged_neither_way(cast, client_of):
    other = organisation("haven-twee", country="NG", kind="ngo", phone="+2349", visibility="public")
    actions.suspend(organisation=other, reason="Onbetrouwbaar", version=None, by=cast.directory)
    for kept, gone in ((cast.partner, other), (other, cast.partner)):
        with pytest.raises(Refused):
            merging.merge(kept=kept, other=gone, version=None, seen=None, by=cast.directory)
    assert Organisation.objects.filter(pk__in=[cast.partner.pk, other.pk]).count() == 2
    # the page says so before, with what to do, and offers no button
    why = "First end the suspension, or suspend the other one too"
    for kept, gone in ((cast.partner, other), (other, cast.partner)):
        address = reverse("organisations:organisation_merge", args=[kept.slug]) + f"?other={gone.slug}"
        for page in (
            client_of("directory").get(address, HTTP_ACCEPT_LANGUAGE="en"),
            client_of("directory").post(address, {}, HTTP_ACCEPT_LANGUAGE="en"),
        ):
            said = page.content.decode()
            assert (why in said, "Merge the two records" in said, "There will be one record" in said) == (
                True, False, False,
            )  # fmt: skip
    Organisation.objects.filter(pk=other.pk).update(suspended_at=None, suspended_by=None, suspended_reason="")
    said = client_of("directory").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert (why in said, "Merge the two records" in said) == (False, True)


def test_what_fewer_people_see_goes_up_in_what_more_see_and_tells_them_nothing(cast, client_of):
    other = organisation("haven-intern", country="NG", kind="ngo", phone="+2349", visibility="internal")
    other.sources.create(url="https://intern.example.test/", dated="2024")
    client = client_of("directory")

    def beside(kept, gone) -> str:
        address = reverse("organisations:organisation_merge", args=[kept.slug]) + f"?other={gone.slug}"
        return client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()

    # the other way round a public record would be gone: the page leads to this way
    with pytest.raises(Refused, match="seen by more people"):
        merging.merge(kept=other, other=cast.partner, version=None, seen=None, by=cast.directory)
    page = beside(other, cast.partner)
    assert ("Merge the two records" in page, f"/haven/merge/?other={other.slug}" in page) == (False, True)
    page = beside(cast.partner, other)
    assert ("nothing of what it says is taken over" in page, "Merge the two records" in page) == (True, True)

    said = {name: getattr(cast.partner, name) for name in DESCRIBING}
    row = merging.merge(kept=cast.partner, other=other, version=None, seen=None, by=cast.directory)
    assert {name: getattr(row, name) for name in DESCRIBING} == said
    visitor = Client().get("/organisations/haven/").content.decode()
    assert "2349" not in visitor and "intern.example" not in visitor
    # staff read in the history what it said
    history = client.get("/organisations/haven/history/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "+2349" in history and "https://intern.example.test/ 2024" in history


def test_a_merge_that_somebody_else_has_done_meanwhile_is_told(cast, client_of, monkeypatch):
    twin = organisation("haven-b", country="NG", kind="ngo", visibility="public")
    address = reverse("organisations:organisation_merge", args=["haven"]) + "?other=haven-b"
    client = client_of("directory")
    form = filled(client.get(address), "record_version")
    merge = merging.merge

    def slower(**given):
        """Both have opened the page, and the other one's button is the first."""
        merge(kept=cast.partner, other=twin, version=None, seen=None, by=cast.directory)
        return merge(**given)

    monkeypatch.setattr(merging, "merge", slower)
    answer = client.post(address, form, HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert answer.redirect_chain == [("/organisations/haven/", 302)]
    assert "This record was merged into another one" in answer.content.decode()


def test_what_was_typed_about_a_record_that_was_merged_away_is_kept_beside_the_other(cast, client_of):
    twin = organisation("haven-b", country="NG", kind="ngo", visibility="public", city="Jos")
    # as often changed as the other one will be after the merge: the number of its version says nothing
    Organisation.objects.filter(pk=twin.pk).update(version=cast.partner.version + 1)
    twin.refresh_from_db()
    client, address = client_of("directory"), reverse("organisations:organisation_change", args=["haven-b"])
    typed = filled(client.get(address), "city") | {"city": "Kano"}
    suggest = reverse("organisations:suggestion_make", args=["haven-b"])
    suggested = filled(client_of("caseworker").get(suggest), "remark") | {"phone": "+234 1 55", "remark": "Gebeld"}
    merging.merge(kept=cast.partner, other=twin, version=None, seen=None, by=cast.directory)
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    said = page.content.decode()
    assert (page.status_code, "was merged into “Haven” meanwhile" in said, 'value="Kano"' in said) == (200, True, True)
    assert 'action="/organisations/haven/edit/"' in said
    cast.partner.refresh_from_db()
    assert cast.partner.city != "Kano"
    # a suggestion is one about the record that there is
    client_of("caseworker").post(suggest, suggested)
    made = Suggestion.objects.order_by("-at")[0]
    assert (made.organisation, made.fields, made.remark) == (
        cast.partner, {"phone": [cast.partner.phone, "+234 1 55"]}, "Gebeld",
    )  # fmt: skip
    history = client.get(reverse("organisations:organisation_history", args=["haven-b"]))
    assert history.status_code == 200


def test_a_merge_that_was_done_or_overtaken_meanwhile_says_so(cast, client_of):
    other = organisation("haven-twee", country="NG", kind="ngo", visibility="public")
    address = reverse("organisations:organisation_merge", args=["haven"]) + f"?other={other.slug}"
    client = client_of("directory")
    opened = filled(client.get(address), "record_version")
    actions.change(organisation=other, values={"city": "Jos"}, version=None, by=cast.directory)
    page = client.post(address, opened, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("press again if it is still right" in page, "while you were typing" in page, "Jos" in page) == (
        True,
        False,
        True,
    )
    opened = filled(client.get(address), "record_version")
    assert client.post(address, opened).status_code == 302
    page = client.post(address, opened, HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert page.redirect_chain == [("/organisations/haven/", 302)]
    assert "That record has gone up in this one already." in page.content.decode()


@pytest.mark.parametrize(
    ("values", "led"),
    [({"visibility": "public"}, True), ({"visibility": "internal"}, False), ({"visibility": "partners"}, False)],
)
def test_the_old_address_of_a_record_leads_visitors_on_if_they_saw_it(values, led, cast, client_of):
    other = organisation("haven-twee", country="NG", kind="ngo", **values)
    merging.merge(kept=cast.partner, other=other, version=None, seen=None, by=cast.directory)
    answers = {who: client_of(who).get("/organisations/haven-twee/").status_code for who in ("visitor", "caseworker")}
    assert answers == {"visitor": 302 if led else 404, "caseworker": 302}


def test_who_suspends_a_record_that_is_merged_at_that_moment_reads_so_and_keeps_what_was_typed(
    cast, client_of, monkeypatch
):
    other = organisation("haven-twee", country="NG", kind="ngo", visibility="public")
    address = reverse("organisations:organisation_suspend", args=[other.slug])
    client = client_of("directory")
    typed = filled(client.get(address), "reason") | {"reason": "Bestaat niet meer"}
    found = verification.to_change

    def merged_after_it_was_found(*args, **kwargs):
        row = found(*args, **kwargs)
        merging.merge(kept=cast.partner, other=other, version=None, seen=None, by=cast.directory)
        return row

    monkeypatch.setattr(verification, "to_change", merged_after_it_was_found)
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    said = page.content.decode()
    assert (page.status_code, "This record was merged into another one" in said, "Bestaat niet meer" in said) == (
        200,
        True,
        True,
    )
