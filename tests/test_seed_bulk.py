"""The bulk of an invented world: true to its stages, found, opened, topped up, and whole batches or nothing."""

import collections
import datetime
import functools

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.demo import bulk, patterns, rows, short_stories, world
from cases.models import Case, Exploitation, Notice, Placement
from cases.models.facts import facts_of
from cases.rules.references import tidy
from cases.rules.workflow import Stage, blockers
from organisations import sealing
from organisations.models import AuditEvent, User
from organisations.sealing.fields import SealedTextField
from tests.conftest import signed_in
from tests.test_seed_demo import seed

TODAY = datetime.date(2026, 3, 4)


@pytest.fixture
def few(monkeypatch):
    """Nothing told beforehand, and the lives read once."""
    monkeypatch.setattr(bulk, "TOLD", 0)
    monkeypatch.setattr(bulk, "TIMES", 1)
    kept: dict = {}
    tell = patterns.told

    def once(lives, *args, **kwargs):
        if id(lives) not in kept:
            kept[id(lives)] = tell(lives, *args, **kwargs)
        return kept[id(lives)]

    monkeypatch.setattr(patterns, "told", once)


@pytest.fixture
def short(few, monkeypatch):
    """And only the shortest of them."""
    monkeypatch.setattr(short_stories, "OPEN", short_stories.OPEN[:2])
    monkeypatch.setattr(short_stories, "CLOSED", short_stories.CLOSED[:1])


def fill(numbers: range) -> None:
    with sealing.fresh_keys():
        bulk.fill(numbers, world=world.build(TODAY), seed=1, today=TODAY, processes=1, said=lambda _more: None)


def clear(model, *columns: str) -> list:
    return sorted(model.objects.values_list(*columns))


@pytest.mark.django_db
def test_the_bulk_is_true_to_its_stages_opens_and_is_found(few):
    seed(100)
    cases = list(Case.objects.select_related("victim"))
    assert collections.Counter(case.stage == "closed" for case in cases) == {True: 95, False: 5}
    with sealing.fresh_keys():
        assert {c.reference: blockers(Stage(c.stage), facts_of(c)) for c in cases} == {c.reference: [] for c in cases}
        assert all(case.reference == tidy(case.reference) for case in cases)
        every_text_opens()
        mine = next(case for case in cases if case.created_by.name.startswith("Medewerker Kade"))
        name = mine.victim.family_name
    client = signed_in(User.objects.get(email="teamlead@demo.test"))
    assert mine.reference in client.post(reverse("cases:case_search"), {"search": name}).content.decode()
    assert mine.reference in client.get(reverse("cases:case", args=[mine.reference])).content.decode()
    assert max(Case.objects.values_list("changed_at", flat=True)).date() < TODAY
    assert max(AuditEvent.objects.filter(verb="case_created").values_list("at", flat=True)).date() < TODAY
    # many live one life, and not at the same minutes; by day, as it was told
    hours = [timezone.localtime(at) for at in Case.objects.values_list("changed_at", flat=True)]
    assert len({(at.hour, at.minute) for at in hours}) > 70
    assert min(at.hour for at in hours) >= 7
    # a bed for some of those who are here, and no stay of long ago that fills a place
    assert set(Placement.objects.values_list("case__stage", flat=True)) - {"closed"}
    assert not Placement.objects.filter(case__stage="closed").exists()


def every_text_opens() -> None:
    for model in apps.get_app_config("cases").get_models():
        sealed = [field.attname for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]
        for row in model._base_manager.all() if sealed else ():
            assert all(getattr(row, name) != "" for name in sealed)


@pytest.mark.django_db
def test_topping_up_makes_the_difference_and_the_same_numbers_the_same_people(short):
    fill(range(40))
    before = set(Case.objects.values_list("reference", flat=True))
    facts = []
    for _again in range(2):
        with transaction.atomic():
            fill(range(40, 55))
            assert before <= set(Case.objects.values_list("reference", flat=True))
            facts.append(
                [
                    clear(Case, "reference", "stage", "created_at", "changed_at", "victim__birth_year", "victim__sex"),
                    clear(Notice, "case__reference", "notifier", "region", "received_on", "decision"),
                    clear(Exploitation, "case__reference", "forms", "control_means"),
                ]
            )
            transaction.set_rollback(True)
    assert facts[0] == facts[1]
    assert len(facts[0][0]) == 55


@pytest.mark.django_db
def test_what_fails_half_way_leaves_whole_batches(short, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 10)
    save = rows.Batch.save

    @functools.wraps(save)
    def breaks_at_the_third(batch):
        save(batch)
        if Case.objects.count() > 20:
            raise KeyboardInterrupt

    monkeypatch.setattr(rows.Batch, "save", breaks_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        fill(range(40))
    assert Case.objects.count() == 20


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_what_one_makes(short, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 10)
    built = world.build(TODAY)
    heard = []
    with sealing.fresh_keys():
        bulk.fill(range(45), world=built, seed=1, today=TODAY, processes=2, said=heard.append)
    assert (Case.objects.count(), sorted(heard)) == (45, [5, 10, 10, 10, 10])
