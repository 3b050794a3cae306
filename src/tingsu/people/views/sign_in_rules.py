"""The rules of signing in: what is in force, its versions, and the draft of the next."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.punctuation import after_label, listed
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.pdf import Part
from tingsu.pages.refusal import sentences_of
from tingsu.pages.rulebooks import Book, Change, Draft, Problem, PublishingForm, edit, problems_of, show, tell_tables
from tingsu.people import queries, sign_in_rules
from tingsu.people.access import Can, actor_for, may


class RulesForm(PublishingForm):
    """When sessions end, and whose roles need a second factor."""

    idle_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes without work until a session ends"),
        help_text=gettext_lazy("From 5 to 240. Half an hour or less where desks are shared."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    longest_hours = forms.IntegerField(
        label=gettext_lazy("Hours until a session ends in any case"),
        help_text=gettext_lazy("From 1 to 24. A working day with its evening is 12."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    second_factor = forms.MultipleChoiceField(
        label=gettext_lazy("Roles that need a second factor"),
        choices=sign_in_rules.who,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def differences(before: dict[str, Any], after: dict[str, Any]) -> Sequence[Change]:
    """What a version changes, line by line."""
    labels = {name: RulesForm.base_fields[name].label for name in ("idle_minutes", "longest_hours")}
    found = [
        Change.of(label or name, str(before[name]), str(after[name]))
        for name, label in labels.items()
        if before[name] != after[name]
    ]
    for code, who in sign_in_rules.who():
        was, is_ = code in before["second_factor"], code in after["second_factor"]
        if was != is_:
            words = (_("not required"), _("required"))
            title = _("Second factor of: %(role)s") % {"role": who}
            found.append(Change.of(title, words[was], words[is_]))
    return found


BOOK = Book(
    kind=sign_in_rules.KIND,
    title=gettext_lazy("Sign-in and sessions"),
    draft_title=gettext_lazy("Draft of the rules of signing in"),
    url_name="people:sign_in_rules",
    edit_url_name="people:sign_in_rules_edit",
    name_of=queries.alias_of,
    differences=differences,
    holds=gettext_lazy("This version is in force. Open sessions follow it from their next use on."),
)


def _printed(rules: Rules) -> list[Part]:
    """The rules on paper."""
    shown = _shown(rules)
    labels = {name: str(RulesForm.base_fields[name].label) for name in RulesForm.base_fields}
    facts = [(labels[name], str(rules.body[name])) for name in ("idle_minutes", "longest_hours")]
    return [Part(facts=[*facts, (labels["second_factor"], listed(map(str, shown["roles"])) or "–")])]


tell_tables(sign_in_rules.KIND, _printed)


@require_safe
def rules_page(request: HttpRequest) -> HttpResponse:
    """The rules in force, or the version asked for."""
    actor = actor_for(request, needs=Can.SETTINGS)
    return show(request, BOOK, "people/sign_in_rules.html", _shown, may_edit=may(actor, Can.RULEBOOKS))


def _shown(rules: Rules) -> dict[str, Any]:
    return {
        "body": rules.body,
        "roles": [who for code, who in sign_in_rules.who() if code in rules.body["second_factor"]],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest) -> HttpResponse:
    """A draft: compare it with what is in force, then publish it; a second person approves."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    return edit(request, BOOK, "people/edit_sign_in_rules.html", _draft, actor=actor)


def _draft(posted: Any, newest: Rules) -> Draft:
    form = RulesForm(posted, newest=newest, initial=dict(newest.body))
    if posted is None or not form.is_valid():
        return Draft(form=form, problems=problems_of(form) if posted is not None else [])
    body = {name: form.cleaned_data[name] for name in sign_in_rules.shipped()}
    problems = []
    try:
        sign_in_rules.check(body)
    except InvalidInput as error:
        problems = [
            Problem(text=after_label(form.fields[name].label, sentence), anchor=f"id_{name}")
            for name, sentence in sentences_of(error).items()
        ]
    return Draft(form=form, body=body, problems=problems)
