"""The forms of a page as a browser finds them, and the forms of the whole house by walking its pages."""

import contextlib
import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import consent, people, provision, residence, task
from cases.models import PlaceHold, Placement, UnknownDestination
from cases.rules.consent import Purpose
from cases.rules.workflow import Stage
from organisations import sealing
from organisations.actions import shelter as houses
from organisations.models import Place, Shelter
from tests.cast import DAY, PASSWORD, PDF, asked_for, closed_case, consented, new_case, organisation
from tests.house.test_pages import PAGES, PERSONAS, address

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "circle"}
TYPED = {"text", "textarea", "email", "url", "search", "tel", "number"}
# What a page sends unseen: it may be renewed when the form comes back.
UNSEEN = {"version", "submission", "shown", "draft"}


class Node:
    """One element of a page."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: "Node | None") -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.inside: list[Node | str] = []

    def walk(self) -> Iterator["Node"]:
        yield self
        for piece in self.inside:
            if isinstance(piece, Node):
                yield from piece.walk()

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.inside)

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    def above(self) -> Iterator["Node"]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Node("page", {}, None)

    def handle_starttag(self, tag, attrs) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.inside.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag, attrs) -> None:
        self.here.inside.append(Node(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag) -> None:
        node = self.here
        while node is not self.root and node.tag != tag:
            node = node.parent
        if node is not self.root:
            self.here = node.parent

    def handle_data(self, data) -> None:
        self.here.inside.append(data)


def read(html: str) -> Node:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def told_on(answer) -> str:
    """What is read on a page, in one line."""
    return " ".join(read(answer.content.decode()).text.split())


def text(client, address: str, language: str = "en", **query) -> str:
    return told_on(client.get(address, query, HTTP_ACCEPT_LANGUAGE=language))


@dataclasses.dataclass
class Control:
    """One name in a form: what can be chosen, and what stands in it now."""

    name: str
    kind: str
    required: bool = False
    offered: list[str] = dataclasses.field(default_factory=list)
    values: list[str] = dataclasses.field(default_factory=list)
    nodes: list[Node] = dataclasses.field(default_factory=list)

    @property
    def typed(self) -> bool:
        return self.kind in TYPED

    @property
    def remembered(self) -> bool:
        """Whether the browser may keep what is typed here, for the next who sits down at it."""
        said = [[one.attrs.get("autocomplete") for one in (node, *node.above())] for node in self.nodes]
        return self.typed and any("off" not in around for around in said)


def beside(root: Node, field: str) -> str:
    """What is read beside a field: what describes it, and what its own wrapper says about it. Beside none, the whole page."""
    if not field:
        return " ".join(root.text.split())
    by_id = {node.attrs["id"]: node for node in root.walk() if "id" in node.attrs}
    part = re.compile(rf"{re.escape(field)}(_\d+)?")
    described: set[str] = set()
    for node in root.walk():
        if node.tag in {"input", "select", "textarea"} and part.fullmatch(node.attrs.get("name", "")):
            around = [node, *(outer for outer in node.above() if outer.tag == "fieldset")]
            described.update(key for one in around for key in one.attrs.get("aria-describedby", "").split())
    told = [by_id[key].text for key in sorted(described) if key in by_id]
    wrapper = by_id.get(f"div_id_{field}")
    if wrapper is not None:
        told += [node.text for node in wrapper.walk() if "invalid-feedback" in node.classes]
    return " ".join(" ".join(told).split())


@dataclasses.dataclass
class Found:
    """A form on a page."""

    page: str
    who: str
    action: str
    method: str
    multipart: bool
    controls: dict[str, Control]

    @property
    def target(self) -> str:
        return resolve(urlsplit(self.action).path).view_name

    @property
    def key(self) -> tuple:
        return self.target, self.method, tuple(sorted(self.controls)), self.is_of_a_record

    @property
    def is_of_a_record(self) -> bool:
        """Whether it shows a record to be changed."""
        return "version" in self.controls and self.controls["version"].values not in ([], [""])

    def values(self) -> dict[str, list[str]]:
        """What it would send as it stands."""
        return {name: list(c.values) for name, c in self.controls.items() if c.values and c.kind != "file"}


def forms_of(root: Node, page: str, who: str) -> list[Found]:
    found = []
    for form in (node for node in root.walk() if node.tag == "form" and node.attrs.get("method") != "dialog"):
        controls: dict[str, Control] = {}
        for node in form.walk():
            if node.tag in {"input", "select", "textarea", "button"} and "disabled" not in node.attrs:
                add_control(controls, node)
        controls.pop("csrfmiddlewaretoken", None)
        action = urljoin(page, form.attrs.get("action") or page)
        multipart = form.attrs.get("enctype") == "multipart/form-data"
        found.append(Found(page, who, action, form.attrs.get("method", "get"), multipart, controls))
    return found


def filled(answer, field: str) -> dict[str, list[str]]:
    """The form of a page that has this field, as it stands there."""
    [form] = [one for one in forms_of(read(answer.content.decode()), "", "") if field in one.controls]
    return form.values()


def add_control(controls: dict[str, Control], node: Node) -> None:
    name = node.attrs.get("name")
    if not name:
        return
    kind = node.attrs.get("type", "text") if node.tag in {"input", "button"} else node.tag
    control = controls.setdefault(name, Control(name, kind))
    control.nodes.append(node)
    control.required = control.required or "required" in node.attrs
    value = node.attrs.get("value", "")
    if kind == "select":
        options = [option for option in node.walk() if option.tag == "option"]
        control.offered = [option.attrs.get("value", option.text) for option in options]
        chosen = [option.attrs.get("value", option.text) for option in options if "selected" in option.attrs]
        control.values = chosen or control.offered[:1]
    elif kind in {"radio", "checkbox"}:
        control.offered.append(node.attrs.get("value", "on"))
        if "checked" in node.attrs:
            control.values.append(node.attrs.get("value", "on"))
    elif kind in {"submit", "button"}:
        control.offered.append(value)
        control.values = control.values or [value]
    elif kind == "textarea":
        control.values = [node.text.removeprefix("\r\n").removeprefix("\n")]
    else:
        control.values = [value]


def send(client: Client, form: Found, values: dict, **extra):
    """Send the form as a browser would; values may be raw bytes."""
    pairs = [(name, one) for name, several in values.items() for one in several]
    if form.method == "get":
        return client.get(form.action, QUERY_STRING=urlencode(pairs), **extra)
    if form.multipart:
        grouped: dict = {name: list(several) for name, several in values.items()}
        for name, control in form.controls.items():
            if control.kind == "file":
                grouped[name] = SimpleUploadedFile("Papier.pdf", PDF, "application/pdf")
        return client.post(form.action, grouped, **extra)
    return client.post(form.action, urlencode(pairs), content_type="application/x-www-form-urlencoded", **extra)


class Undone:
    """What happens inside is undone: the rows, and what the browser keeps."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __enter__(self):
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}
        self.around = contextlib.ExitStack()
        self.around.enter_context(sealing.fresh_keys())  # a key made inside is gone afterwards
        self.around.enter_context(transaction.atomic())

    def __exit__(self, *problem):
        transaction.set_rollback(True)
        self.around.close()
        self.client.cookies.clear()
        for name, value in self.cookies.items():
            self.client.cookies[name] = value


def errors_of(response) -> list[tuple[str, str]]:
    """(field, sentence) of everything that forms on this page refused, "" for what no field is to blame for."""
    contexts = response.context or []
    seen: dict[int, forms.BaseForm] = {}
    for layer in contexts:
        for values in getattr(layer, "dicts", [layer]):
            for value in values.values():
                if isinstance(value, forms.BaseForm) and value.is_bound:
                    seen[id(value)] = value
    return [
        ("" if name == "__all__" else name, str(sentence))
        for form in seen.values()
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]


# Who opens a page first, when several may.
ORDER = ("teamlead", "caseworker", "coordinator", "directory", "admin", "privacy", "visitor")


def who_opens(name: str) -> list[str]:
    answers = dict(zip(PERSONAS, PAGES[name].split(), strict=True))
    # of a restricted case alone; the table has one that is not
    answers |= {"teamlead": "200"} if name == "cases:case_reassign" else {}
    return [persona for persona in ORDER if answers[persona] == "200"]


def every_view() -> Iterator[tuple[str, Callable]]:
    def walk(patterns, prefix):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield prefix + pattern.name, pattern.callback
            else:
                yield from walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)

    return walk(get_resolver().url_patterns, "")


def takes_a_form(view: Callable) -> bool:
    """By its source, and that of what it leaves to others of its module: it reads what was sent.

    A class of the login library says so by taking what is sent.
    """
    if hasattr(view, "view_class"):
        return hasattr(view.view_class, "post")
    module, todo, seen = inspect.getmodule(inspect.unwrap(view)), [inspect.unwrap(view)], set()
    while todo:
        here = todo.pop()
        seen.add(here)
        if any(sign in inspect.getsource(here) for sign in READS):
            return True
        names = (getattr(module, name, None) for name in here.__code__.co_names)
        todo += [
            one for one in names if inspect.isfunction(one) and one.__module__ == module.__name__ and one not in seen
        ]
    return False


READS = ("sent(request)", "request.POST", "@require_POST", '"POST"')


class House:
    """Every form of the house, found by walking its pages: of a case with something in every room, and of a new one."""

    def __init__(self, cast, client_of) -> None:
        self.cast, self.client_of = cast, client_of
        self.new = new_case(cast.caseworker, working_name="Nieuw")
        hidden = new_case(cast.caseworker, working_name="Afgeschermd")
        self.hidden = case_actions.restrict(case=hidden, restricted=True, version=None, by=cast.teamlead)
        self.closed = closed_case(cast.caseworker, working_name="Dicht")
        to_do = {"title": "Gedaan", "due_on": timezone.localdate(), "for_user": None}
        task.finish(task=task.add(case=cast.case, **to_do, submission=None, by=cast.caseworker), by=cast.caseworker)

        today = timezone.localdate()
        granted = {"state": "granted", "granted_on": today - 20 * DAY, "latest_end": today + 60 * DAY}
        period = residence.record_reflection(case=cast.case, values=granted, submission=None, by=cast.caseworker)
        provision.record(reflection=period, what="lawyer", arranged=True, by=cast.caseworker)

        Placement.objects.filter(pk=cast.rows["stay"].pk).update(emergency=True)
        given = {"submission": None, "by": cast.caseworker}
        child = {"relation": "child", "name": "Kleintje", "age_group": "minor"}
        people.add_family_member(case=self.new, values=child, **given)
        # the house holds a place for whom it accepted
        room = Place.objects.create(shelter=Shelter.objects.get(slug="huis"), name="Kamer 4")
        PlaceHold.objects.create(case=cast.case, offer=cast.rows["own_offer"], place=room, created_by=cast.coordinator)

        # of Elders' request a house is asked already
        self.asked = asked_for(new_case(cast.outsider, working_name="Zoekt"), cast.outsider)

        self.away = UnknownDestination.objects.create(
            case=self.new, created_by=cast.caseworker, left_on=today - 5 * DAY, reported_by="police"
        )
        out = {"from_on": today, "until_on": None, "reason": "repair"}
        houses.put_out(place=Place.objects.get(name="Kamer 2"), values=out, submission=None, by=cast.teamlead)

        consented(self.new, Purpose.TRANSFER, cast.oever, by=cast.caseworker)
        given = consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
        self.twin = organisation("haven-twee", country="NG", kind="ngo", visibility="public")
        self.untold = consent.withdraw(consent=given, on=timezone.localdate(), version=None, by=cast.caseworker)

    def addresses(self, name: str) -> list[str]:
        """Where the page stands: in the table's circumstances, and in others that change its form."""
        first = address(name, self.cast)
        match = resolve(urlsplit(first).path)
        if name == "cases:consent_tell":
            return [reverse(name, args=[self.cast.case.reference, self.untold.pk])]
        if name == "cases:unknown_destination_back":
            return [reverse(name, args=[self.new.reference, self.away.pk])]
        if name == "cases:placement_offer_make":
            return [first, reverse(name, args=[self.asked.pk, "huis"])]
        if name == "cases:case_reassign":
            return [reverse(name, args=[self.hidden.reference])]
        if name == "organisations:organisation_merge":
            return [first, f"{first}?other={self.twin.slug}"]
        if "to" in match.kwargs:
            return [first, *(reverse(name, args=[self.new.reference, to]) for to in Stage)]
        if set(match.kwargs) == {"reference"}:
            return [first, reverse(name, args=[self.new.reference])]
        return [first]

    def page(self, who: str, where: str) -> Node | None:
        answer = self.client_of(who).get(where)
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        return read(answer.content.decode()) if is_page else None

    def forms(self, *, rooms: bool = True) -> list[Found]:
        """One of each: what it leads to, what it asks, and whether it changes a record or makes one.

        `rooms=False`: of pages that are for a form alone; on the others there are buttons, at most.
        """
        found: dict[tuple, Found] = {}
        for name, view in every_view():
            for who in who_opens(name) if rooms or takes_a_form(view) else ():
                for where in self.addresses(name):
                    root = self.page(who, where)
                    for form in forms_of(root, where, who) if root else []:
                        found.setdefault(form.key, form)
                # The next one looks where this one was not shown the form of the page.
                if not takes_a_form(view) or name in {form.target for form in found.values()}:
                    break
        return list(found.values())

    def again(self, form: Found) -> Iterator[Found]:
        """The same form in front of everybody who may open its page, in all its circumstances."""
        name = resolve(urlsplit(form.page).path).view_name
        for who in who_opens(name):
            for where in dict.fromkeys([form.page, *self.addresses(name)]):
                root = self.page(who, where)
                yield from (same for same in forms_of(root, where, who) if same.key == form.key) if root else ()

    def words(self) -> list[str]:
        """What can only be known: references."""
        proposed = self.cast.rows["erasure"].case
        return [self.closed.reference, proposed.reference]

    def right_answers(self, form: Found) -> tuple[Found, dict[str, list[str]], list] | None:
        """Somebody who may send the form, with answers that are taken, found as a person would: by what it says."""
        for same in self.again(form) if form.method == "post" else [form]:
            tries = {name: candidates(control, self.words()) for name, control in same.controls.items()}
            at = dict.fromkeys(tries, 0)
            for _ in range(12):
                values = {name: tries[name][min(at[name], len(tries[name]) - 1)] for name in tries}
                with Undone(self.client_of(same.who)):
                    answer = send(self.client_of(same.who), same, values)
                    errors = errors_of(answer)
                if answer.status_code == 302 or (answer.status_code == 200 and not errors):
                    return same, values
                if answer.status_code != 200:
                    break
                # what a correction changes is read before it is sent again
                shown = re.search(r'name="changes_shown" value="(\w+)"', answer.content.decode())
                if shown:
                    tries["changes_shown"] = [[shown[1]]]
                blamed = {name for name, _sentence in errors if name} or {
                    n for n in tries if same.controls[n].kind in {"text", "email", "textarea"}
                }
                for name in tries:
                    if name in blamed or re.sub(r"_\d+$", "", name) in blamed:
                        at[name] += 1
        return None


def candidates(control: Control, words: list[str]) -> list[list[str]]:
    """What a person would try in this field, in order."""
    now, kind = control.values, control.kind
    filled = [now] if now not in ([], [""]) else []
    if kind in {"hidden", "submit", "button"}:
        return [now]
    if kind == "file":
        return [[]]
    if kind == "password":
        return [[PASSWORD]]
    if kind == "email":
        return [*filled, ["iemand@example.test"], ["teamlead@example.test"]]
    if kind == "url":
        return [["https://example.test/"]]
    if kind == "number":
        return [now, ["2000"], ["5"]]
    if control.typed:
        today = f"{timezone.localdate():%d-%m-%Y}"
        return [*filled, [f"Tekst {control.name}"], [today], ["10:00"], [""], *([word] for word in words)]
    choices = [[value] for value in control.offered if value]
    if now and (now != [""] or not control.required):
        return [now, *(choice for choice in choices if choice != now)]
    return choices if control.required else [[], *choices]
