"""Who this is, the notices, identification, exploitation, the type of file and the reflection period."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import residence as residence_pages
from ..actions import intake as actions
from ..actions import residence
from ..forms.intake import (
    ExploitationForm,
    FileTypeForm,
    IdentificationForm,
    NoticeForm,
    ReflectionForm,
    VictimForm,
)
from ..glance import reported_or_cooperates
from ..models import Case
from ..rules.age import age_differs
from .lookups import abilities_on, cases_in_sight, get_case, get_row
from .pages import case_page, form_page


@page(Permission.IDENTITY_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_READ, room="intake")
    return case_page(
        request, case, "intake", "cases/intake/room.html",
        victim=case.victim,
        notices=list(case.notice_set.all()),
        identifications=list(case.identification_set.all()),
        exploitations=list(case.exploitation_set.all()),
        file_types=list(case.filetypeperiod_set.all()),
        turns_18_ahead=case.victim.turns_18_on is not None and case.victim.turns_18_on > timezone.localdate(),
        age_differs=age_differs(case.age_group, case.victim.turns_18_on, timezone.localdate()),
        reported=reported_or_cooperates(case),
        **residence_pages.around_reflection(
            case, abilities_on(request, case), seen=cases_in_sight(request, Permission.REGISTRATION_READ)
        ),
    )  # fmt: skip


def after(request: Request, case: Case) -> HttpResponse:
    """Back to the room, or to the list where the registration decision has just ended one's own part."""
    if cases_in_sight(request, Permission.IDENTITY_READ).filter(pk=case.pk).exists():
        return redirect("cases:intake", case.reference)
    return redirect("cases:case_list")


@page(Permission.IDENTITY_WRITE)
def change_victim(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="intake")
    form = VictimForm(sent(request), row=case.victim)
    form.within = case.pk
    if done(
        request,
        form,
        lambda: actions.change_victim(case=case, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:intake", case.reference)
    return form_page(
        request, case, "intake", form, title=_("Who is this?"),
        explanation=_("Everything may stay empty: a person can be helped, and registered, without any of it."),
    )  # fmt: skip


@page(Permission.IDENTITY_WRITE)
def record_notice(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="intake")
    form = NoticeForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.record_notice(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return after(request, case)
    return form_page(request, case, "intake", form, title=_("Record a notice"))


@page(Permission.IDENTITY_WRITE)
def change_notice(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="intake")
    notice = get_row(case.notice_set, pk)
    form = NoticeForm(sent(request), row=notice)
    if done(
        request,
        form,
        lambda: actions.change_notice(notice=notice, values=form.values(), version=form.seen, by=request.user),
    ):
        return after(request, case)
    return form_page(request, case, "intake", form, title=_("Change a notice"))


@page(Permission.IDENTITY_WRITE)
def record_identification(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="intake")
    form = IdentificationForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.record_identification(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:intake", case.reference)
    return form_page(request, case, "intake", form, title=_("Identification"))


@page(Permission.IDENTITY_WRITE)
def record_exploitation(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="intake")
    form = ExploitationForm(sent(request), initial=latest_exploitation(case))
    if done(
        request,
        form,
        lambda: actions.record_exploitation(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:intake", case.reference)
    return form_page(request, case, "intake", form, title=_("Exploitation"))


def latest_exploitation(case: Case) -> dict:
    """A new account begins with what the last one said."""
    last = case.exploitation_set.first()
    return (
        {name: getattr(last, name) for name in ("forms", "control_means", "countries", "place", "recruitment")}
        if last
        else {}
    )


@page(Permission.IDENTITY_WRITE)
def change_file_type(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="intake")
    form = FileTypeForm(sent(request), row=case)
    if done(
        request,
        form,
        lambda: actions.change_file_type(case=case, **form.values(), version=form.seen, by=request.user),
    ):
        return after(request, case)
    return form_page(request, case, "intake", form, title=_("Type of file"))


@page(Permission.REGISTRATION_WRITE)
def write_reflection(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.REGISTRATION_WRITE, room="intake")
    periods = list(case.reflectionperiod_set.all())
    period = next(iter(periods), None)
    form = reflection_form(request, case, period, before=periods[1:])

    def save() -> None:
        if period is None or form.is_new:
            residence.record_reflection(
                case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
            )
        else:
            residence.change_reflection(
                reflection=period, values=form.values(), version=form.seen, why=form.why, by=request.user
            )

    return reflection_page(request, case, form, save, title=_("Reflection period"))


@page(Permission.REGISTRATION_WRITE)
def another_reflection(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.REGISTRATION_WRITE, room="intake")
    form = reflection_form(request, case, None, before=list(case.reflectionperiod_set.all()))

    def save() -> None:
        residence.record_reflection(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], another=True, by=request.user
        )

    return reflection_page(request, case, form, save, title=_("Another reflection period"))


def reflection_form(request: Request, case: Case, period, *, before: list) -> ReflectionForm:
    form = ReflectionForm(sent(request), row=period)
    seen = cases_in_sight(request, Permission.REGISTRATION_READ)
    form.known = residence_pages.known_for_reflection(case, abilities_on(request, case), seen=seen, before=before)
    return form


def reflection_page(
    request: Request, case: Case, form: ReflectionForm, save: Callable[[], None], *, title: str
) -> HttpResponse:
    if done(request, form, save):
        return redirect("cases:intake", case.reference)
    return form_page(
        request, case, "intake", form, title=title,
        explanation=_("Record what the authorities decided. This program warns and reckons; it does not decide who has a right to what."),
    )  # fmt: skip
