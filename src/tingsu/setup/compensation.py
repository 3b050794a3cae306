"""Amounts of compensation as the firm sets them, and what else is shown before it is confirmed (CA-30, CA-31)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.aftercare.rules import RETENTION
from tingsu.calendars.queries import calendar_in_force, calendar_warning
from tingsu.clocks.profiles import PROFILES
from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.words import limits_in_words
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fields import in_language
from tingsu.kernel.money import parse_yuan, yuan
from tingsu.kernel.punctuation import listed
from tingsu.pages.fields import TextField
from tingsu.people import authority
from tingsu.people.access import Can, require
from tingsu.people.roles import Role, StaffLevel

Words = str | Promise


class YuanField(TextField):
    """An amount in yuan, read as fen."""

    def clean(self, value: Any) -> int:
        typed = super().clean(value)
        try:
            return parse_yuan(typed)
        except InvalidValue as error:
            raise ValidationError(str(error)) from error


class AmountsForm(forms.Form):
    """One amount for each role and level that may grant money alone; the quick amounts first."""

    def __init__(self, *args: Any, rules: rulebooks.Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = rules.body
        quick = rules.body["quick"]
        # Nobody has decided these while nothing is published: only the quick amount stands in a document's default.
        self.add("quick", gettext_lazy("Quick compensation, one case (yuan)"), quick["max_fen"])
        self.add(
            "daily",
            gettext_lazy("Quick compensation, one person and day (yuan)"),
            quick["daily_fen"] if rules.version else None,
        )
        self.rows = [place for place, row in enumerate(rules.body["rows"]) if row["max_fen"]]
        for place in self.rows:
            row = rules.body["rows"][place]
            level = f" · {StaffLevel(row['level']).label}" if row["level"] else ""
            self.add(
                f"row-{place}",
                _("%(who)s (yuan)") % {"who": f"{Role(row['role']).label}{level}"},
                row["max_fen"] if rules.version else None,
            )

    def add(self, name: str, label: Words, fen: int | None) -> None:
        self.fields[name] = YuanField(
            label=str(label), max_length=16, initial=yuan(fen).replace(",", "").lstrip("¥") if fen else ""
        )

    def amounts(self) -> dict[str, Any]:
        """The matrix with these amounts."""
        data = self.cleaned_data
        rows = [
            {**row, "max_fen": data[f"row-{place}"]} if place in self.rows else row
            for place, row in enumerate(self.body["rows"])
        ]
        return {**self.body, "rows": rows, "quick": {"max_fen": data["quick"], "daily_fen": data["daily"]}}


def set_amounts(*, actor: Actor, form: AmountsForm, based_on: int) -> None:
    """Publish the authority matrix with the firm's amounts, and confirm it. Raises NotAllowed and what publishing raises."""
    from tingsu.setup.actions import confirm

    require(actor, Can.RULEBOOKS)
    rulebooks.publish(actor=actor, kind=authority.KIND, body=form.amounts(), note=_("Set-up"), based_on=based_on)
    confirm(actor=actor, subject="compensation")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown before it is confirmed: title, lines of label and words, the page that edits it."""

    title: Words
    lines: Callable[[], list[tuple[str, str]]]
    edit: str


def _calendar() -> list[tuple[str, str]]:
    calendar = calendar_in_force()
    known = sorted(calendar.official_years)
    found = [
        (_("Time zone"), str(calendar.time_zone)),
        (_("Official holidays known for"), listed(str(year) for year in known) or "—"),
    ]
    return [*found, *([(_("Warning"), str(warning))] if (warning := calendar_warning()) else [])]


def _limits() -> list[tuple[str, str]]:
    policy = policy_in_force()
    head = (_("Profile"), str(PROFILES[policy.profile].label))
    plain = [one for one in limits_in_words(policy) if not one.rule.when]
    return [head, *((str(one.timer.label), one.limit) for one in plain)]


def _retention() -> list[tuple[str, str]]:
    classes = rulebooks.in_force(RETENTION).body["classes"]
    return [(in_language(one["name"]), _("%(years)s years after closing") % {"years": one["years"]}) for one in classes]


SHOWN: dict[str, Shown] = {
    "calendar": Shown(title=gettext_lazy("Working calendar"), lines=_calendar, edit="clocks:calendar"),
    "limits": Shown(title=gettext_lazy("Time limits"), lines=_limits, edit="clocks:limits"),
    "retention": Shown(
        title=gettext_lazy("Record classes and retention"), lines=_retention, edit="aftercare:retention"
    ),
}
"""The sets of rules that are confirmed on a page of their own."""
