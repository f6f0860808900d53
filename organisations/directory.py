"""What the directory can show: the search, its counts, and what is due for checking."""

import contextlib
import re
import uuid

from django.db import connection
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from .forms.asked import AFTER
from .forms.directory import FilterForm
from .models import Organisation, OrganisationChange, OrganisationSource, Suggestion
from .models.search_text import call, same_keys
from .rules.directory import CHECK_AFTER, EVERYONE, TARGET_GROUPS, Checked, Due, Visibility
from .rules.text import BEFORE_A_NUMBER, PART_OF_A_NUMBER, dialled, without_country
from .sealing.index import latin, words

MOST_WORDS = 10
# The id of no record: signs alone ("+", "#") stand in none.
NOBODY = uuid.UUID(int=0)
TEXT = CharField()
# Put together once: the list asks it on each page.
HAS_A_PAGE = Exists(OrganisationSource.objects.filter(organisation=OuterRef("pk"), url__gt=""))


def checked_when(state: Checked) -> Q:
    """What makes a record count as checked like that; the same as Organisation.checked says of one."""
    year_ago = timezone.localdate() - CHECK_AFTER
    if state is Checked.WITHIN_A_YEAR:
        return Q(verified_on__gt=year_ago)
    if state is Checked.LONGER_AGO:
        return Q(verified_on__lte=year_ago)
    return Q(HAS_A_PAGE if state is Checked.PUBLIC_SOURCE else ~HAS_A_PAGE, verified_on=None)


def text_filter(text: str) -> Q:
    """Every word somewhere in the record, one or two letters and figures at the beginning of a word; or a telephone number."""
    asked = Q() if words(text) else Q(pk=NOBODY)
    for word in words(text)[:MOST_WORDS]:
        asked &= Q(search__contains=word if len(word) > 2 and not word.isdigit() else f" {word}")
    number = BEFORE_A_NUMBER.sub("", latin(text), count=1)
    return asked | number_filter(number) if dialled(number) and not re.search("[a-z]", number) else asked


def number_filter(text: str) -> Q:
    """The telephone number, or a part of it that is long enough; also of a record that says it without its country."""
    number = dialled(text)
    asked = Q(search__contains=number if len(number) >= PART_OF_A_NUMBER else call(number))
    for code, within in without_country(text):
        asked |= Q(search__contains=call(within)) | Q(search__contains=call(code + within))
    return asked


def same_as(organisation: Organisation, *, since: Organisation) -> list[Organisation]:
    """Other records that have a name, website or telephone which this one had not when it was `since`; three at most."""
    said = list(same_keys(organisation) - same_keys(since))
    others = Organisation.objects.filter(match_keys__overlap=said).exclude(pk=organisation.pk)
    return list(others.order_by("-changed_at", "pk")[:3]) if said else []


def filter_for(name: str, value: str) -> Q:
    if name == "q":
        return text_filter(value)
    if name == "target":
        # who helps everyone helps each of them
        return Q(target_groups__overlap=list({value, EVERYONE}))
    if name == "checked":
        return checked_when(Checked(value))
    arrays = {"service": "services", "language": "languages", "network": "networks"}
    return Q(**{f"{arrays[name]}__contains": [value]}) if name in arrays else Q(**{name: value})


def narrowed(
    organisations: QuerySet[Organisation], filters: FilterForm, *, without: str = ""
) -> QuerySet[Organisation]:
    for name, value in filters.wanted().items():
        if name != without:
            organisations = organisations.filter(filter_for(name, value))
    return organisations


def search(organisations: QuerySet[Organisation], filters: FilterForm) -> QuerySet[Organisation]:
    """In the order of names, from where the page before ended."""
    return after(narrowed(organisations, filters), filters.given(AFTER) or "")


def after(organisations: QuerySet[Organisation], mark: str) -> QuerySet[Organisation]:
    """In the order of names, behind the record that this mark names; from the beginning for a mark that is none."""
    name, _tilde, pk = mark.rpartition("~")
    with contextlib.suppress(ValueError):
        behind = Q(name__gt=name) | Q(name=name, id__gt=uuid.UUID(pk))
        organisations = organisations.filter(behind, name__gte=name)
    return organisations.order_by("name", "id")


# By what the records are counted: of each record one code, or a list of them.
ONE, MANY = ("country", "kind", "checked"), ("service", "target", "language", "network")


def with_codes(organisations: QuerySet[Organisation]) -> QuerySet:
    """Of each record what it counts under, in columns named as the filters are."""
    for_whom = Case(
        When(target_groups__contains=[EVERYONE], then=Value(list(TARGET_GROUPS), output_field=_array())),
        default=F("target_groups"),
        output_field=_array(),
    )
    # each record is one of them: what none of the others says is not asked, for its sources would be looked for twice
    *others, last = Checked
    checked = Case(
        *(When(checked_when(state), then=Value(state.value)) for state in others),
        default=Value(last.value), output_field=TEXT,
    )  # fmt: skip
    return organisations.order_by().values(
        "country", "kind", checked=checked, service=F("services"), target=for_whom, language=F("languages"),
        network=F("networks"),
    )  # fmt: skip


def _array():
    return Organisation._meta.get_field("target_groups").clone()


def counts(organisations: QuerySet[Organisation], filters: FilterForm) -> dict[str, dict[str, int]]:
    """{filter: {code: how many}} in one query, each filter counted under all the others; "" holds all that is found.

    Put together by hand: eight questions in one cost the ORM ten milliseconds, and most filters count the same records.
    """
    in_force = [name for name in (*ONE, *MANY) if name in filters.wanted()]
    sets, values, asked = [], [], ["SELECT '', '', count(*) FROM found_"]
    for name in ("", *in_force):
        sql, params = with_codes(narrowed(organisations, filters, without=name)).query.sql_with_params()
        sets.append(f"found_{name} AS ({sql})")
        values += params
    for name in (*ONE, *MANY):
        under, code = f"found_{name if name in in_force else ''}", name if name in ONE else f"unnest({name})"
        asked.append(f"SELECT '{name}', {code}, count(*) FROM {under} GROUP BY 2")  # noqa: S608 - names of ours
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(sets)} {' UNION ALL '.join(asked)}", values)
        for name, code, number in cursor.fetchall():
            found.setdefault(name, {})[code] = number
    return found


# --- what is due for checking


def due_when(why: Due) -> Q:
    """What makes a record due: a suggestion waits, nobody ever verified it, or it changed since, or more than a year ago."""
    if why is Due.SUGGESTION:
        return Q(Exists(Suggestion.objects.waiting().filter(organisation=OuterRef("pk"))))
    if why is Due.CHANGED:
        changes = OrganisationChange.objects.filter(organisation=OuterRef("pk")).since_verified()
        return Q(Exists(changes), verified_on__isnull=False)
    return checked_when(Checked.LONGER_AGO) if why is Due.LONGER_AGO else Q(verified_on=None)


def due(why: Due, *, tenants: bool) -> QuerySet[Organisation]:
    """`tenants`: also those of organisations that work in the system, for who may change them."""
    return may_be_due(tenants=tenants).filter(due_when(why))


def due_counts(*, tenants: bool) -> dict[str, int]:
    return may_be_due(tenants=tenants).aggregate(**{why.value: Count("pk", filter=due_when(why)) for why in Due})


def may_be_due(*, tenants: bool) -> QuerySet[Organisation]:
    # every visibility, by name: there is an index for whoever counts all of them
    rows = Organisation.objects.filter(visibility__in=[one.value for one in Visibility])
    return rows if tenants else rows.without_members()
