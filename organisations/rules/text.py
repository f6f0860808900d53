"""What text must be to be read, and a number to be dialled, typed or out of a file."""

import re
import unicodedata

# Letters by name, and nothing to see: the fillers of Hangul.
BLANKS = "\u115f\u1160\u3164\uffa0"

# What a telephone can dial: somebody in need presses it.
TELEPHONE = re.compile(r"[+0-9(][0-9 ()./-]+")
# The digits of a number with its country and what is dialled to leave one (ITU-T E.164: fifteen), and of one without: more are two.
LONGEST_NUMBER, LONGEST_WITHIN = 17, 12
SHORTEST_NUMBER, SHORTEST_WITHIN = 5, 3
# A stroke stands behind a country and an area, as in 030/12 34 56; behind more it begins a second number.
LONGEST_AREA = 7
# "020 123 45 67/8": the last digits of a second number.
SECOND_NUMBER = re.compile(r"/\s*[0-9]{1,2}\s*$")
# Dialled within a country alone: behind the code of a country it leads nowhere. Without brackets it is left out where it is sure
# (numbers of Italy keep theirs).
WITHIN_ALONE = re.compile(r"\(\s*0\s*\)")
DUTCH = re.compile(r"^(\+|00)310+")

# What stands before a number that was copied from a page, or opens its brackets.
BEFORE_A_NUMBER = re.compile(r"\s*(?:tel(?:efoon|ephone)?\b[.: ]*)?\(?\s*", re.IGNORECASE)
# Of so many digits on a number is known by a part of it; fewer are the number itself.
PART_OF_A_NUMBER = 4
# So many digits may stand for the country in front of it.
CODES_OF_COUNTRIES = (1, 2, 3)


def is_telephone(text: str) -> bool:
    """Whether it is one number in digits; two of them are none."""
    number = SECOND_NUMBER.sub("", text)
    area, stroke, rest = number.partition("/")
    if not TELEPHONE.fullmatch(text) or "/" in rest:
        return False
    if stroke and ((digits(area)[:1] != "0" and area[:1] != "+") or len(digits(area)) > LONGEST_AREA):
        return False
    if names_its_country(number):
        return SHORTEST_NUMBER <= len(digits(number)) <= LONGEST_NUMBER
    return SHORTEST_WITHIN <= len(digits(number)) <= LONGEST_WITHIN


def plain_number(text: str) -> str:
    """A number as it is pasted, in the signs of a telephone: figures of any script, dashes of any length, (+212) without brackets."""
    figures = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    plain = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in figures)
    return re.sub(r"^\((\+[0-9]+)\)", r"\1", " ".join(plain.split()))


def digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def names_its_country(text: str) -> bool:
    return text.startswith(("+", "00"))


def to_dial(text: str) -> str:
    """The first number in the text as a telephone dials it; "" where there is none."""
    found = TELEPHONE.search(text)
    number = SECOND_NUMBER.sub("", found[0]) if found else ""
    if names_its_country(number):
        number = WITHIN_ALONE.sub("", number)
    return DUTCH.sub(r"\g<1>31", re.sub("[^+0-9]", "", number))


def dialled(text: str) -> str:
    """The digits of a telephone number, without what is dialled from abroad or within a country alone: 00, 0 and (0)."""
    return digits(WITHIN_ALONE.sub("", text)).lstrip("0")


def without_country(text: str) -> list[tuple[str, str]]:
    """Where a number is said with its country: in which ways it may be that country's code and a number within it."""
    if not names_its_country(text):
        return []
    number = dialled(text)
    ways = [(number[:code], number[code:].lstrip("0")) for code in CODES_OF_COUNTRIES]
    return [(code, within) for code, within in ways if within]


def hides_signs(text: str) -> bool:
    """Whether it has signs that nobody sees: an address with one is another address than it looks like."""
    return any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} or sign == "\ufffd" for sign in text)


def is_seen(text: str) -> bool:
    """Whether there is anything to see: a letter, a digit, punctuation or a symbol."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANKS for sign in text)
