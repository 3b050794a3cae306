"""Templates drawn as named: every variable stands on the page as its own name, every tag as its name with what it was given.

Pages with real values show what a person reads, and two names that happen to be alike hide that they were exchanged. Here each
`{{ case.owner }}` reads `case.owner`, each address is the name of its view, and each branch of each condition is drawn by what
the condition asks, so that an inverted one, another variable, a lost field or another target changes the text.
"""

import difflib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.template import Context, Node, engines
from django.template.base import FilterExpression, NodeList, VariableDoesNotExist
from django.template.defaulttags import CsrfTokenNode, ForNode, IfNode, URLNode
from django.template.library import InclusionNode, SimpleBlockNode, SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from tests.reading import lines_of
from tingsu.pages import loading

SOURCES = Path(__file__).resolve().parents[1] / "src" / "tingsu"
Choice = dict[str, Any]
"""What variables hold, by how the template writes them; all others hold their name."""
KNOWN = {"True", "False", "None", "forloop"}
chosen: Choice = {}


class Named(str):
    """Something that is called as the template calls it."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def __contains__(self, _other: object) -> bool:
        return True

    def __gt__(self, _other: object) -> bool:
        return True

    __ge__ = __gt__

    def __lt__(self, _other: object) -> bool:
        return False

    __le__ = __lt__


class Everything(dict[str, Any]):
    """Any name a template asks for."""

    def __contains__(self, key: object) -> bool:
        return key not in KNOWN

    def __getitem__(self, key: str) -> Named:
        return Named(key)


def _value(self: FilterExpression, context: Context, ignore_failures: bool = False) -> Any:
    if not self.is_var:
        found: Any = self.var
    elif self.var.lookups is None or self.var.translate:
        found = self.var.resolve(context)
    elif self.token in chosen:
        return chosen[self.token]
    elif self.var.var in chosen:
        found = chosen[self.var.var]
    else:
        found = _called(self.var, context)
    for function, given in self.filters:
        name = getattr(function, "_filter_name", function.__name__)
        arguments = [_called(one, context) if is_variable else one for is_variable, one in given]
        if name == "default":
            found = found or arguments[0]
        elif found or isinstance(found, Named):
            words = ":".join(str(one) for one in arguments)
            found = Named(f"{found}|{name}{':' if words else ''}{words}")
    return found


def _called(variable: Any, context: Context) -> Any:
    """What a variable holds where that is given, else its name."""
    if variable.lookups is None:
        return variable.resolve(context)
    first = context[variable.lookups[0]] if variable.lookups[0] in context else Named(variable.lookups[0])
    if isinstance(first, Named):
        return Named(".".join([first, *variable.lookups[1:]]))
    try:
        return variable.resolve(context)
    except VariableDoesNotExist:
        return Named(variable.var)


def _given(node: Any, context: Context) -> str:
    words = [str(one.resolve(context)) for one in node.args]
    return " ".join(
        [node.func.__name__, *words, *(f"{key}={one.resolve(context)}" for key, one in node.kwargs.items())]
    )


def _simple(self: Any, context: Context) -> str:
    if self.target_var is not None:
        context[self.target_var] = Named(self.func.__name__)
        return ""
    return f"‹{_given(self, context)}›"


def _block(self: Any, context: Context) -> str:
    return mark_safe(f"‹{_given(self, context)}›{self.nodelist.render(context)}")  # noqa: S308


def _inclusion(self: Any, context: Context) -> str:
    return f"‹{_given(self, context)}›"


def _include(self: Any, context: Context) -> str:
    given = " ".join(f"{key}={one.resolve(context)}" for key, one in self.extra_context.items())
    return f"‹include {self.template.resolve(context)} {given}{' only' if self.isolated_context else ''}›"


def _address(self: Any, context: Context) -> str:
    parts = [self.view_name.resolve(context), *(one.resolve(context) for one in self.args)]
    address = "/".join(str(one) for one in parts)
    if self.asvar:
        context[self.asvar] = Named(address)
        return ""
    return address


def _translated(self: Any, context: Context) -> str:
    with context.push(**{name: value.resolve(context) for name, value in self.extra_context.items()}):
        counted = f" (one of {self.counter.resolve(context)})" if self.counter else ""
        if self.countervar:
            context[self.countervar] = self.counter.resolve(context)
        texts = []
        for tokens in (self.singular, self.plural) if self.plural else (self.singular,):
            text, names = self.render_token_list(tokens)
            texts.append(text % {name: context[name] for name in names} if names else text.replace("%%", "%"))
        told = " ‖ ".join(texts) + counted
    if self.asvar:
        context[self.asvar] = Named(told)
        return ""
    return mark_safe(told)  # noqa: S308


_loop = ForNode.render


def _for(self: Any, context: Context) -> SafeString:
    found = self.sequence.resolve(context, ignore_failures=True)
    if isinstance(found, int):
        return mark_safe("")
    if not isinstance(found, Named):
        return _loop(self, context)
    several = len(self.loopvars) > 1
    items = [
        [Named(f"{name}{n}") for name in self.loopvars] if several else Named(f"{self.loopvars[0]}{n}") for n in (1, 2)
    ]
    told = f"‹for {found}›"
    sequence, self.sequence = self.sequence, _Fixed(items)
    try:
        return mark_safe(told + _loop(self, context))  # noqa: S308
    finally:
        self.sequence = sequence


class _Fixed:
    def __init__(self, value: Any) -> None:
        self.value = value

    def resolve(self, *_context: Any, **_more: Any) -> Any:
        return self.value


def _load_anew() -> None:
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


@contextmanager
def as_named() -> Iterator[None]:
    """Templates are drawn as named meanwhile: loaded anew, with nothing in them drawn beforehand."""
    renders: dict[type[Node], Callable[..., Any]] = {
        SimpleNode: _simple, SimpleBlockNode: _block, InclusionNode: _inclusion, IncludeNode: _include, URLNode: _address,
        CsrfTokenNode: lambda _self, _context: "‹csrf›", BlockTranslateNode: _translated, ForNode: _for,
    }  # fmt: skip
    with ExitStack() as stack, override("en"):
        _load_anew()
        stack.callback(_load_anew)
        stack.enter_context(patch.object(loading, "fold", lambda _template: None))
        stack.enter_context(patch.object(FilterExpression, "resolve", _value))
        for kind, render in renders.items():
            stack.enter_context(patch.object(kind, "render", render))
        yield


def templates() -> list[str]:
    """Every template of ours that Django draws."""
    return sorted(str(path).rpartition("/templates/")[2] for path in SOURCES.glob("*/templates/**/*.html"))


def pieces_of(template: Any) -> list[tuple[str, NodeList]]:
    """What of a template is drawn: all of it, or each block where it extends another one."""
    if (top := next((one for one in template.nodelist if isinstance(one, ExtendsNode)), None)) is not None:
        return [(one.name, one.nodelist) for one in top.nodelist if isinstance(one, BlockNode)]
    return [("", template.nodelist)]


def ways_to(condition: Any, wanted: bool) -> list[Choice]:
    """What variables hold so that a condition holds, or does not: each part of it alone."""
    name = getattr(condition, "id", "")
    if name == "not":
        return ways_to(condition.first, not wanted)
    if name in {"and", "or"}:
        if wanted == (name == "and"):
            return [
                {**one, **other}
                for one in ways_to(condition.first, wanted)[:1]
                for other in ways_to(condition.second, wanted)[:1]
            ]
        firm = [ways_to(one, not wanted)[0] for one in (condition.first, condition.second)]
        return [{**firm[1], **one} for one in ways_to(condition.first, wanted)] + [
            {**firm[0], **one} for one in ways_to(condition.second, wanted)
        ]
    if name in {"==", "!=", ">", ">=", "<", "<=", "is", "is not"}:
        variable, other = _text(condition.first), _constant(condition.second)
        holds = {"==": True, "is": True, "!=": False, "is not": False, ">": False, ">=": True, "<": False, "<=": True}[
            name
        ]
        return [{variable: other}] if wanted == holds else [{variable: Named(variable)}]
    if name in {"in", "not in"}:
        variable = _text(condition.second)
        return [{variable: Named(variable) if wanted == (name == "in") else ""}]
    variable = _text(condition)
    return [{variable: Named(variable) if wanted else ""}]


def _text(leaf: Any) -> str:
    value = getattr(leaf, "value", None)
    return (
        str(value.token) if isinstance(value, FilterExpression) and value.is_var else str(getattr(leaf, "text", leaf))
    )


def _constant(leaf: Any) -> Any:
    found = leaf.eval(Context())
    return found if found is not None or _text(leaf) == "None" else Named(_text(leaf))


def branches(nodes: NodeList, before: Choice) -> Iterator[tuple[str, Choice, Choice]]:
    """Every branch in order: what it is called, what variables hold around it and in it."""
    for node in nodes:
        if isinstance(node, IfNode):
            falls: Choice = {}
            for place, (condition, inside) in enumerate(node.conditions_nodelists):
                ways = [falls] if condition is None else [{**falls, **one} for one in ways_to(condition, True)]
                for number, way in enumerate(ways):
                    yield (
                        f"{node.token.contents} #{place + 1}{f'.{number + 1}' if number else ''}",
                        before,
                        {**before, **way},
                    )
                yield from branches(inside, {**before, **ways[0]})
                if condition is not None:
                    for way in ways_to(condition, False)[1:]:
                        yield f"{node.token.contents} #{place + 1} not", before, {**before, **falls, **way}
                    falls = {**falls, **ways_to(condition, False)[0]}
            yield f"{node.token.contents} not", before, {**before, **falls}
            continue
        for name in ("nodelist", "nodelist_loop", "nodelist_empty"):
            if (inside := getattr(node, name, None)) is not None:
                yield from branches(inside, before)


def draw(template: Any, nodes: NodeList, choice: Choice) -> list[str]:
    """The lines of one piece, with these variables holding something else than their name."""
    chosen.clear()
    chosen.update({name: value for name, value in choice.items() if not (isinstance(value, Named) and value == name)})
    context = Context(Everything())
    with context.bind_template(template), context.render_context.push_state(template):
        return lines_of(str(nodes.render(context)), part="", whole=True)


def told_as_named(name: str) -> list[str]:
    """A template as named, and what each branch changes."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    lines: list[str] = []
    for title, nodes in pieces_of(template):
        lines += [f"## {name}{f' {title}' if title else ''}", *(whole := draw(template, nodes, {}))]
        seen = {tuple(whole): "as above"}
        for words, around, inside in branches(nodes, {}):
            now = draw(template, nodes, inside)
            holds = ", ".join(f"{name}={value!s}" if value else f"no {name}" for name, value in inside.items())
            lines.append(f"# {words} ({holds})")
            if (like := seen.get(tuple(now))) is not None:
                lines.append(f"= {like}")
                continue
            seen[tuple(now)] = words
            difference = difflib.unified_diff(draw(template, nodes, around), now, lineterm="", n=0)
            lines += [line for line in difference if not line.startswith(("---", "+++", "@@"))]
    return lines


def told_where_empty(name: str) -> list[str]:
    """What a template says in place of a list without rows, loop by loop; drawn as named, such a list always has some."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    lines: list[str] = []
    for title, nodes in pieces_of(template):
        for loop in nodes.get_nodes_by_type(ForNode):
            if loop.nodelist_empty:
                lines.append(f"## {name}{f' {title}' if title else ''}: {loop.token.contents}")
                lines += draw(template, loop.nodelist_empty, {})
    return lines
