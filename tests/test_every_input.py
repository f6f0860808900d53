"""Whatever is typed into whatever form: never a fault, a sentence beside the field, nothing else lost, nothing changed.

Forms, fields and parameters are found on the pages; a new one is covered without a line here.
"""

import unicodedata
from urllib.parse import quote, urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db.models.signals import post_save
from django.http import QueryDict
from django.urls import resolve
from django.utils.functional import cached_property

from tests.forms import (
    UNSEEN,
    House,
    Undone,
    beside,
    errors_of,
    every_view,
    forms_of,
    read,
    send,
    takes_a_form,
    who_opens,
)
from tests.house.test_pages import PAGES

HOSTILE = {
    "NUL": "voor\0na",
    "half a pair": b"voor\xed\xa0\x80na",
    "direction": "voor\u202ena\u2066om\u2069",
    "Arabic and Tigrinya": "محمد النور ኣበበ ገብረ",
    "Vietnamese and emoji": unicodedata.normalize("NFD", "Nguyễn Ánh") + " 👩🏽‍👩🏽‍👧🏽‍👦🏽🇪🇷",
    "the last day": "9999-12-31",
    "no day": "29-02-1900",
}
STRANGE = {unicodedata.normalize("NFC", text) for text in HOSTILE.values() if isinstance(text, str)}
# Within one sending the fields of a form take turns in these; in `make soak` every field meets every one of them.
IN_TURNS = (
    ("NUL", "half a pair", "direction"),
    ("Arabic and Tigrinya", "Vietnamese and emoji"),
    ("the last day", "no day"),
)
MEGABYTE = "a" * 1_000_000
# Those that the one choosing or the page itself would never send.
FORGED = ("NUL", "the last day")
IN_PATHS = ("NUL",)


# Forms that nobody here can send with right answers, and why; what is wrong is refused by them all the same.
NEVER_RIGHT = {
    "mfa_activate_totp": "wants the code of an app",
    "mfa_generate_recovery_codes": "wants a second step",
}


# Pages of the login library whose form is shown in circumstances that the invented people are not in, and why.
UNDO = "a button with nothing to type, for ten minutes after an end"
ELSEWHERE = {
    "account_signup": "closed",
    "account_confirm_email": "by a link from a mail",
    "account_confirm_login_code": "nobody logs in by a code",
    "account_reset_password_from_key": "by a link from a mail",
    "account_set_password": "everybody has a password",
    "mfa_authenticate": "nobody has a second step",
    "mfa_reauthenticate": "nobody has a second step",
    "mfa_deactivate_totp": "nobody has a second step",
    "usersessions_list": "nobody has a second browser",
    "organisations:session_end": "nobody has a second browser",
    "cases:draft_keep": "sent by the script",
    "cases:draft_throw_away": "nothing was typed before",
    "organisations:organisation_verify": "a button on the page of a record that is no tenant",
    "cases:care_undo": UNDO,
    "cases:case_reassign_undo": UNDO,
    "cases:case_unassign_undo": UNDO,
    "cases:participation_end_undo": UNDO,
    "cases:shelter_end_undo": UNDO,
    "cases:shelter_order_undo": UNDO,
}


@pytest.fixture
def house(cast, client_of):
    return House(cast, client_of)


def text_of(raw: bytes | str) -> str:
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
    return unicodedata.normalize("NFC", text).strip()


class Saved:
    """The rows that are saved while it listens."""

    def __enter__(self):
        self.rows: dict = {}
        post_save.connect(self.hear)
        return self

    def __exit__(self, *problem):
        post_save.disconnect(self.hear)

    def hear(self, sender, instance, **kwargs) -> None:
        self.rows[sender, instance.pk] = None

    def texts(self) -> set[str]:
        """Every text in them, read again."""
        found = set()
        for model, pk in self.rows:
            row = model._default_manager.filter(pk=pk).first()
            for field in model._meta.concrete_fields if row else []:
                found.update(texts_in(getattr(row, field.attname)))
        return found


def texts_in(value) -> list[str]:
    """The texts of a column, also inside lists and what is kept as JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


class Sender:
    """Sends a form with something strange in it, and says what is wrong with the answer."""

    def __init__(self, house: House) -> None:
        self.house, self.wrong = house, []

    def blame(self, form, what: str, problem: str) -> None:
        self.wrong.append(f"{form.target} ({form.who}), {what}: {problem}")

    def send(self, form, values: dict, what: str) -> dict[str, list[str]] | None:
        """The sentences by field; None when it was taken."""
        client = self.house.client_of(form.who)
        with Undone(client), Saved() as saved:
            answer = send(client, form, values)
            if answer.status_code not in {200, 302}:
                self.blame(form, what, f"answers {answer.status_code}")
                return None
            if answer.status_code == 302:
                self.see_round_trip(form, values, what, saved.texts(), client, answer["Location"])
                return None
            errors: dict[str, list[str]] = {}
            for name, sentence in errors_of(answer):
                errors.setdefault(name, []).append(sentence)
            if "text/html" in answer["Content-Type"]:
                self.see_sentences(form, values, what, errors, read(answer.content.decode()))
        return errors

    def see_sentences(self, form, values, what, errors, root) -> None:
        for name, sentences in errors.items():
            hidden = name and form.controls.get(name) and form.controls[name].kind == "hidden"
            where = beside(root, "" if hidden else name)
            for sentence in sentences:
                if " ".join(sentence.split()) not in where:
                    self.blame(form, what, f"nothing beside {name}: {sentence[:80]}")
        ids = {node.attrs.get("id") for node in root.walk()}
        for box in (node for node in root.walk() if node.attrs.get("id") == "errors"):
            for link in (node for node in box.walk() if node.tag == "a"):
                if link.attrs["href"].removeprefix("#") not in ids:
                    self.blame(form, what, f"a sentence leads nowhere: {link.attrs['href']}")
        same = [again for again in forms_of(root, form.action, form.who) if again.target == form.target]
        same = [again for again in same if form.controls.keys() - UNSEEN <= again.controls.keys()]
        if not same:
            self.blame(form, what, "the form does not come back")
        for name, control in same[0].controls.items() if same else ():
            refused = any(name == field or name.startswith(f"{field}_") for field in errors if field)
            if control.kind == "checkbox" and len(control.offered) == 1:
                continue  # ticked, whatever it says
            if refused or name in UNSEEN or name not in values or control.kind in {"password", "file", "submit"}:
                continue
            if sorted(map(text_of, control.values)) != sorted(map(text_of, values[name])):
                self.blame(form, what, f"{name} is not kept: {control.values} instead of {values[name]}"[:200])

    def see_round_trip(self, form, values, what, texts, client, where) -> None:
        strange = {text_of(several[0]) for several in values.values() if several} & STRANGE
        for name, several in values.items():
            text = text_of(several[0]) if form.controls[name].typed else ""
            if text in strange and text not in texts:
                self.blame(form, what, f"{name} was taken and is not kept as typed")
        if not strange:
            return
        shown = client.get(where)
        if shown.status_code >= 500:
            self.blame(form, what, f"{where} answers {shown.status_code} afterwards")
        if form.is_of_a_record:
            pages = [read(client.get(form.page).content.decode())]
            for again in (f for root in pages for f in forms_of(root, form.page, form.who) if f.key == form.key):
                for name, control in again.controls.items():
                    # a decision is never filled in beforehand
                    comes_back = control.typed and any(control.values)
                    if comes_back and list(map(text_of, control.values)) != list(map(text_of, values[name])):
                        self.blame(form, what, f"{name} comes back as {control.values}")


def of_kind(form, values, *kinds: str) -> list[str]:
    return [name for name in values if form.controls[name].kind in kinds]


def batches(everything: bool) -> tuple[tuple[str, ...], ...]:
    return tuple((what,) for what in HOSTILE) if everything else IN_TURNS


@pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_whatever_is_typed_is_kept_or_refused_with_a_sentence(everything, house):
    sender, never_right = Sender(house), set()
    forms = house.forms()
    for turn, form in enumerate(form for form in forms if form.method == "post"):
        found = house.right_answers(form)
        if found is None:
            never_right.add(form.target)
        form, right = found or (form, form.values())
        typed = [name for name, control in form.controls.items() if control.typed]
        passwords = [[name] for name in of_kind(form, right, "password")]
        chosen = of_kind(form, right, "select", "radio", "checkbox", "submit")
        unseen = of_kind(form, right, "hidden")
        kinds = batches(everything)
        for batch in (kinds if everything else kinds[turn % len(kinds) :][:1]) if typed else ():
            texts = {name: [HOSTILE[batch[(turn + place) % len(batch)]]] for place, name in enumerate(typed)}
            refused = sender.send(form, {**right, **texts}, " and ".join(batch))
            if refused and not set(typed) <= refused.keys():
                # what was refused is put right: the rest is taken now
                mended = {name: right[name] for name in typed if name in refused}
                sender.send(form, {**right, **texts, **mended}, " and ".join(batch))
        for names in filter(None, ([*chosen, *unseen], *passwords)):
            for what in FORGED if everything else (FORGED[turn % 2],):
                sender.send(form, {**right, **{name: [HOSTILE[what]] for name in names}}, f"{what} in {names}")
        # no more than four at once: all that is sent together has a limit too
        much = [*typed, *chosen[:1], *unseen[:1], *of_kind(form, right, "password")]
        groups = [much[place : place + 4] for place in range(0, len(much), 4)]
        one = [[much[turn % len(much)]]] if much else []
        for names in groups if everything else one:
            sender.send(form, {**right, **{name: [MEGABYTE] for name in names}}, f"a megabyte in {names}")
    assert sender.wrong == []
    # what is typed about a person is suggested to nobody who sits down at the same browser, and a list that one comes
    # back to stands beside its own filters
    ours = [form for form in forms if ":" in form.target]
    assert {(form.target, name) for form in ours for name, one in form.controls.items() if one.remembered} == set()
    assert never_right == set(NEVER_RIGHT)
    reached = {form.target for form in forms}
    assert {name for name, view in every_view() if takes_a_form(view)} - reached == set(ELSEWHERE)


class Asked(QueryDict):
    """The parameters of an address, and which of them the page asked for."""

    names: set[str] = set()

    def __contains__(self, name) -> bool:
        self.names.add(name)
        return super().__contains__(name)

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)

    def getlist(self, name, default=None):
        self.names.add(name)
        return super().getlist(name, default)


@pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_whatever_stands_in_an_address_is_no_fault(everything, house, monkeypatch):
    """Every parameter that a page asks for, found by listening, and every changing part of a path.

    In `make test` the parts of the path in every third page: they all come to the same door.
    """
    monkeypatch.setattr(
        WSGIRequest, "GET", cached_property(lambda request: Asked(request.META.get("QUERY_STRING", "")))
    )
    WSGIRequest.GET.__set_name__(WSGIRequest, "GET")
    wrong, asked = [], set()
    for number, name in enumerate(PAGES):
        for who in who_opens(name)[:1]:
            where, client = house.addresses(name)[0], house.client_of(who)
            with Undone(client):
                Asked.names.clear()
                client.get(where)
                parameters = sorted(Asked.names)
                asked.update(parameters)
                for parameter in parameters:
                    for what, text in {**HOSTILE, "a megabyte": MEGABYTE}.items():
                        answer = client.get(where, QUERY_STRING=urlencode({parameter: text}))
                        wrong += refused_well(answer, f"{name} ({who}) ?{parameter}, {what}")
            for part in (
                map(str, resolve(where.partition("?")[0]).kwargs.values()) if everything or number % 3 == 0 else ()
            ):
                for what, text in {**{name: HOSTILE[name] for name in IN_PATHS}, "much": "a" * 4000}.items():
                    answer = client.get(where.replace(f"/{part}/", f"/{quote(text, safe='')}/"))
                    if answer.status_code >= 500:
                        wrong.append(f"{name} ({who}) {what} for {part}: {answer.status_code}")
    assert wrong == []
    # by hand: what the listening must hear at least
    assert asked >= {"q", "country", "stage", "mine", "after", "before", "person", "since", "organisation", "reference"}


def refused_well(answer, what: str) -> list[str]:
    if answer.status_code not in {200, 302, 404}:
        return [f"{what}: {answer.status_code}"]
    if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
        return []
    root = read(answer.content.decode())
    told = [(name, sentence) for name, sentence in errors_of(answer) if name not in hidden_in(root)]
    return [
        f"{what}: nothing beside {name}: {sentence[:60]}"
        for name, sentence in told
        if " ".join(sentence.split()) not in beside(root, name)
    ]


def hidden_in(root) -> set[str]:
    """Parameters that no field shows: links alone carry them."""
    shown = {node.attrs.get("name") for node in root.walk() if node.tag in {"input", "select", "textarea"}}
    return {"after", "before"} - shown
