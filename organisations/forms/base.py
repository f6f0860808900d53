"""What every form here shares: it cleans, never saves; it carries the version it showed and the key of its submission."""

import base64
import dataclasses
import uuid
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from ..rules.audit import Verb
from .fields import DIRECTION, TURNED, Says, in_words, plain


def sent(request: HttpRequest) -> QueryDict | None:
    """What was typed, when the form was sent."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> MultiValueDict | None:
    """The files that were chosen, when the form was sent."""
    return request.FILES if request.method == "POST" else None


@dataclasses.dataclass
class Difference:
    """A field that somebody else filled in otherwise meanwhile: what the record says now, and what the person takes."""

    name: str
    label: Any
    now: str
    # Stands for what the person had typed when they were asked to choose.
    mark: str
    take_theirs: bool
    choice: bool


MINE, THEIRS = "mine", "theirs"
# What every form sends unseen.
UNSEEN = frozenset({"version", "submission", "shown", "changes_shown"})


class Form(forms.Form):
    """`row` fills the form from a record and puts its version into the page; a new form gets a submission key.

    `shown` tells, without telling the values, what the record said when the page was made. When somebody else saves in
    between, the page comes back with each field that they changed, and `keep_<field>` says whose answer counts.
    """

    required_css_class = "required"
    # Where the record is the case itself: what changes what stands here, and whether it may be told who did it.
    deeds: dict[Verb, bool] = {}
    # Where a page keeps what is typed before it is saved: its mark, and what was taken up from there.
    draft = ""
    taken_up: Any = None
    # Whether its fields are the same for everybody as long as nothing is in them: such fields are drawn once.
    alike = False
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    shown = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row=None, fill: bool = True, initial=None, **kwargs) -> None:
        """`fill=False`: only the version comes from the record, for a decision that is never filled in beforehand."""
        begin = {"submission": uuid.uuid4()}
        if row is not None:
            # never the key with which the record itself was sent in
            names = self.base_fields.keys() - {"submission"} if fill else {"version"}
            stored = {name: getattr(row, name) for name in names if hasattr(row, name)}
            begin = {name: value for name, value in stored.items() if value is not None}
        super().__init__(data, initial={**begin, **(initial or {})}, **kwargs)
        self.row, self.fill = row, fill
        # The case in which the record is looked at, where others reach it through another one.
        self.within: uuid.UUID | None = None
        self.stale = False
        self.differences: list[Difference] = []
        # Who saved the record last, when it differs and that is known: a row of the audit trail.
        self.saved: Any = None
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def untouched(self) -> bool:
        """Nothing was sent, nothing is filled in beforehand and nothing was taken up."""
        return not self.is_bound and self.row is None and self.initial.keys() == {"submission"}

    @property
    def sent_unseen(self) -> list[tuple[str, str, str | None]]:
        """Name, id and value of each hidden field; drawn as a widget, each took as long as a question to the database."""
        hidden = self.hidden_fields()
        return [(one.html_name, one.auto_id, one.field.widget.format_value(one.value())) for one in hidden]

    @property
    def seen(self) -> int:
        """The version of the record that the page showed; a page that showed none is stale."""
        version = self.cleaned_data.get("version")
        return -1 if version is None else version

    @property
    def is_new(self) -> bool:
        """Whether the page showed no record yet."""
        return self.cleaned_data.get("version") is None

    def renew(self) -> None:
        """Sent again it counts as another form."""
        self.put(submission=str(uuid.uuid4()))

    def put(self, **hidden: str) -> None:
        """Change what the page sends unseen, and keep what was typed."""
        data = cast(QueryDict, self.data).copy()
        for name, value in hidden.items():
            data[name] = value
        self.data = data

    def describe(self, **headings) -> None:
        """Put a heading above a field: `describe(city="Where to")`."""
        for name, heading in headings.items():
            self.fields[name].heading = heading  # type: ignore[attr-defined]  # read by templates/parts/form.html

    def values(self) -> dict:
        """What the person typed, without the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in UNSEEN}

    # --- two people at once

    def stored(self) -> dict[str, Any]:
        """What the record says, for each field that stands in it."""
        if self.row is None:
            return {}
        columns = {field.name: field.attname for field in self.row._meta.concrete_fields}
        return {name: getattr(self.row, columns[name]) for name in self.fields if name in columns.keys() - UNSEEN}

    def get_initial_for_field(self, field, field_name):
        if field_name != "shown" or "shown" in self.initial:
            return super().get_initial_for_field(field, field_name)
        empty = {
            name: self.get_initial_for_field(other, name) for name, other in self.fields.items() if name not in UNSEEN
        }
        return " ".join(f"{name}:{self.mark(name, value)}" for name, value in {**empty, **self.stored()}.items())

    def mark(self, name: str, value: Any) -> str:
        """Stands for a value of that field without telling it; the same whether it was stored or typed."""
        said = plain(bool(value) if isinstance(self.fields[name], forms.BooleanField) else value)
        made = salted_hmac("what a form showed", f"{type(self).__qualname__}|{name}|{said}", algorithm="sha256")
        return base64.urlsafe_b64encode(made.digest()[:12]).decode()

    def shown_marks(self) -> dict[str, str]:
        """What stood in each field when the page was made, each as its mark."""
        return dict(one.partition(":")[::2] for one in str(self.data.get("shown") or "").split())

    def typed(self, name: str) -> Any:
        """What the person typed into that field, as it would be stored; as it came where it is not right."""
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        try:
            return field.clean(raw)
        except ValidationError:
            return raw

    def changed_their_mind(self, name: str) -> bool:
        """Whether somebody chose the other answer and then went on typing their own: one of the two is not meant."""
        asked = self.data.get(f"mine_{name}")
        return self.data.get(f"keep_{name}") == THEIRS and asked not in {None, self.mark(name, self.typed(name))}

    def full_clean(self) -> None:
        """A field of which the person takes what the record says is cleaned as that; what they typed stays on the page."""
        taken = self.stored() if self.is_bound and self.fill else {}
        taken = {name: now for name, now in taken.items() if self.data.get(f"keep_{name}") == THEIRS}
        undecided = [name for name in taken if self.changed_their_mind(name)]
        widgets = {name: self.fields[name].widget for name in taken}
        for name, now in taken.items():
            self.fields[name].widget = Says(self.fields[name].prepare_value(now))
        try:
            super().full_clean()
        finally:
            for name, widget in widgets.items():
                self.fields[name].widget = widget
        for name in undecided:
            self.add_error(name, _("You chose theirs and changed yours as well. Choose once more which one counts."))
        for name, errors in self.errors.as_data().items():
            if any(error.code == TURNED for error in errors):
                self.put(**{self.add_prefix(name): self.data[self.add_prefix(name)].translate(DIRECTION)})

    def show_what_changed(self) -> None:
        """After somebody else saved first: what the record says now, beside what was typed, to choose; then saving counts."""
        self.stale = True
        if self.row is None:
            return
        row = type(self.row)._default_manager.get(pk=self.row.pk)
        # somebody may have put another row in its place
        self.row = row.latest() if hasattr(row, "latest") else row
        self.compare()
        self.put(version=str(self.row.version))

    def keep_choosing(self) -> None:
        """Shown again for another reason, what was to be chosen stays to be chosen."""
        if not self.stale and any(self.data.get(f"keep_{name}") for name in self.fields):
            self.compare()

    def compare(self) -> None:
        """Find each field that the record has otherwise than the person, because somebody else changed it.

        Theirs is the proposal where the person had left the field as the page showed it. Where the page does not say
        what it showed, everything that differs is to be chosen and the person's own is proposed.
        """
        # Split, not matched: a pattern over a long field without a mark would keep the server busy for hours.
        shown = self.shown_marks()
        self.differences = []
        for name, now in self.stored().items():
            theirs, mine = self.mark(name, now), self.mark(name, self.typed(name))
            chosen = self.data.get(f"keep_{name}") if self.fill else None
            if theirs == mine or (theirs == shown.get(name) and chosen != THEIRS):
                continue
            proposed = chosen == THEIRS if chosen in {MINE, THEIRS} else mine == shown.get(name)
            difference = Difference(
                name=name, label=self.fields[name].label, now=in_words(self.fields[name], now), mark=mine,
                take_theirs=proposed and not self.changed_their_mind(name), choice=self.fill,
            )  # fmt: skip
            self.differences.append(difference)
            self.fields[name].difference = difference  # type: ignore[attr-defined]  # read by templates/parts/form.html

    def take_up(self, typed: dict[str, list[str]], *, same_row: bool) -> None:
        """Fill the form as somebody left it; meant for another record than this one, it counts as changed since."""
        data = QueryDict(mutable=True)
        for name, values in typed.items():
            data.setlist(name, values)
        for name, field in self.fields.items():
            # with what the page showed then: the record may have been changed since
            if name != "submission" and not isinstance(field, forms.FileField):
                self.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), self.add_prefix(name))
        if self.row is not None and not same_row:
            self.initial["version"], self.initial["shown"] = 0, ""  # no record has it


def not_in_future(form: forms.Form, *names: str) -> None:
    """Days that have happened cannot lie ahead; at night the day before or after is left to the person."""
    for name in names:
        day = form.cleaned_data.get(name)
        if day is not None and day > timezone.localdate():
            form.add_error(name, _("This day is still to come. Type the day on which it happened."))


def needed(form: forms.Form, *names: str, why) -> None:
    """Fields that another answer makes necessary."""
    for name in names:
        if name not in form.errors and form.cleaned_data.get(name) in (None, "", []):
            form.add_error(name, why)
