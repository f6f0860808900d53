"""Fields that are drawn once are the same as those drawn each time, and hold nothing that anybody typed."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from cases.forms.conversation import NoteForm
from organisations.forms.base import Form
from returnsupport.templatetags.twice import fields_as_they_open


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_remembered_is_what_would_be_drawn(language):
    with translation.override(language):
        assert fields_as_they_open(NoteForm()) == render_to_string("parts/fields.html", {"form": NoteForm()})
        assert str(NoteForm().fields["text"].label) in fields_as_they_open(NoteForm())


def test_a_form_with_something_in_it_is_drawn_anew():
    assert fields_as_they_open(NoteForm({"text": "Iets"})) == ""
    assert fields_as_they_open(NoteForm(initial={"text": "Iets"})) == ""
    taken_up = NoteForm()
    taken_up.take_up({"text": ["Iets"]}, same_row=True)
    assert fields_as_they_open(taken_up) == ""


def test_a_form_that_is_not_alike_for_everybody_is_never_remembered():
    class Other(Form):
        pass

    assert fields_as_they_open(Other()) == ""


def test_what_one_person_typed_stands_on_nobody_elses_page(cast, client_of):
    notes = reverse("cases:notes", args=[cast.case.reference])
    assert client_of("caseworker").post(notes, {"text": "Alleen hier", "areas": "nergens"}).status_code == 200
    for persona in ("teamlead", "caseworker"):
        page = client_of(persona).get(reverse("cases:case", args=[cast.case.reference]))
        assert page.status_code == 200
        assert "Alleen hier" not in page.text
