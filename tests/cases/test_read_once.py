"""What a page reads once of a case belongs to its reader and to that page."""

from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Participation
from cases.models.case import ReadOnce
from cases.models.facts import facts_of
from cases.views import lookups
from tests.cast import takes_part


def test_what_a_transfer_hid_from_the_reader_is_not_hidden_from_the_stage(cast):
    """The stage goes by what the lead organisation knows, whatever the reader of the page read before."""
    case = Case.objects.get(pk=cast.case.pk)
    case.hidden_before, case.read = {"safe_future": timezone.now()}, ReadOnce(case.pk)
    assert case.conversations_now() == []
    assert facts_of(case).conversation_held_or_declined
    assert case.conversations_now() == []


def test_whose_last_part_ends_at_that_moment_opens_nothing(cast, client_of, monkeypatch):
    part = takes_part(cast.case, cast.oever, "support")
    Participation.objects.filter(pk=part.pk).update(hidden_before={"notes": timezone.now().isoformat()})
    client, notes = client_of("outsider"), reverse("cases:notes", args=[cast.case.reference])
    assert client.get(notes).status_code == 200

    class EndedMeanwhile:
        @property
        def objects(self):
            Participation.objects.filter(pk=part.pk).update(until_at=timezone.now())
            return Participation.objects

    monkeypatch.setattr(lookups, "Participation", EndedMeanwhile())
    assert client.get(notes).status_code == 404
