"""The door for people: a time-limit policy as a list of lines, each folded to one sentence."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.conditions import Condition
from tingsu.clocks.kinds import conditions
from tingsu.clocks.profiles import PROFILES, completed
from tingsu.clocks.timers import DEFAULT_WARNINGS, timer, timers
from tingsu.clocks.words import BREACH_WORDS, UNITS, rule_words
from tingsu.pages.fields import TextField
from tingsu.pages.rulebooks import PublishingForm

MOST_LINES = 80


def timer_choices() -> list[tuple[str, Any]]:
    """Timers that take a limit, with their code and name."""
    return [("", "–"), *((name, kind.title) for name, kind in timers().items() if not kind.dated)]


class LineForm(forms.Form):
    """One line of a policy. A line without a timer is left out."""

    timer = forms.ChoiceField(label=_("Timer"), choices=timer_choices, required=False)
    amount = forms.IntegerField(label=_("Limit"), min_value=1, max_value=10_000, required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=lambda: list(UNITS.items()), required=False)
    warn_at = TextField(
        label=_("Warn at (%)"), max_length=40, required=False, help_text=_("Percentages, for example 50, 80.")
    )
    on_breach = forms.MultipleChoiceField(
        label=_("When it is missed"),
        choices=lambda: list(BREACH_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    basis = TextField(label=_("Basis"), max_length=120, required=False)
    ours = forms.BooleanField(label=_("No document gives this value; it is our own"), required=False)
    extensions = TextField(
        label=_("May be extended to"), max_length=40, required=False,
        help_text=_("Lengths from the start in the same unit, for example 30, 60. Somebody else allows each of them."),
    )  # fmt: skip
    unconfirmed = forms.BooleanField(label=_("Not confirmed in the official text"), required=False)
    pack = TextField(widget=forms.HiddenInput, max_length=40, required=False)
    remove = forms.BooleanField(label=_("Remove this line"), required=False)

    first = ("timer", "amount", "unit", "warn_at")
    """Before the conditions; everything else follows them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = conditions()
        for condition in asked.values():
            self.fields[condition.name] = _condition_field(condition)
        self.order_fields([*self.first, *asked])
        row = self.initial.get("row")
        if row and not timer(row["timer"]).extendable:
            del self.fields["extensions"]
        if not (row and row.get("unconfirmed")):
            del self.fields["unconfirmed"]
        if not (row and row.get("pack")):
            del self.fields["pack"]

    def clean_warn_at(self) -> list[int]:
        """Percentages in rising order; whether they are is checked with the policy."""
        return _numbers(self.cleaned_data["warn_at"].replace("%", " "), 3, _("Write percentages, for example 50, 80."))

    def clean_extensions(self) -> list[int]:
        """Whole lengths, each longer than the one before; whether they are is checked with the policy."""
        return _numbers(self.cleaned_data["extensions"], 5, _("Write whole numbers, for example 30, 60."))

    def clean(self) -> dict[str, Any]:
        """A line that is kept needs its limit."""
        cleaned = super().clean() or self.cleaned_data
        if self.is_kept() and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Enter how long it may take."))
        return cleaned

    def is_kept(self) -> bool:
        """Whether the line belongs to the draft."""
        return bool(self.cleaned_data.get("timer")) and not self.cleaned_data.get("remove")

    def row(self) -> dict[str, Any]:
        """The line as the policy's body stores it."""
        cleaned = self.cleaned_data
        when = {name: answers for name in conditions() if (answers := _answers(cleaned.get(name, "")))}
        return {
            "timer": cleaned["timer"],
            "when": when,
            "amount": cleaned["amount"],
            "unit": cleaned["unit"],
            "warn_at": cleaned["warn_at"],
            "on_breach": cleaned["on_breach"],
            "basis": cleaned["basis"],
            "ours": cleaned["ours"],
            **{name: cleaned[name] for name in ("extensions", "pack", "unconfirmed") if cleaned.get(name)},
        }

    def sentence(self) -> str:
        """The folded line: timer, limit and conditions, as they were when the page was made."""
        row = self.initial.get("row")
        return f"{timer(row['timer']).title} · {rule_words(row)}" if row else str(_("New line"))


def _condition_field(condition: Condition) -> forms.Field:
    """A choice beginning with nothing, or codes of the organisation's own."""
    if not condition.values:
        return TextField(label=str(condition.label), max_length=200, required=False)
    choices = [("", _("any")), *condition.values.items()]
    return forms.ChoiceField(label=str(condition.label), choices=choices, required=False)


def _numbers(typed: str, digits: int, refusal: Any) -> list[int]:
    """Whole numbers as people write them in a row. Raises ValidationError."""
    parts = [part for part in re.split(r"[\s,，、;；]+", typed) if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= digits for part in parts):
        raise ValidationError(refusal)
    return [int(part) for part in parts]


def _answers(typed: str) -> list[str]:
    """The codes that were chosen or typed."""
    return [code for code in re.split(r"[\s,，、]+", typed) if code]


def line_initial(row: dict[str, Any]) -> dict[str, Any]:
    """The initial values of the form of a stored line."""
    when = row["when"]
    return {
        "row": row,
        "timer": row["timer"],
        "amount": row["amount"],
        "unit": row["unit"],
        "warn_at": ", ".join(map(str, row["warn_at"])),
        "on_breach": row["on_breach"],
        "basis": row.get("basis", ""),
        "ours": row.get("ours", False),
        "extensions": ", ".join(map(str, row.get("extensions", ()))),
        "unconfirmed": row.get("unconfirmed", False),
        "pack": row.get("pack", ""),
        **{
            name: when[name][0] if one.values else ", ".join(when[name])
            for name, one in conditions().items()
            if when.get(name)
        },
    }


class ProfileForm(PublishingForm):
    """The draft of a version that takes a shipped profile as it is."""

    profile = forms.ChoiceField(
        label=_("Profile"), choices=lambda: [(code, f"{one.label} · {one.document}") for code, one in PROFILES.items()]
    )


BLANK = {
    "warn_at": ", ".join(map(str, DEFAULT_WARNINGS)),
    "on_breach": list(BREACH_WORDS),
    "unit": Unit.WORKING_DAY,
}

LineFormSet = forms.formset_factory(
    LineForm, extra=0, min_num=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


def lines_of(body: dict[str, Any], data: Any = None) -> Any:
    """The formset of a policy's lines, with one blank line at the end."""
    initial = [line_initial(row) for row in completed(body)["rules"]]
    return LineFormSet(data, initial=[*initial, dict(BLANK)], prefix="line")
