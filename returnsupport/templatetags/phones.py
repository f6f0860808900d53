"""The filter `dial`: a number as the telephone of whoever presses it dials it."""

from django import template

from organisations.rules.text import to_dial

register = template.Library()
register.filter("dial", to_dial)
