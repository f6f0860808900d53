"""The filter `date`, which remembers how it put a day into words: a list says the same days again and again."""

import datetime
import functools
from typing import Any

from django import template
from django.template.defaultfilters import date as put_into_words
from django.utils.translation import get_language

register = template.Library()

IN_MINUTES = frozenset({"DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "TIME_FORMAT"})


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, form: str | None = None) -> str:
    """As Django's own; `value` has the local time already."""
    if form not in IN_MINUTES or not isinstance(value, datetime.date):
        return put_into_words(value, form)
    if isinstance(value, datetime.datetime):
        value = value.replace(second=0, microsecond=0, tzinfo=None)
    return in_words(value, form, get_language())


@functools.lru_cache(maxsize=10_000)
def in_words(value: datetime.date, form: str, language: str | None) -> str:
    return put_into_words(value, form)
