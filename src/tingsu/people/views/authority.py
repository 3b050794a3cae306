"""The authority matrix: what is in force, its versions with what each changed, and the editor of the next (OG-09)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import after_label
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.pdf import Part
from tingsu.pages.pdf import table as pdf_table
from tingsu.pages.refusal import sentences_of
from tingsu.pages.rulebooks import Book, Draft, Problem, PublishingForm, edit, show, tell_tables
from tingsu.people import authority, matrix, queries
from tingsu.people.access import Can, actor_for, may
from tingsu.people.roles import Role, StaffLevel

BOOK = Book(
    kind=authority.KIND,
    title=gettext_lazy("Authority matrix"),
    draft_title=gettext_lazy("Draft of the authority matrix"),
    url_name="people:authority",
    edit_url_name="people:authority_edit",
    name_of=queries.alias_of,
    differences=matrix.differences,
    holds=gettext_lazy("This version is in force. What goes beyond it becomes an approval request to the next role."),
)


def _printed(rules: Rules) -> list[Part]:
    """The matrix on paper, as its page shows it."""
    shown = _shown(rules)
    names = ("role", "level", "limit", "remedies", "steps", "scopes")
    heads = [_("Role"), _("From level"), _("Most for one case"), _("Remedies"), _("Steps"), _("Information")]
    quick = shown["quick"]
    facts = [
        (_("Approving roles, in this order"), " → ".join(str(role) for role in shown["approvers"])),
        *((_("Lowest role for “%(mark)s”") % {"mark": mark}, str(role)) for mark, role in shown["floors"]),
        (_("Quick compensation, one case"), yuan(quick["max_fen"])),
        (_("Quick compensation, one person and day"), yuan(quick["daily_fen"])),
    ]
    lines = [[str(row[name]) for name in names] for row in shown["rows"]]
    return [pdf_table(heads, lines, widths=[3, 3, 3, 8, 3, 5]), Part(facts=facts)]


tell_tables(authority.KIND, _printed)


@require_safe
def authority_page(request: HttpRequest) -> HttpResponse:
    """The matrix in force, or the version asked for, with what it changed."""
    return version_page(request)


@require_safe
def version_page(request: HttpRequest, version: int | None = None) -> HttpResponse:
    """One version by an address of its own."""
    actor = actor_for(request, needs=Can.SETTINGS)
    return show(request, BOOK, "people/authority.html", _shown, version=version, may_edit=may(actor, Can.RULEBOOKS))


def _shown(rules: Rules) -> dict[str, Any]:
    return {
        "rows": [matrix.words_of(row) for row in rules.body["rows"]],
        "approvers": [Role(role).label for role in rules.body["approvers"]],
        "floors": [(matrix.mark_word(mark), Role(role).label) for mark, role in rules.body["floors"].items()],
        "quick": rules.body["quick"],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest) -> HttpResponse:
    """A draft: compare it with what is in force, then publish it. What was decided under an older one stays."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    return edit(request, BOOK, "people/edit_authority.html", _draft, actor=actor)


def _draft(posted: Any, newest: Rules) -> Draft:
    form = PublishingForm(posted, newest=newest, note_needed=False)
    if posted is None:
        return Draft(form=form, context=_fields(newest.body))
    body, amounts = matrix.read(posted, newest.body)
    problems = [Problem(text=_amount_words(name, body, one.why), anchor=name) for name, one in amounts.items()]
    beside = {name: one.why for name, one in amounts.items()}
    try:
        authority.check(body)
    except InvalidInput as error:
        for name, sentence in sentences_of(error).items():
            anchor = ANCHORS.get(name) or f"{name.replace('.', '-').replace('rows', 'row')}-role"
            problems.append(Problem(text=_place(name, body, sentence), anchor=anchor))
            beside[anchor] = sentence
    return Draft(form=form, body=body, problems=problems, context=_fields(body, amounts, beside))


ANCHORS = {"approvers": f"floor-{authority.MARKS[0]}", "floors": f"floor-{authority.MARKS[0]}", "quick": "quick-daily"}
"""The first input that stands for a part of the matrix."""


def _fields(
    body: dict[str, Any], amounts: Mapping[str, matrix.Wrong] = MappingProxyType({}), wrong: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:  # fmt: skip
    """What the form shows: amounts that cannot be read stand as they were typed, each refusal beside its input."""
    rows = matrix.rows_for_form(body, blank=matrix.BLANK_ROWS)
    for row in rows:
        name = f"{row['prefix']}-max"
        row["max"] = amounts[name].typed if name in amounts else row["max"]
        row |= {"max_error": wrong.get(name, ""), "error": wrong.get(f"{row['prefix']}-role", "")}
    return {
        "floors_error": wrong.get(ANCHORS["floors"], ""),
        "quick_max_error": wrong.get("quick-max", ""),
        "quick_daily_error": wrong.get("quick-daily", ""),
        "rows": rows,
        "count": len(rows),
        "roles": Role.choices,
        "levels": StaffLevel.choices,
        "approvers": [(role, Role(role).label) for role in body["approvers"]],
        "floors": [(mark, matrix.mark_word(mark), body["floors"].get(mark, "")) for mark in authority.MARKS],
        "quick_max": amounts["quick-max"].typed
        if "quick-max" in amounts
        else matrix.plain_yuan(body["quick"]["max_fen"]),
        "quick_daily": amounts["quick-daily"].typed
        if "quick-daily" in amounts
        else matrix.plain_yuan(body["quick"]["daily_fen"]),
    }


def _amount_words(name: str, body: dict[str, Any], sentence: str) -> str:
    """A wrong amount with where it stands."""
    return _place(f"rows.{name.split('-')[1]}" if name.startswith("row-") else "quick", body, sentence)


def _place(name: str, body: dict[str, Any], sentence: str) -> str:
    """A refusal with the row it speaks of: "Specialist · expert: …"."""
    if name.startswith("rows."):
        words = matrix.words_of(body["rows"][int(name.removeprefix("rows."))])
        return f"{words['role'] or '?'} · {words['level']}: {sentence}"
    labels = {"approvers": _("Approving roles"), "floors": _("Lowest approving role"), "quick": _("Quick compensation")}
    return after_label(labels.get(name, name), sentence)
