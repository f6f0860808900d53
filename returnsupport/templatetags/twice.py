"""What stands twice on a page, for wide and for narrow screens, is rendered once."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context

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
