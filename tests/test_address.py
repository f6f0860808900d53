"""Where a house is leaves it by one way: the click that is kept. Of pages the table of test_pages.py holds the same."""

import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cases import exports
from cases.actions import placement_offer as offers
from cases.models import PlacementOffer
from organisations.models import AuditEvent, Place, Shelter
from organisations.sealing import files
from tests.cast import DAY, asked_for, new_case
from tests.house.test_pages import PAGES, PERSONAS, address

SECRET = "Geheime gracht"
REVEAL = {"organisations:shelter_reveal", "cases:placement_offer_address"}


@pytest.fixture
def placed(cast):
    """Somebody was placed in the house just now, and is brought by who asked."""
    house = Shelter.objects.get(slug="huis")
    house.takes = ["women"]
    house.save()
    asked = asked_for(new_case(cast.outsider, working_name="Merel"), cast.outsider)
    values = {"holds_until": timezone.now() + DAY, "remark": None, "nevertheless": None, "agreed_on": None}
    made = offers.offer(
        request=asked, house=house, places=[Place.objects.get(name="Kamer 2")], values=values, submission=None,
        by=cast.coordinator,
    )  # fmt: skip
    return offers.accept(offer=made, escort=True, version=None, by=cast.caseworker)


def test_no_file_no_mail_and_no_log_says_where_a_house_is(cast, client_of, placed, tmp_path, caplog):
    said = io.StringIO()
    call_command("send_reminders", stdout=said)
    file = tmp_path / "organisations.csv"
    call_command("export_organisations", str(file), stdout=said)
    asked = {"reason": "Overleg", "filters": "", "with_names": True, "language": "nl", "submission": None}
    export = exports.ask(**asked, by=cast.teamlead)
    export.refresh_from_db()
    kept = files.read(export.file, owner=export.file_owner, context=export.file_context).decode("utf-8-sig")
    week = client_of("teamlead").get(reverse("cases:occupancy_week_file")).content.decode()
    client_of("teamlead").post(reverse("organisations:shelter_reveal", args=["huis"]))
    client_of("outsider").post(reverse("cases:placement_offer_address", args=[placed.pk]))
    mails = "".join(f"{one.message()}" for one in mail.outbox)
    trail = "".join(str(row) for row in AuditEvent.objects.values())
    everything = [said.getvalue(), file.read_text(), kept, week, mails, trail, caplog.text]
    assert all(everything[1:4]) and mails
    assert [SECRET in one for one in everything] == [False] * 7


@pytest.mark.parametrize("persona", ["caseworker", "teamlead", "coordinator", "outsider"])
def test_no_answer_to_anything_that_is_sent_says_it_either(cast, client_of, placed, persona):
    client = client_of(persona)
    for name in PAGES:
        if name not in REVEAL and name.startswith(("cases:", "organisations:")):
            assert SECRET.encode() not in b"".join(client.post(address(name, cast))), name


def test_the_reveal_is_for_those_two_and_for_a_day(cast, client_of, placed):
    where = reverse("cases:placement_offer_address", args=[placed.pk])

    def who_reads() -> set[str]:
        answers = {persona: client_of(persona).post(where) for persona in PERSONAS}
        return {persona for persona, answer in answers.items() if SECRET.encode() in b"".join(answer)}

    assert who_reads() == {"coordinator", "outsider"}
    before = AuditEvent.objects.filter(verb="shelter_address_revealed").count()
    assert before == 2
    PlacementOffer.objects.filter(pk=placed.pk).update(answered_at=timezone.now() - DAY)
    assert who_reads() == set()
    assert AuditEvent.objects.filter(verb="shelter_address_revealed").count() == before
