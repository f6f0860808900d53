"""What stands twice on a page, for wide and for narrow screens, or the same on many pages, is rendered once."""

import functools
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.translation import get_language

register = template.Library()


class Drawn(template.Node):
    def __init__(self, name: str, nodes: NodeList) -> None:
        self.name, self.nodelist = name, nodes

    def render(self, context: Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return ""


@register.tag
def drawn(parser: Parser, token: Token) -> Drawn:
    """{% drawn as links %} … {% enddrawn %} puts what stands between into {{ links }}, as often as that is written."""
    _tag, _as, name = token.split_contents()
    nodes = parser.parse(("enddrawn",))
    parser.delete_first_token()
    return Drawn(name, nodes)


@register.simple_tag
def fields_as_they_open(form: Any) -> str:
    """The fields of a form in which there is nothing yet and which is the same for everybody then; "" of any other form."""
    return drawn_once(form.__class__, get_language()) if getattr(form, "alike", False) and form.untouched else ""


@functools.cache
def drawn_once(kind: type, _language: str) -> str:
    return render_to_string("parts/fields.html", {"form": kind()})
