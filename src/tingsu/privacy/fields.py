"""THE table: who sees which personal field how (PS-05, PS-06, PS-11, PS-15, architecture §5.6).

Every door asks it: pages, API, search, history, exports, letters, logs. A field that is not in the table is never shown.
Each field names its purpose and legal basis; a field without them cannot be declared.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.people import authority
from tingsu.people.access import Can, may
from tingsu.people.roles import Role

DOORS = frozenset({"page", "api", "search", "history", "export", "letter", "log"})


class Sight(StrEnum):
    """How a viewer sees a field."""

    CLEAR = "clear"
    COVERED = "covered"
    """The story in full; numbers and the values of the people in the case are masked inside it."""
    MASKED = "masked"
    NEVER = "never"


C, S, M, N = Sight.CLEAR, Sight.COVERED, Sight.MASKED, Sight.NEVER


class Viewer(StrEnum):
    """Kinds of viewers, by why they look. A person with several roles sees the most that one of them allows."""

    HANDLER = "handler"
    """Registers, handles, leads, mediates: works with the complainant."""
    HELPER = "helper"
    """Departments and functions that supply facts or carry out measures: need the matter, not the person."""
    CHECKER = "checker"
    """Quality, audit, data security."""
    COUNTER = "counter"
    """Analysts: figures, no persons."""
    SELF = "self"
    """The person the data is about, or their agent, through the follow-up page."""
    OTHER_PARTY = "other_party"
    """Another party of the same case."""
    PROGRAM = "program"
    """An API token without the scope for personal data."""
    TRUSTED = "trusted"
    """The system itself, and API tokens with the scope `personal:read`."""


VIEWER_OF_ROLE: dict[str, Viewer] = {
    Role.TOP_MGMT: Viewer.HANDLER,
    Role.MGMT_REP: Viewer.HANDLER,
    Role.SUPERVISOR: Viewer.HANDLER,
    Role.SPECIALIST: Viewer.HANDLER,
    Role.COACH: Viewer.HANDLER,
    Role.FRONTLINE: Viewer.HANDLER,
    Role.AI_AGENT: Viewer.PROGRAM,
    Role.MEDIATOR: Viewer.HANDLER,
    Role.DEPT: Viewer.HELPER,
    Role.FUNCTION: Viewer.HELPER,
    Role.QA: Viewer.CHECKER,
    Role.ANALYST: Viewer.COUNTER,
    Role.AUDITOR: Viewer.CHECKER,
    Role.DSO: Viewer.CHECKER,
}
PERSONAL_SCOPE = "personal:read"


@dataclass(frozen=True)
class Rule:
    """One field: why we hold it, on which legal ground, how it is masked, who sees it how."""

    mask: str
    purpose: str | Promise
    basis: str | Promise
    sights: dict[Viewer, Sight]
    revealable: bool = True
    """May be opened for five minutes with a purpose, by those who hold the right."""


CONTRACT = _("Handling the complaint: contract and legal duty (PIPL art. 13)")
CONSENT = _("Given freely for this complaint: consent (PIPL art. 13)")


def _sights(
    handler: Sight, helper: Sight, checker: Sight, counter: Sight, own: Sight, other: Sight, program: Sight
) -> dict[Viewer, Sight]:
    return {
        Viewer.HANDLER: handler,
        Viewer.HELPER: helper,
        Viewer.CHECKER: checker,
        Viewer.COUNTER: counter,
        Viewer.SELF: own,
        Viewer.OTHER_PARTY: other,
        Viewer.PROGRAM: program,
        Viewer.TRUSTED: Sight.CLEAR,
    }


#                     handler helper checker counter self other program
IDENTITY = _sights(M, M, M, N, C, M, M)
CONTACT = _sights(M, N, M, N, C, N, M)
MATTER = _sights(S, S, M, M, C, N, M)
RECORD = _sights(S, S, M, N, C, N, M)
REMARK = _sights(S, N, N, N, C, N, N)
"""What somebody said about reaching them, in their words."""
COARSE = _sights(C, N, N, N, C, N, N)
"""A code or a word that tells little by itself: form of address, country, kind of customer, help needed."""
_EXCHANGE = _sights(S, M, M, M, C, N, M)
_INSIDE = _sights(S, S, S, M, N, N, M)
_PUBLIC = _sights(C, C, C, C, C, C, C)
"""Made to be told."""
_EMPLOYED = _("Employment contract (PIPL art. 13)")
_COLLEAGUE = _sights(M, M, M, N, C, N, N)

TABLE: dict[tuple[str, str], Rule] = {
    ("history", "text"): Rule("text", _("Following the case"), CONTRACT, _EXCHANGE),
    ("history", "note"): Rule("text", _("Working together on the case"), CONTRACT, _INSIDE),
    ("letter", "body"): Rule("text", _("Following the case"), CONTRACT, _EXCHANGE),
    ("file", "name"): Rule("text", _("Telling pieces of evidence apart"), CONTRACT, MATTER),
    ("member", "name"): Rule("name", _("Employment"), _EMPLOYED, _COLLEAGUE, revealable=False),
    ("member", "alias"): Rule(
        "name", _("Telling complainants whom they talk to"), _EMPLOYED, _PUBLIC, revealable=False
    ),
    ("member", "username"): Rule("whole", _("Signing in"), _EMPLOYED, _COLLEAGUE, revealable=False),
    ("member", "interest"): Rule(
        "whole",
        _("Keeping people out of cases in which they have an interest"),
        _EMPLOYED,
        _COLLEAGUE,
        revealable=False,
    ),
    ("member", "email"): Rule(
        "email", _("Letters about work, such as alerts"), _EMPLOYED, _COLLEAGUE, revealable=False
    ),
}
FIELD_LABELS: dict[str, str | Promise] = {
    "name": _("Full name"),
    "alias": _("Work identity"),
    "username": _("Sign-in name"),
    "email": _("E-mail"),
    "interest": _("Declared interest"),
}
WRITTEN = ("history", "text")
"""What was written in a case: opened together, for one reader and five minutes, by one purpose."""
PERSON = "complainant"
"""What is declared of this subject may stand of any party of a case."""


class NoPurpose(RuntimeError):
    """A field about people was declared without saying what it is for, or on which ground (PS-05)."""


def declare(subject: str, name: str, rule: Rule, label: str | Promise) -> None:
    """Put a field into the table. Whoever keeps personal data declares it here; undeclared data is shown to nobody.

    Raises NoPurpose.
    """
    if not (rule.purpose and rule.basis):
        raise NoPurpose(f"{subject}.{name} has no purpose or no legal basis")
    TABLE.setdefault((subject, name), rule)
    FIELD_LABELS.setdefault(name, label)


def party_fields() -> tuple[str, ...]:
    """The fields of a person in a case, in the order they were declared."""
    return tuple(name for subject, name in TABLE if subject == PERSON)


def viewers(actor: Actor, *, own: bool = False) -> frozenset[Viewer]:
    """As what the actor looks. `own`: the data is about the actor (a party on the follow-up page)."""
    if actor.kind == "system":
        return frozenset({Viewer.TRUSTED})
    if actor.kind == "token":
        return frozenset({Viewer.TRUSTED if PERSONAL_SCOPE in actor.scopes else Viewer.PROGRAM})
    if own:
        return frozenset({Viewer.SELF})
    if actor.kind in {"complainant", "respondent"}:
        return frozenset({Viewer.OTHER_PARTY})
    return frozenset(VIEWER_OF_ROLE[role] for role in actor.roles if role in VIEWER_OF_ROLE)


_ORDER = {Sight.NEVER: 0, Sight.MASKED: 1, Sight.COVERED: 2, Sight.CLEAR: 3}


def sight(actor: Actor, subject: str, field: str, *, door: str, own: bool = False) -> Sight:
    """How this actor sees this field through this door. Unknown fields, doors and viewers see nothing.

    Logs hold no personal data at all. Exports are masked for everybody, so that a saved list can be lost without harm.
    Through the search an order number or a name is compared, never shown in the clear.
    """
    rule = TABLE.get((subject, field))
    if rule is None or door not in DOORS or door == "log":
        return Sight.NEVER
    best = max(
        (rule.sights[viewer] for viewer in viewers(actor, own=own)), key=lambda one: _ORDER[one], default=Sight.NEVER
    )
    if _ORDER[best] > _ORDER[Sight.MASKED] and door in {"export", "search"} and not own:
        return Sight.MASKED
    return best


def may_reveal(actor: Actor, subject: str, field: str) -> bool:
    """May the actor open this field in the clear for five minutes with a purpose? (PS-06, OG-09)

    Asks three things: the field allows it, the role sees it at least masked and carries the right, and the authority
    matrix leaves personal data to one of the roles.
    """
    rule = TABLE.get((subject, field))
    return (
        rule is not None
        and rule.revealable
        and actor.kind == "member"
        and sight(actor, subject, field, door="page") is not Sight.NEVER
        and may(actor, Can.REVEAL)
        and authority.allows_scope(actor, "personal_data")
    )
