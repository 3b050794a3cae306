"""One line of a list as a complaint: the values of the registration, what the platform says, and whether it is known already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.intake.reading import Intake, read_intake
from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.spelling import fold
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.outside.columns import DETAIL, MEANINGS
from tingsu.outside.platforms import MEDIA, OWN, channel_of
from tingsu.outside.spill_over import without_address
from tingsu.outside.table import LOST
from tingsu.process.steps import Field
from tingsu.process.values import DAY, clean_fields

SUMMARY = 80
"""Signs of the one line that names a complaint."""
RAISED = Field(name="raised_at", label=_("Raised there at"), kind="datetime", past=True)
DUE = Field(name="reply_by", label=_("Answer due there by"), kind="datetime")
STATE = Field(name="their_state", label=_("State on the platform"), limit=80)
REFERENCE = Field(name="reference", label=_("Outside reference number"), limit=80)
OUTLET = Field(name="outlet", label=_("Medium or account"), limit=80)
LINK = Field(name="link", label=pgettext_lazy("spill-over", "Link"), limit=500)
REACH = Field(name="reach", label=pgettext_lazy("spill-over", "Reach"), limit=40)
OF_THE_PLATFORM = (RAISED, DUE, STATE, REFERENCE, OUTLET, LINK, REACH)
SAID = Field(name="description", label=_("What is complained of"), kind="longtext", limit=8000, required=True)
DAYS = {"raised_at": "00:00", "received_at": "00:00", "reply_by": "23:59"}
"""Where a list names a day alone: from when it counts, or until when."""
STRAIGHT = (
    "received_at", "remedy_text", "name", "phone", "email", "address", "product", "order_number", "occurred_on", "occurred_time", "respondent_name", "branch",
)  # fmt: skip
"""Meanings that are fields of a registration by the same name."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How the lines of a list are read: whose they are, what its columns mean, what is the same for all of them."""

    source: str
    body: str
    """What the source is called."""
    head: Sequence[str]
    meanings: Sequence[str]
    kind: str
    problem_type: str
    zone: str


@dataclass(kw_only=True)
class Read:
    """One line, read: what registers it, what the platform says of it; or why it is refused."""

    intake: Intake | None = None
    """None for a mention in the media, which is looked at before it is a complaint."""
    words: str = ""
    """What a mention says."""
    outside: dict[str, Any] = field(default_factory=dict)
    """reference, raised_at, reply_by, their_state, outlet, link, reach."""
    digest: bytes = b""
    errors: dict[str, TingsuError] = field(default_factory=dict)


def read(row: Sequence[str], plan: Plan) -> Read:
    """Never raises: a line that cannot be taken says why in `errors`, by meaning."""
    if len(row) > len(plan.head):
        return Read(errors={"line": InvalidValue(_("This line has more cells than there are titles."), code="cells")})
    if any(LOST in cell for cell in row):
        return Read(
            errors={"line": InvalidValue(_("Signs of this line cannot be read in any encoding."), code="encoding")}
        )
    cells = _by_meaning(row, plan)
    for name, hour in DAYS.items():
        if DAY.fullmatch(fold(cells.get(name, ""))):
            cells[name] = f"{cells[name]} {hour}"
    errors: dict[str, TingsuError] = {}
    given = {one.name: cells[one.name] for one in OF_THE_PLATFORM if cells.get(one.name)}
    outside = clean_fields(OF_THE_PLATFORM, given, errors, complaint=None, zone=plan.zone)
    found = Read(outside=outside, errors=errors, digest=_digest(cells, plan))
    raw = _raw(cells, outside, plan)
    if plan.source == MEDIA:
        said = "\n".join(raw[name] for name in ("summary", "description") if raw.get(name))
        found.words = str(
            clean_fields((SAID,), {"description": said}, errors, complaint=None, zone=plan.zone).get("description")
            or ""
        )
        return found
    try:
        found.intake = read_intake(raw, zone=plan.zone)
    except InvalidInput as refused:
        errors.update(refused.fields)
    return found


def _by_meaning(row: Sequence[str], plan: Plan) -> dict[str, str]:
    """The cells by what they mean; of two columns that mean the same the first that says something, of more of the matter all."""
    found: dict[str, str] = {}
    more = []
    for title, meaning, cell in zip(plan.head, plan.meanings, row, strict=False):
        if meaning == DETAIL and cell:
            more.append(f"{title}：{cell}")
        elif meaning and cell:
            found.setdefault(meaning, cell)
    found[DETAIL] = "\n".join(more)
    return found


def _raw(cells: dict[str, str], outside: dict[str, Any], plan: Plan) -> dict[str, Any]:
    summary, description = cells.get("summary", ""), cells.get("description", "")
    if len(summary) > SUMMARY or not description:
        description, summary = "\n".join(part for part in (summary, description) if part), ""
    raw: dict[str, Any] = {name: cells.get(name, "") for name in STRAIGHT}
    raw |= {
        "kind": plan.kind, "problem_type": plan.problem_type, "channel": channel_of(plan.source), "mode": "other",
        "mode_other": plan.body[:60], "summary": summary,
        "description": "\n\n".join(part for part in (description, cells[DETAIL]) if part),
        "outside_reference": outside.get("reference", ""),
    }  # fmt: skip
    if plan.source != OWN:
        raw["transferred_by"] = plan.body[:120]
    due = outside.get("reply_by")
    if isinstance(due, datetime) and due > now():
        raw["outside_deadline"] = due.isoformat()
    if not (raw["phone"] or raw["email"] or raw["address"]):
        raw |= without_address(raw["name"])
    return {name: value for name, value in raw.items() if value}


def _digest(cells: dict[str, str], plan: Plan) -> bytes:
    """By what a line is known again: its number at the source, else its link; without both, who said what when."""
    number = fold(cells.get("reference", ""))
    said = ("received_at", "raised_at", "name", "phone", "email", "order_number", "summary", "description", DETAIL)
    link = "" if number else fold(cells.get("link", ""))
    words = f"#{number}" if number else f"@{link}" if link else "\x1f".join(fold(cells.get(name, "")) for name in said)
    return crypto.blind_index(current_organisation_id(), "outside.line", f"{plan.source}\x1f{plan.body}\x1f{words}")


def said(errors: Mapping[str, TingsuError]) -> dict[str, str]:
    """What is wrong with a line, field by field, in each language."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            labels = {code: str(label) for code, label in MEANINGS} | {"line": ""}
            told = [
                gettext("%(field)s: %(why)s") % {"field": label, "why": error}
                if (label := labels.get(name, name))
                else str(error)
                for name, error in errors.items()
            ]
            found[language] = " ".join(told)
    return found


def said_in(said: Mapping[str, str], language: str | None) -> str:
    """The same in the reader's language."""
    return said.get(language or "", "") or next(iter(said.values()), "")
