"""The one editor frame of rulebooks: a version with its history and what it changed; the draft of the next, published from a day.

A room says what its rulebook is (`Book`), how a version looks and how a draft is read; the frame resolves versions, shows
differences, keeps every typed word of a refused draft, and tells who published meanwhile. Who may open a page is the room's to ask.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotFound
from tingsu.kernel.models import Rulebook
from tingsu.kernel.punctuation import after_label
from tingsu.kernel.rulebooks import Rules
from tingsu.kernel.typed import whole_number
from tingsu.pages.fields import TextField
from tingsu.pages.pdf import Part
from tingsu.pages.refusal import refusals_on

Text = str | Promise
HOLDS = gettext_lazy("This version is in force. What was decided under an older one keeps it.")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of a difference: what, and from what to what ("" for not there)."""

    what: Text
    before: Text = ""
    after: Text = ""

    @classmethod
    def of(cls, what: Text, before: Text, after: Text) -> "Change":
        return cls(what=what, before=before, after=after)


Differences = Callable[[dict[str, Any], dict[str, Any]], Sequence[Change]]
_differences: dict[str, Differences] = {}


def tell_differences(kind: str, differences: Differences) -> None:
    """How two versions of a kind differ, for pages that do not know its room: what waits for approval."""
    _differences[kind] = differences


Tables = Callable[[Rules], Iterable[Part]]
_tables: dict[str, dict[str, Tables]] = {}


def tell_tables(kind: str, tables: Tables, *, name: str = "") -> None:
    """How a version of a kind is printed, in the words of its page; a kind with several pages has a name for each."""
    _tables.setdefault(kind, {})[name] = tables


def tables_of(kind: str, rules: Rules) -> list[Part]:
    """A version as its room prints it; nothing where it has no page."""
    return [part for tables in _tables.get(kind, {}).values() for part in tables(rules)]


def differences_of(kind: str, before: dict[str, Any], after: dict[str, Any]) -> Sequence[Change]:
    """What a version would change, in the words of its room, or place by place where it has no page."""
    if kind in _differences:
        return _differences[kind](before, after)
    old, new = dict(_places(before)), dict(_places(after))
    return [
        Change.of(place, old.get(place, ""), new.get(place, ""))
        for place in dict.fromkeys([*old, *new])
        if old.get(place) != new.get(place)
    ]


def _places(value: Any, name: str = "") -> Iterable[tuple[str, str]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else None
    if pairs is None:
        yield name, str(value)
        return
    for key, one in pairs:
        yield from _places(one, f"{name} › {key}" if name else str(key))


@dataclass(frozen=True, kw_only=True)
class Book:
    """A rulebook as the frame shows it."""

    kind: str
    title: Text
    draft_title: Text
    url_name: str
    edit_url_name: str
    name_of: Callable[[uuid.UUID | None], str]
    """A publisher's work identity."""
    differences: Callable[[dict[str, Any], dict[str, Any]], Sequence[Change]]
    holds: Text = HOLDS
    """What being in force means."""

    def __post_init__(self) -> None:
        tell_differences(self.kind, self.differences)


@dataclass(frozen=True, kw_only=True)
class Version:
    """One line of a history; version 0 is what was shipped."""

    version: int
    valid_from: datetime | None
    publisher: str
    note: str
    in_force: bool
    to_come: bool


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a draft is not published, and the field it speaks of."""

    text: str
    anchor: str = ""


@dataclass(kw_only=True)
class Draft:
    """A draft as it was typed. ``body`` is None when it cannot be read; ``context`` draws it again."""

    form: "PublishingForm"
    body: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    context: dict[str, Any] = field(default_factory=dict)


class PublishingForm(forms.Form):
    """What every new version needs: from when it holds, why, and which version it was drafted from."""

    valid_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy(
            "Leave empty to put it in force at once. Promises already made keep the version they were made under."
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    note = TextField(
        label=gettext_lazy("What changed, and why"),
        max_length=300,
        help_text=gettext_lazy("If a change record (BG-…) stands behind it, name its number."),
    )
    based_on = forms.IntegerField(label=gettext_lazy("Drafted from version"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, newest: Rules, note_needed: bool = True, **kwargs: Any) -> None:
        initial = {"based_on": newest.version, **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["note"].required = note_needed and "check" not in self.data  # looking needs no reason

    def publishing_fields(self) -> list[forms.BoundField]:
        """What stands beside the buttons, whatever else a room's own form asks."""
        return [self[name] for name in ("valid_from", "note", "based_on")]


def problems_of(form: forms.BaseForm, before: str = "") -> list[Problem]:
    """The refusals of a form's own fields, each with the way to its field."""

    def said(words: str) -> str:
        return after_label(before, words) if before else words

    found = [Problem(text=said(str(error))) for error in form.non_field_errors()]
    for bound in form:
        anchor = str(bound.id_for_label or bound.auto_id)
        found += [Problem(text=said(after_label(bound.label, error)), anchor=anchor) for error in bound.errors]
    return found


def history_of(book: Book) -> list[Version]:
    """Every version, newest first, the shipped one last. One query."""
    current, at = rulebooks.in_force(book.kind).version, now()
    rows = Rulebook.objects.filter(kind=book.kind).order_by("-version").defer("body")
    found = [
        Version(
            version=row.version,
            valid_from=row.valid_from,
            publisher=book.name_of(row.published_by),
            note=row.note,
            in_force=row.version == current,
            to_come=row.valid_from > at,
        )
        for row in rows
    ]
    shipped = Version(version=0, valid_from=None, publisher="", note="", in_force=current == 0, to_come=False)
    return [*found, shipped]


def version_asked(book: Book, asked: str | int | None) -> Rules:
    """The version a page was asked for, or the one in force. Raises NotFound for one that was never published."""
    if asked in (None, ""):
        return rulebooks.in_force(book.kind)
    number = asked if isinstance(asked, int) else whole_number(str(asked))
    found = next((rules for rules in rulebooks.versions(book.kind) if rules.version == number), None)
    if found is None:
        raise NotFound
    return found


def show(
    request: HttpRequest,
    book: Book,
    template: str,
    context_of: Callable[[Rules], Mapping[str, Any]],
    *,
    version: int | None = None,
    may_edit: bool = True,
) -> HttpResponse:
    """One version beside its history and what it changed; ``template`` extends ``pages/rulebook.html``."""
    rules = version_asked(book, request.GET.get("version") if version is None else version)
    changes: Sequence[Change] | None = None
    if rules.version:
        changes = book.differences(rulebooks.version_of(book.kind, rules.version - 1).body, rules.body)
    context = {
        "book": book,
        "rules": rules,
        "in_force": rulebooks.in_force(book.kind),
        "history": history_of(book),
        "changes": changes,
        "may_edit": may_edit,
        "address": reverse(book.url_name),
    }
    return render(request, template, {**context, **context_of(rules)})


def edit(
    request: HttpRequest,
    book: Book,
    template: str,
    read: Callable[[Any, Rules], Draft],
    *,
    actor: Actor,
    publish: Callable[..., Rules] | None = None,
) -> HttpResponse:
    """The draft of the next version: show what it would change, or publish it; ``template`` extends ``pages/draft.html``.

    ``read`` gets what was posted (None at first) and the newest version.
    """
    newest = rulebooks.versions(book.kind)[0]
    posted = request.POST if request.method == "POST" else None
    draft = read(posted, newest)
    changes: Sequence[Change] | None = None
    problems = draft.problems
    if posted is not None:
        if not draft.form.is_valid() and not problems:
            problems = problems_of(draft.form)
        if not problems and draft.body is not None:
            if "check" in posted:
                changes = book.differences(newest.body, draft.body)
            else:
                published, problems = _publish(book, draft, actor, publish)
                if published is not None:
                    messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
                    return HttpResponseRedirect(reverse(book.url_name), status=303)
                newest, changes = _drafted_from_now(book, draft, newest)
    refused = bool(problems)
    context = {
        "book": book,
        "newest": newest,
        "address": reverse(book.url_name),
        "publishing": draft.form.publishing_fields(),
        "form": draft.form,
        "problems": problems,
        "changes": changes,
    }
    return render(request, template, {**context, **draft.context}, status=422 if refused else 200)


def _publish(
    book: Book, draft: Draft, actor: Actor, publish: Callable[..., Rules] | None
) -> tuple[Rules | None, list[Problem]]:
    given, published = draft.form.cleaned_data, None
    starts = given["valid_from"]
    with refusals_on(draft.form):
        try:
            published = (publish or _at_once(book))(
                actor=actor,
                body=draft.body,
                valid_from=timezone.make_aware(starts) if starts and timezone.is_naive(starts) else starts,
                note=given["note"].strip(),
                based_on=given["based_on"],
            )
        except rulebooks.ValidInThePast as error:
            raise InvalidInput({"valid_from": error}) from error
    return published, [] if published is not None else problems_of(draft.form)


def _drafted_from_now(book: Book, draft: Draft, newest: Rules) -> tuple[Rules, Sequence[Change] | None]:
    """Whoever was overtaken sees what the draft changes against what now stands, and may publish it all the same."""
    now_newest = rulebooks.versions(book.kind)[0]
    if draft.form.cleaned_data["based_on"] == now_newest.version:
        return newest, None
    draft.form.data = {**draft.form.data.dict(), "based_on": str(now_newest.version)}  # type: ignore[attr-defined]
    return now_newest, book.differences(now_newest.body, draft.body or {})


def _at_once(book: Book) -> Callable[..., Rules]:
    def publish(**given: Any) -> Rules:
        return rulebooks.publish(kind=book.kind, **given)

    return publish
