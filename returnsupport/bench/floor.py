"""The floor: what the same page costs in Django when it asks one indexed question and knows nothing of who may see what.

Nothing is sealed, audited or kept from anybody here, and nobody but the benchmark reaches it (settings of its own).
"""

import csv
import datetime
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from cases.models import Case, FollowUp, Notice, Placement, PlacementBrief, ReflectionPeriod, Victim
from cases.rules.references import new_reference
from organisations.models import AuditEvent, BlindIndex, Organisation, Shelter
from organisations.sealing import index
from organisations.sealing.fields import Sealed

PAGE = 25


class SignedIn:
    """Who is signed in, asked as Django's own middleware and backend ask it, whatever backend signed them in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: self.asked(request))  # type: ignore[assignment]
        return self.get_response(request)

    def asked(self, request: HttpRequest) -> Any:
        """As `django.contrib.auth.get_user` does it, the check of the password's hash included."""
        user = ModelBackend().get_user(request.session[SESSION_KEY]) if SESSION_KEY in request.session else None
        if user is None:
            return AnonymousUser()
        known = constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        return user if known else AnonymousUser()


class NewCase(forms.Form):
    working_name = forms.CharField(max_length=60)
    age_group = forms.ChoiceField(choices=[("adult", "Adult"), ("minor", "Minor"), ("unknown", "Not known")])
    notifier = forms.CharField(max_length=20, required=False)
    danger_now = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
    bed_needed = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
    # by which the benchmark knows afterwards what it made
    submission = forms.UUIDField()


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"floor/{template}.html", context, using="floor")


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    cases = Case.objects.exclude(stage="closed").order_by("-changed_at", "-id")
    if stage := request.GET.get("stage"):
        cases = Case.objects.filter(stage=stage).order_by("-changed_at", "-id")
    if request.GET.get("closed"):
        cases = Case.objects.order_by("-changed_at", "-id")
    if after := request.GET.get("after"):
        at, _tilde, pk = after.partition("~")
        moment = datetime.datetime.fromisoformat(at)
        cases = cases.filter(
            Q(changed_at__lt=moment) | Q(changed_at=moment, id__lt=uuid.UUID(pk)), changed_at__lte=moment
        )
    return page(request, "list", cases=list(cases[:PAGE]))


def who_is_called(word: str) -> QuerySet:
    """Who bears this word in a name, spelled like this; of a short one, who bears a word that begins so."""
    kind = index.PREFIX if len(word) <= index.PREFIX_LETTERS else index.TOKEN
    return BlindIndex.objects.filter(kind=kind, token=index.hashed(kind, word)).values("subject_id")


@login_required
def search(request: HttpRequest) -> HttpResponse:
    cases = Case.objects.order_by("-changed_at", "-id")
    for word in index.words(request.POST["search"]):
        cases = cases.filter(victim_id__in=who_is_called(word))
    return page(request, "list", cases=list(cases[:PAGE]))


@login_required
def case(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(Case.objects.select_related("victim"), reference=reference)
    events = list(AuditEvent.objects.filter(case_id=found.pk).order_by("-at")[:PAGE])
    return page(request, "case", case=found, events=events)


@transaction.atomic
def create(by: Any, said: dict[str, Any]) -> Case:
    victim = Victim.objects.create(created_by=by)
    return Case.objects.create(
        victim=victim, created_by=by, reference=new_reference(), age_group=said["age_group"],
        working_name=Sealed(said["working_name"].encode()), danger_now=said["danger_now"] == "yes",
        bed_needed=said["bed_needed"] == "yes", submission=said["submission"],
    )  # fmt: skip


@login_required
def add(request: HttpRequest) -> HttpResponse:
    form = NewCase(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create(request.user, form.cleaned_data)
        except IntegrityError:
            # among a million, one reference in a thousand is somebody else's
            made = create(request.user, form.cleaned_data)
        return HttpResponseRedirect(f"/floor/cases/{made.reference}/")
    return page(request, "add", form=form)


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Five live aggregates over open cases."""
    is_open, soon = ~Q(case__stage="closed"), timezone.localdate() + datetime.timedelta(days=21)
    stages = Case.objects.exclude(stage="closed").values_list("stage").annotate(n=Count("victim", distinct=True))
    notices = Notice.objects.filter(is_open)
    facts = {
        "stages": list(stages.order_by("stage")),
        "notifiers": list(notices.values_list("notifier").annotate(n=Count("pk")).order_by("-n")),
        "regions": list(notices.values_list("region").annotate(n=Count("pk")).order_by("-n")),
        "reflection": ReflectionPeriod.objects.filter(
            is_open, state="granted", ended_on=None, latest_end__lte=soon
        ).count(),
        "follow_ups": FollowUp.objects.filter(is_open, done_on=None).count(),
    }
    return page(request, "dashboard", **facts)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The requests of a page, and how many places of each house nobody has; nothing is weighed."""
    waiting = (
        PlacementBrief.objects.filter(request__outcome="").select_related("request").order_by("request__created_at")
    )
    taken = Placement.objects.filter(until_at=None).values("place_id")
    free = Count("places", filter=~Q(places__in=taken))
    houses = Shelter.objects.select_related("organisation").annotate(free=free).order_by("name")
    return page(request, "board", briefs=list(waiting[:PAGE]), houses=list(houses))


def directory(request: HttpRequest) -> HttpResponse:
    found = Organisation.objects.filter(visibility="public").order_by("name", "id")
    if text := request.GET.get("q"):
        found = found.filter(Q(name__icontains=text) | Q(city__icontains=text))
    return page(request, "directory", organisations=list(found[:PAGE]))


COLUMNS = ("reference", "stage", "age_group", "file_type", "created_at", "changed_at")


class Echo:
    def write(self, text: str) -> str:
        return text


@login_required
def by_row(request: HttpRequest) -> StreamingHttpResponse:
    """Every open and closed case, one line after the other by the ORM."""
    writer = csv.writer(Echo())
    rows = Case.objects.order_by("-changed_at", "-id").values_list(*COLUMNS)[: int(request.GET["rows"])]
    return StreamingHttpResponse((writer.writerow(row) for row in rows.iterator(2_000)), content_type="text/csv")


@login_required
def by_copy(request: HttpRequest) -> StreamingHttpResponse:
    """The same, written by the database."""
    rows = int(request.GET["rows"])
    columns = ", ".join(COLUMNS)
    question = (
        f"COPY (SELECT {columns} FROM cases_case ORDER BY changed_at DESC, id DESC LIMIT {rows}) TO STDOUT (FORMAT csv)"  # noqa: S608 - names and a number of ours
    )

    def pieces() -> Iterator[bytes]:
        with connection.cursor() as cursor, cursor.copy(question) as reader:
            yield from (bytes(piece) for piece in reader)

    return StreamingHttpResponse(pieces(), content_type="text/csv")
