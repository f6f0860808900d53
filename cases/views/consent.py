"""Consents of a case: who may know what, on what ground, and what was withdrawn."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import consents
from ..actions import consent as actions
from ..forms.consent import ConsentForm, ToldForm, WithdrawConsentForm
from ..models import Case
from ..rules.consent import RULES, Purpose
from .lookups import abilities_on, cases_in_sight, get_case, get_row
from .pages import case_page, form_page


@page(Permission.SUPPORT_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="consents")
    return case_page(request, case, "consents", "cases/consent/room.html", **consents.of_case(case))


def wanted(purpose: str) -> Purpose:
    """Raises Http404 for what is no purpose."""
    if purpose not in RULES:
        raise Http404
    return Purpose(purpose)


def form_for(request: Request, case: Case, purpose: Purpose, *, row=None) -> ConsentForm:
    return ConsentForm(
        sent(request),
        row=row,
        purpose=purpose,
        recipients=None if row else consents.recipients(case, purpose),
        documents=case.document_set.filter(kind="consent", withdrawn_at=None),
        may_override=Permission.CONSENT_OVERRIDE in abilities_on(request, case),
        initial={"document": str(row.document_id or "")}
        if row
        else {"explained_by": request.user.name, "recipient": request.GET.get("recipient", "")},
    )


@page(Permission.SUPPORT_WRITE)
def give(request: Request, reference: str, purpose: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="consents")
    rule = RULES[wanted(purpose)]
    form = form_for(request, case, wanted(purpose))

    def save() -> None:
        actions.give(
            case=case,
            purpose=wanted(purpose),
            recipient=form.who(),
            values=form.values(),
            submission=form.cleaned_data["submission"],
            by=request.user,
        )

    if done(request, form, save):
        return redirect("cases:consents", case.reference)
    return form_page(
        request, case, "consents", form, title=_("Record a consent"), template="cases/consent/form.html", rule=rule
    )


@page(Permission.SUPPORT_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="consents")
    row = get_row(case.consent_set.select_related("recipient"), pk)
    form = form_for(request, case, Purpose(row.purpose), row=row)
    if done(
        request,
        form,
        lambda: actions.change(consent=row, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:consents", case.reference)
    return form_page(
        request, case, "consents", form, title=_("Change a consent"), template="cases/consent/form.html",
        rule=row.rule, consent=row,
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def withdraw(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="consents")
    row = get_row(case.consent_set.select_related("recipient"), pk)
    form = WithdrawConsentForm(sent(request), row=row, fill=False)
    if done(
        request,
        form,
        lambda: actions.withdraw(consent=row, on=form.cleaned_data["withdrawn_on"], version=form.seen, by=request.user),
        said=_("Withdrawn. Now tell those who received information."),
    ):
        still_seen = cases_in_sight(request, Permission.SUPPORT_READ).filter(pk=case.pk).exists()
        return redirect(reverse("cases:consents", args=[case.reference]) if still_seen else reverse("cases:case_list"))
    return form_page(
        request, case, "consents", form, title=_("A consent is withdrawn"), submit=_("Record the withdrawal"),
        template="cases/consent/form.html", rule=row.rule, consent=row, ends=True,
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def tell(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="consents")
    row = get_row(case.consent_set.select_related("recipient"), pk)
    form = ToldForm(sent(request), row=row, fill=False)
    if done(
        request,
        form,
        lambda: actions.tell(consent=row, on=form.cleaned_data["told_on"], version=form.seen, by=request.user),
    ):
        return redirect("cases:consents", case.reference)
    return form_page(
        request, case, "consents", form, title=_("Tell who received information"), submit=_("Record that it was told"),
        explanation=_("Tell them that the consent was withdrawn, and ask what they do with what they have."),
        subject=row.recipient.name if row.recipient else row.rule.name,
    )  # fmt: skip
