"""What rules may ask about a thing: conditions that its kind offers, and the facts of one thing in the same codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise
YES_NO: Mapping[str, Label] = {"no": _("No"), "yes": _("Yes")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One question a rule may ask. Without `values` the answers are codes that the organisation made up itself."""

    name: str
    label: Label
    values: Mapping[str, Label] = field(default_factory=dict)
    restricted: Label = ""
    """Only timers that name it may ask it; this sentence says why not, to whoever tries (VL-11)."""


@dataclass(frozen=True, slots=True, init=False)
class Facts:
    """The answers of one thing, by condition: codes, and yes or no. It never holds who complains (VL-11)."""

    codes: Mapping[str, str]

    def __init__(self, **facts: str | bool) -> None:
        said = {name: ("yes" if value else "no") if isinstance(value, bool) else value for name, value in facts.items()}
        object.__setattr__(self, "codes", said)

    def but(self, **facts: str | bool) -> Facts:
        """The same thing with some answers changed."""
        return Facts(**{**self.codes, **facts})

    def value(self, condition: str) -> str:
        """The answer to one question, as the code a rule uses; empty when it is not known."""
        return self.codes.get(condition, "")

    def meet(self, when: Iterable[tuple[str, Iterable[str]]]) -> bool:
        """Whether each of some conditions holds."""
        return all(self.value(condition) in wanted for condition, wanted in when)
