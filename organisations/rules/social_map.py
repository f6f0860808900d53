"""The directory as a file: which columns it has, and what one of its rows says or why it is refused."""

import dataclasses
import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django_countries import countries

from .directory import KINDS, RESERVED_SLUGS, SERVICES, TARGET_GROUPS, Visibility, missing_languages, offers_shelter
from .text import hides_signs, is_seen, is_telephone

NEEDED = ("slug", "name", "country", "kind", "visibility")
COLUMNS = (
    "slug", "name", "local_name", "country", "city", "latitude", "longitude", "kind", "services", "target_groups",
    "languages", "hotline_phone", "phone", "email", "website", "role_in_return", "role_in_return_nl", "networks",
    "source_url", "source_date", "source_confirmed", "visibility", "summary", "summary_nl",
)  # fmt: skip
# What the column is called in the record, where that differs.
FIELDS = {"role_in_return": "role_in_return_en", "summary": "summary_en"}
ABOUT_SOURCE = ("source_url", "source_date", "source_confirmed")
# In the place of an address: it was named somewhere, and no page was found that says so.
UNVERIFIED = "unverified"

# What a spreadsheet would compute; a telephone number it may.
BEGINS = r"(?:[=@＝＠－\t\r-]|[+＋](?![0-9 ()-]*$))"
FORMULA = re.compile(BEGINS)
# The same made harmless, as often as that may be.
HARMLESS = re.compile(rf"'+(?={BEGINS})")

# Control characters, halves of pairs, and what bytes that are no text became; line breaks and tabs are none of these.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")

URL, EMAIL = URLValidator(schemes=["http", "https"]), EmailValidator()
KNOWN_COUNTRIES = frozenset(code for code, _name in countries)
KNOWN_LANGUAGES = frozenset(Locale.parse("en").languages)


class Wrong(Exception):
    """What is not right about a row: its column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column, self.reason = column, reason


@dataclasses.dataclass
class Source:
    """A page about an organisation."""

    url: str
    dated: str
    confirmed: bool


@dataclasses.dataclass
class Row:
    """What a row of the file says of one organisation."""

    line: int
    slug: str
    values: dict[str, Any]
    source: Source | None
    further: list[str] = dataclasses.field(default_factory=list)


def read(line: int, cells: dict[str, str | None], *, today: datetime.date) -> Row:
    """Raises Wrong at the first cell that is not right."""
    if None in cells:
        raise Wrong("", "has more cells than the first line has names")
    told = {column: text(column, cells.get(column) or "") for column in COLUMNS if column in cells}
    for column in NEEDED:
        if not told.get(column):
            raise Wrong(column, "is empty")
    values = {
        FIELDS.get(column, column): CELLS[column](column, said)
        for column, said in told.items()
        if column not in ABOUT_SOURCE and column != "slug"
    }
    source = source_of(told, today)
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        raise Wrong("longitude", "latitude and longitude go together")
    if missing := missing_languages(values):
        columns = {field: column for column, field in FIELDS.items()}
        raise Wrong(columns.get(missing[0], missing[0]), "is empty; a public text is needed in both languages")
    if offers_shelter(values["kind"], values.get("services", [])):
        values["latitude"] = values["longitude"] = None
    return Row(line, slug_of(told["slug"]), values, source)


def text(column: str, cell: str) -> str:
    """One line of readable text, without the sign by which a formula was made harmless."""
    said = unicodedata.normalize("NFC", cell).strip()
    if HARMLESS.match(said):
        said = said[1:]
    if UNREADABLE.search(said):
        raise Wrong(column, "has characters that cannot be read")
    if DIRECTION.search(said):
        raise Wrong(column, "has invisible signs that turn the direction of reading")
    return said


def a_line(length: int) -> Callable[[str, str], str]:
    """Text on one line, of which something can be seen, if there is any."""
    short = at_most(length)

    def cell(column: str, said: str) -> str:
        if "\n" in said or "\r" in said or "\t" in said:
            raise Wrong(column, "has more than one line, or a tab")
        if said and not is_seen(said):
            raise Wrong(column, "has nothing to read")
        return short(column, said)

    return cell


def telephone(column: str, said: str) -> str:
    """A number that can be dialled."""
    if said and not is_telephone(said):
        raise Wrong(column, "is not one telephone number in digits, as +31 20 123 45 67")
    return at_most(40)(column, said)


def at_most(length: int) -> Callable[[str, str], str]:
    def cell(column: str, said: str) -> str:
        if len(said) > length:
            raise Wrong(column, f"is longer than {length} characters")
        return said

    return cell


def one_of(codes) -> Callable[[str, str], str]:
    def cell(column: str, said: str) -> str:
        if said not in codes:
            raise Wrong(column, f"“{said[:40]}” is not one of {', '.join(codes)}")
        return said

    return cell


def several_of(codes) -> Callable[[str, str], list[str]]:
    """Codes with semicolons between them, each kept once in the order of the list of codes."""

    def cell(column: str, said: str) -> list[str]:
        found = pieces(said)
        for code in found:
            if code not in codes:
                raise Wrong(column, f"“{code[:40]}” is not one of {', '.join(codes)}")
        return found

    return cell


def pieces(said: str) -> list[str]:
    """What stands between semicolons, each once, as it is spelled first."""
    found: dict[str, str] = {}
    for piece in said.split(";"):
        if piece.strip():
            found.setdefault(piece.strip().casefold(), piece.strip())
    return list(found.values())


def languages(column: str, said: str) -> list[str]:
    found = pieces(said)
    for code in found:
        if code not in KNOWN_LANGUAGES or len(code) > 3:
            raise Wrong(column, f"“{code[:40]}” is no code of a language (ISO 639, as in en;nl)")
    return found


def networks(column: str, said: str) -> list[str]:
    return [a_line(100)(column, one) for one in pieces(said)]


def country(column: str, said: str) -> str:
    if said not in KNOWN_COUNTRIES:
        raise Wrong(column, f"“{said[:40]}” is no code of a country (ISO 3166, as in NL)")
    return said


def degrees(furthest: int) -> Callable[[str, str], Decimal | None]:
    """The middle of a city: two decimals are about a kilometre, and more would be a street."""

    def cell(column: str, said: str) -> Decimal | None:
        if not said:
            return None
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,2})?", said):
            raise Wrong(column, "is no number of degrees with at most two decimals, the middle of a city")
        try:
            number = Decimal(said)
        except InvalidOperation as error:
            raise Wrong(column, "is no number") from error
        if abs(number) > furthest:
            raise Wrong(column, f"lies beyond {furthest} degrees")
        return number

    return cell


def address(column: str, said: str, *, longest: int = 200) -> str:
    if hides_signs(said):
        raise Wrong(column, "has signs that nobody sees")
    if said:
        try:
            URL(at_most(longest)(column, said))
        except ValidationError as error:
            raise Wrong(column, "is no web address beginning with http:// or https://") from error
    return said


def email(column: str, said: str) -> str:
    if hides_signs(said):
        raise Wrong(column, "has signs that nobody sees")
    if said:
        try:
            EMAIL(at_most(254)(column, said))
        except ValidationError as error:
            raise Wrong(column, "is no e-mail address") from error
    return said


def slug_of(said: str) -> str:
    if not re.fullmatch(r"[-a-z0-9_]{1,80}", said):
        raise Wrong("slug", "may hold small letters without accents, digits and hyphens, 80 at most")
    if said in RESERVED_SLUGS:
        raise Wrong("slug", f"“{said}” is the name of a page")
    return said


def begin_of(said: str) -> datetime.date | None:
    """The day on which a year, a month or a day of the calendar begins; None where that is none."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", said):
        return None
    try:
        return datetime.date(*[*map(int, said.split("-")), 1, 1][:3])
    except ValueError:
        return None


def source_of(told: dict[str, str], today: datetime.date) -> Source | None:
    url, dated, confirmed = (told.get(column, "") for column in ABOUT_SOURCE)
    if not (url or dated or confirmed):
        return None
    if confirmed not in {"yes", "no"}:
        raise Wrong("source_confirmed", "is neither yes nor no")
    begins = begin_of(dated)
    if dated and begins is None:
        raise Wrong("source_date", "is no year, month or day as in 2025, 2025-06 or 2025-06-30")
    if begins is not None and begins > today:
        raise Wrong("source_date", "is still to come")
    if url == UNVERIFIED and confirmed == "no":
        return Source("", dated, False)
    if not url:
        raise Wrong("source_url", "is empty; “unverified” says that there is none")
    return Source(address("source_url", url, longest=500), dated, confirmed == "yes")


CELLS: dict[str, Callable[[str, str], Any]] = {
    "name": a_line(200), "local_name": a_line(200), "country": country, "city": a_line(100),
    "latitude": degrees(90), "longitude": degrees(180),
    "kind": one_of(KINDS), "services": several_of(SERVICES), "target_groups": several_of(TARGET_GROUPS),
    "languages": languages, "networks": networks,
    "hotline_phone": telephone, "phone": telephone, "email": email, "website": address,
    "role_in_return": at_most(2000), "role_in_return_nl": at_most(2000), "summary": at_most(2000), "summary_nl": at_most(2000),
    "visibility": one_of([one.value for one in Visibility]),
}  # fmt: skip


def harmless(cell: str) -> str:
    """A cell that a spreadsheet would compute begins with an apostrophe; `text` takes it away again."""
    return f"'{cell}" if FORMULA.match(cell) or HARMLESS.match(cell) else cell
