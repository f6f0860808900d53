"""What text must be to be read, and a number to be dialled, typed or out of a file."""

import re
import unicodedata

# Letters by name, and nothing to see: the fillers of Hangul.
BLANKS = "\u115f\u1160\u3164\uffa0"

# What a telephone can dial: somebody in need presses it.
TELEPHONE = re.compile(r"[+0-9][0-9 ()./-]+")
# No number of the world is longer with its country (ITU-T E.164) and what is dialled to leave one: more are two numbers.
LONGEST_NUMBER = 17
# So many digits on either side of a stroke are a number each; fewer are a part of one, as in 030/12 34 56.
WHOLE_NUMBER = 6
# "020 123 45 67/8": the last digits of a second number.
SECOND_NUMBER = re.compile(r"/\s*[0-9]{1,2}\s*$")

# What stands before a number that was copied from a page, or opens its brackets.
BEFORE_A_NUMBER = re.compile(r"\s*(?:tel(?:efoon|ephone)?\b[.: ]*)?\(?\s*", re.IGNORECASE)
# Of so many digits on a number is known by a part of it; fewer are the number itself.
PART_OF_A_NUMBER = 4
# So many digits may stand for the country in front of it.
CODES_OF_COUNTRIES = (1, 2, 3)


def is_telephone(text: str) -> bool:
    """Whether it is one number in digits; two, with a stroke between them, are none."""
    lengths = [len(re.sub("[^0-9]", "", part)) for part in text.split("/")]
    two = len(lengths) > 1 and min(lengths) >= WHOLE_NUMBER
    return TELEPHONE.fullmatch(text) is not None and sum(lengths) <= LONGEST_NUMBER and not two


def names_its_country(text: str) -> bool:
    return text.startswith(("+", "00"))


def to_dial(text: str) -> str:
    """The first number in the text as a telephone dials it; "" where there is none.

    (0) is dialled within the country alone: behind the country's code it leads nowhere.
    """
    found = TELEPHONE.search(text)
    number = SECOND_NUMBER.sub("", found[0]) if found else ""
    if names_its_country(number):
        number = number.replace("(0)", "")
    return re.sub("[^+0-9]", "", number)


def dialled(text: str) -> str:
    """The digits of a telephone number, without what is dialled from abroad or within a country alone: 00, 0 and (0)."""
    return re.sub("[^0-9]", "", text.replace("(0)", "")).lstrip("0")


def without_country(text: str) -> list[tuple[str, str]]:
    """Where a number is said with its country: in which ways it may be that country's code and a number within it."""
    if not names_its_country(text):
        return []
    number = dialled(text)
    ways = [(number[:code], number[code:].lstrip("0")) for code in CODES_OF_COUNTRIES]
    return [(code, within) for code, within in ways if within]


def is_seen(text: str) -> bool:
    """Whether there is anything to see: a letter, a digit, punctuation or a symbol."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANKS for sign in text)
