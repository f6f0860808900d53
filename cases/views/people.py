"""The people of a case: family members, and contacts to phone or never to tell."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import people as actions
from ..forms.people import ContactForm, FamilyMemberForm
from .lookups import get_case, get_row
from .pages import case_page, form_page


@page(Permission.IDENTITY_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_READ, room="people")
    return case_page(request, case, "people", "cases/people/room.html", family=list(case.familymember_set.all()))


@page(Permission.IDENTITY_WRITE)
def add_family_member(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="people")
    form = FamilyMemberForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.add_family_member(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:people", case.reference)
    return form_page(request, case, "people", form, title=_("Add a family member"))


@page(Permission.IDENTITY_WRITE)
def change_family_member(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.IDENTITY_WRITE, room="people")
    person = get_row(case.familymember_set, pk)
    form = FamilyMemberForm(sent(request), row=person)
    if done(
        request,
        form,
        lambda: actions.change_family_member(person=person, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:people", case.reference)
    return form_page(request, case, "people", form, title=_("Change a family member"))


@page(Permission.SUPPORT_READ)
def contacts(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="contacts")
    everyone = list(case.casecontact_set.all())
    return case_page(
        request, case, "contacts", "cases/people/contacts.html",
        current=[c for c in everyone if c.until_on is None], former=[c for c in everyone if c.until_on is not None],
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def add_contact(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="contacts")
    form = ContactForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.add_contact(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:contacts", case.reference)
    return form_page(request, case, "contacts", form, title=_("Add a contact"))


@page(Permission.SUPPORT_WRITE)
def change_contact(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="contacts")
    contact = get_row(case.casecontact_set, pk)
    form = ContactForm(sent(request), row=contact)
    if done(
        request,
        form,
        lambda: actions.change_contact(contact=contact, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:contacts", case.reference)
    return form_page(request, case, "contacts", form, title=_("Change a contact"))


@page(Permission.SUPPORT_WRITE)
def end_contact(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="contacts")
    contact = get_row(case.casecontact_set, pk)
    form = Form(sent(request), row=contact)
    if done(
        request,
        form,
        lambda: actions.end_contact(contact=contact, version=form.seen, by=request.user),
    ):
        return redirect("cases:contacts", case.reference)
    return form_page(
        request, case, "contacts", form, title=_("End a contact"), submit=_("End this contact"),
        explanation=_("The contact moves to “formerly” and is no longer shown at the top of the case. Nothing is deleted."),
        subject=contact.name,
    )  # fmt: skip
