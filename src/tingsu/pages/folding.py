"""What no page can change is drawn once: sentences, icons and addresses of static files become text when a template is loaded.

A page of staff holds two hundred of them, and each one drawn anew costs a look-up in the catalogue of sentences and a dozen
calls. So a template is loaded once a language, what is constant in it is folded into the text around it, and values are put out
by a node that knows plain strings.
"""

from html import escape
from typing import Any, TypeVar

from django.template import Context, Template
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    TextNode,
    TokenType,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import IfNode
from django.template.library import SimpleNode
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Drawn = TypeVar("Drawn", bound=Node)
CONSTANT = "draws_the_same"
"""The attribute of a simple tag's function which says that it draws the same for the same words, whoever asks and when."""


class ValueNode(VariableNode):
    """``{{ value }}``: what is a plain string, as most are, passes no look at time zones, numbers and formats."""

    def render(self, context: Context) -> str:
        value: Any = self.filter_expression.resolve(context)
        kind = type(value)
        if kind is str:
            return escape(value) if context.autoescape else str(value)
        if kind is SafeString:
            return str(value)
        if isinstance(value, Promise):  # a sentence told late: no number, no date
            return conditional_escape(str(value)) if context.autoescape else str(value)
        return render_value_in_context(value, context)


def fold(template: Template) -> None:
    """Fold a template that was loaded in the language of this moment, and is drawn in no other one."""
    nothing = Context()
    nothing.template = template
    _fold(template.nodelist, nothing)


def _fold(nodes: NodeList, nothing: Context) -> None:
    folded: list[Node] = []
    for node in nodes:
        one = _folded(node, nothing)
        if isinstance(one, TextNode) and folded and isinstance(folded[-1], TextNode):
            folded[-1] = _text(folded[-1].s + one.s, folded[-1])
        else:
            folded.append(one)
    nodes[:] = folded


def _folded(node: Node, nothing: Context) -> Node:
    if _is_constant(node):
        return _text(str(node.render(nothing)), node)
    if type(node) is VariableNode:
        return _put(ValueNode(node.filter_expression), node)
    if not isinstance(node, LanguageNode):  # what stands in one speaks another language
        for nodes in _inside(node):
            _fold(nodes, nothing)
    return node


def _inside(node: Node) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [nodes for _condition, nodes in node.conditions_nodelists]
    found = (getattr(node, name, None) for name in node.child_nodelists)
    return [nodes for nodes in found if isinstance(nodes, NodeList)]


def _is_constant(node: Node) -> bool:
    if isinstance(node, TranslateNode):
        return node.asvar is None and _is_literal(node.filter_expression) and _is_word(node.message_context)
    if isinstance(node, BlockTranslateNode):
        bare = node.asvar is None and not node.plural
        return (
            bare and _is_word(node.message_context) and all(one.token_type == TokenType.TEXT for one in node.singular)
        )
    if isinstance(node, StaticNode):
        return node.varname is None and _is_word(node.path)
    if type(node) is SimpleNode and hasattr(node.func, CONSTANT):
        return node.target_var is None and all(map(_is_word, (*node.args, *node.kwargs.values())))
    return False


def _is_word(value: FilterExpression | None) -> bool:
    """Nothing, or a word in quotes."""
    return value is None or (isinstance(value.var, str) and not value.filters)


def _is_literal(value: FilterExpression) -> bool:
    """The same of what is translated, whose word Django wraps once more."""
    return not value.filters and getattr(value.var, "literal", None) is not None


def _text(words: str, where: Node) -> TextNode:
    return _put(TextNode(words), where)


def _put(node: Drawn, where: Node) -> Drawn:
    """In the place of another one, with which an error is told."""
    node.token, node.origin = where.token, where.origin
    return node
