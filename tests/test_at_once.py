"""Many hands at the same moment, each in a transaction of its own: nothing is made twice, nothing is lost in silence."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from cases import exports
from cases.models import CaseExport
from organisations import sealing
from organisations.actions.base import Refused
from tests.cast import assemble
from tests.conftest import signed_in
from tests.forms import Found, House, Node, Undone, forms_of, read, send

TIMES = 10
# Every look and every deed is told, sessions come and go, and a key is made when it is first needed.
# Ten times logging in is ten browsers; whoever logs out or changes the password sends nothing after it.
APART = {"account_login", "account_logout", "account_change_password"}
BESIDE = {"organisations.AuditEvent", "sessions.Session", "organisations.DataKey"}


@pytest.fixture
def world(transactional_db, files_root):
    """The cast in rows that other connections see, and a browser for each of them."""
    with sealing.fresh_keys():
        cast = assemble()
        clients: dict = {}

        def client_of(persona: str) -> Client:
            if persona not in clients:
                clients[persona] = Client() if persona == "visitor" else signed_in(cast[persona])
            return clients[persona]

        yield House(cast, client_of), client_of


def twin(client: Client) -> Client:
    """Another window of the same browser."""
    other = Client()
    other.cookies = client.cookies.copy()
    return other


def at_the_same_time(*calls) -> list:
    """What each of them answers; all begin together."""
    gate = threading.Barrier(len(calls))

    def one(call):
        try:
            gate.wait(30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result() for done in [pool.submit(one, call) for call in calls]]


def counts() -> dict[str, int]:
    """How many rows of each kind there are."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in BESIDE
    }


def made(before: dict, after: dict) -> dict[str, int]:
    return {label: after[label] - before[label] for label in after if after[label] != before[label]}


# by hand: some of those that must be among them
EVERY_DAY = {
    "cases:case_add", "cases:notes", "cases:safety_assess", "cases:shelter_place", "cases:task_add", "cases:document_add",
    "cases:return_plan_write", "cases:case_assign", "cases:contact_add", "cases:consent_give", "cases:transfer_offer",
}  # fmt: skip


@pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_every_form_sent_ten_times_at_once_does_it_once(everything, world):
    """What one sending makes (each is sent once to see that, and undone) is what ten at the same moment make.

    Of every form in `make soak`, of those of every day always.
    """
    house, client_of = world
    wrong, tried = [], set()
    forms = [form for form in house.forms(rooms=False) if form.method == "post" and form.target not in APART]
    forms = [form for form in forms if everything or form.target in EVERY_DAY]
    # whoever was invited comes before the link is sent again
    for form in sorted(forms, key=lambda form: form.who != "visitor"):
        found = house.right_answers(form)
        if found is None:
            continue
        form, right = found
        client = client_of(form.who)
        before = counts()
        with Undone(client):
            send(client, form, right)
            once = made(before, counts())
        if not once:
            continue
        tried.add(form.target)
        answers = at_the_same_time(*[partial(status, twin(client), form, right) for _ in range(TIMES)])
        if made(before, counts()) != once or max(answers) >= 500:
            wrong.append((form.target, answers, once, made(before, counts())))
    assert wrong == []
    assert tried >= EVERY_DAY - {"cases:transfer_offer"}


def status(client: Client, form: Found, values: dict) -> int:
    return send(client, form, values).status_code


# --- two who change the same record


@pytest.mark.parametrize("pairs", [5, pytest.param(500, marks=pytest.mark.soak)])
def test_of_two_who_save_at_the_same_moment_the_second_sees_the_first_and_decides(world, pairs):
    house, client_of = world
    chance = random.Random(20261127)
    records = [record for form in house.forms(rooms=False) if (record := two_at(house, form))]
    assert {form.target for form, _others, _name in records} >= {
        "cases:case_change", "cases:contact_change", "cases:journey_write", "cases:return_plan_write",
        "cases:task_change", "organisations:organisation_change",
    }  # fmt: skip
    wrong = []
    for number in range(pairs):
        form, people, name = chance.choice(records)
        texts = [f"Van {who}, {number}" for who in people]
        windows = [twin(client_of(who)) for who in people]
        shown = [shown_to(window, form) for window in windows]
        sent = [{**page.values(), name: [text]} for page, text in zip(shown, texts, strict=True)]
        answers = at_the_same_time(*[partial(send, *one) for one in zip(windows, shown, sent, strict=True)])
        if sorted(answer.status_code for answer in answers) != [200, 302]:
            wrong.append((form.target, [answer.status_code for answer in answers]))
            continue
        second = next(place for place, answer in enumerate(answers) if answer.status_code == 200)
        root = read(answers[second].content.decode())
        differences = " ".join(node.text for node in root.walk() if node.attrs.get("id") == f"difference_{name}")
        back = same_form(root, form)
        if texts[1 - second] not in differences or back.values()[name] != [texts[second]]:
            wrong.append((form.target, "the second does not see the first, or lost what they typed"))
        if shown_to(windows[second], form).values()[name] != [texts[1 - second]]:
            wrong.append((form.target, "the first is lost"))
        if send(windows[second], back, back.values()).status_code != 302:
            wrong.append((form.target, "the second cannot save after looking"))
        elif shown_to(windows[second], form).values()[name] != [texts[second]]:
            wrong.append((form.target, "the second is lost"))
    assert wrong == []


def same_form(root: Node, form: Found) -> Found:
    return next(one for one in forms_of(root, form.action, form.who) if one.target == form.target)


def shown_to(client: Client, form: Found) -> Found:
    return same_form(read(client.get(form.page).content.decode()), form)


def two_at(house: House, form: Found) -> tuple | None:
    """The form of a record, two people who may change it, and a text in it; None where there is no such thing."""
    if not form.is_of_a_record:
        return None
    people = list(dict.fromkeys(same.who for same in house.again(form) if same.page == form.page))[:2]
    if len(people) < 2:
        return None
    for name in (name for name, control in form.controls.items() if control.kind in {"text", "textarea"}):
        with Undone(house.client_of(form.who)):
            taken = send(house.client_of(form.who), form, {**form.values(), name: ["Een tekst"]}).status_code == 302
            if taken and shown_to(house.client_of(form.who), form).values().get(name) == ["Een tekst"]:
                return form, people, name
    return None


# --- a limit that nobody passes by being many


def test_no_more_files_wait_than_may_however_many_are_asked_for_at_the_same_moment(world, monkeypatch):
    house, _client_of = world
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    CaseExport.objects.all().delete()
    lead = house.cast.teamlead

    def ask() -> bool:
        with sealing.fresh_keys():
            try:
                exports.ask(reason="", filters="", with_names=False, language="nl", submission=None, by=lead)
            except Refused:
                return False
        return True

    assert sum(at_the_same_time(*[ask] * TIMES)) == 5
    assert CaseExport.objects.waiting().count() == 5
