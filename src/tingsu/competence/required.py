"""What each post asks for, and which functions open only after their training, as a rulebook (PE-19, PE-27)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import terms
from tingsu.competence.rows import is_whole, wrong_code
from tingsu.competence.terms import Label
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.people import gates
from tingsu.people.access import Can
from tingsu.people.models import Member
from tingsu.people.roles import Role
from tingsu.process.steps import Options

KIND = "competences"
MOST = 200
FUNCTIONS = (Can.REGISTER, Can.REVEAL, Can.EXPORT, Can.REPORTS, Can.MAILROOM, Can.POST)
"""Functions that may wait for a training: those that nobody needs to lift the rule again."""
RECORD = "record"
PROOFS: dict[str, Label] = {
    **{f"topic:{code}": label for code, label in terms.TAUGHT},
    **{f"exam:{code}": label for code, label in terms.DIMENSIONS},
    RECORD: _("Assessed by hand"),
}
"""How a competence is known: a training of the topic, an assessment in the dimension, or what somebody assessed with evidence."""
EVERYBODY = "all"
ROLES: dict[str, Label] = {
    EVERYBODY: _("Everybody who works on complaints"),
    **{str(role): Role(role).label for role in Role.values if role != Role.AI_AGENT},
}
ON_COMPLAINTS = (Role.SUPERVISOR, Role.SPECIALIST, Role.COACH, Role.FRONTLINE, Role.MEDIATOR)


@dataclass(frozen=True)
class Competence:
    """One line: for which post, what, and how it is known."""

    row: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def proof(self) -> str:
        return str(self.row["proof"])

    def asked_of(self, roles: frozenset[str]) -> bool:
        """Does somebody with these posts need it?"""
        wanted = self.row["role"]
        return bool(roles & set(ON_COMPLAINTS)) if wanted == EVERYBODY else wanted in roles


def _one(role: str, code: str, zh: str, en: str, proof: str) -> dict[str, Any]:
    return {"role": role, "code": code, "name": {"zh-Hans": zh, "en": en}, "proof": proof}


SHIPPED = (
    _one(EVERYBODY, "NL-1", "岗位职责", "Duties of the post", "topic:duties"),
    _one(EVERYBODY, "NL-2", "产品与服务知识", "Product and service knowledge", "topic:product"),
    _one(EVERYBODY, "NL-3", "沟通技巧", "Communication skills", "topic:communication"),
    _one(EVERYBODY, "NL-4", "顾客投诉处理流程", "Complaint process", "topic:process"),
    _one(EVERYBODY, "NL-5", "消费者权益保护法规", "Consumer-protection law", "topic:law"),
    _one(EVERYBODY, "NL-6", "行业惯例", "Trade practice", "topic:practice"),
    _one(Role.FRONTLINE, "NL-7", "业务知识考核合格", "Knowledge assessed", "exam:knowledge"),
    _one(Role.SPECIALIST, "NL-8", "处理流程考核合格", "Process assessed", "exam:process"),
    _one(Role.COACH, "NL-9", "危机预判与人才培养", "Foresees crises, develops others", RECORD),
    _one(Role.MEDIATOR, "NL-10", "调解能力", "Mediation", RECORD),
    _one(Role.AUDITOR, "NL-11", "内部审核能力", "Internal auditing", RECORD),
)


def shipped() -> dict[str, Any]:
    """Version 0: the topics of SZ 4(3).2 for everybody, and what ISC 5.4.3 asks of single posts. No function waits for a training."""
    return {"competences": [dict(one) for one in SHIPPED], "functions": []}


def check(body: Mapping[str, Any]) -> None:
    """Raises InvalidInput, named as the editors name it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "competences", MOST, errors, _wrong)
    check_rows(body, "functions", len(FUNCTIONS), errors, _wrong_function)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if problem := wrong_code(row, rows):
        yield "code", problem
    if row.get("role") not in ROLES:
        yield "role", InvalidValue(code="choice")
    if problem := wrong_texts(row.get("name"), 60, _("Say it in both languages.")):
        yield "name", problem
    if row.get("proof") not in PROOFS:
        yield "proof", InvalidValue(code="choice")


def _wrong_function(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if row.get("code") not in set(FUNCTIONS):
        yield "code", InvalidValue(code="choice")
    elif codes_in(rows).count(row.get("code")) > 1:
        yield "code", InvalidValue(_("This function stands in the list twice."), code="twice")
    if not is_whole(row.get("change"), 1, 99):
        yield "change", InvalidValue(_("A whole number from %(least)s to %(most)s."), code="number", least=1, most=99)
    if problem := wrong_texts(row.get("name"), 120, _("Say it in both languages.")):
        yield "name", problem


def competences() -> list[Competence]:
    """What posts ask for now. No query."""
    return [Competence(row) for row in rulebooks.in_force(KIND).body["competences"]]


def competence_options(entry: Any = None) -> Options:
    return tuple((one.code, one.name) for one in competences())


def by_hand(entry: Any = None) -> Options:
    """Competences that somebody assesses with evidence."""
    return tuple((one.code, one.name) for one in competences() if one.proof == RECORD)


def gated() -> dict[str, str]:
    """Functions that wait for a training now, each with the mark of its present change. No query."""
    return {row["code"]: mark_of(row) for row in rulebooks.in_force(KIND).body["functions"]}


def mark_of(row: Mapping[str, Any]) -> str:
    """What a member's row keeps once the training for a change is completed; the next change asks for the next training."""
    return f"{row['code']}:{row['change']}"


def changes() -> list[tuple[str, str]]:
    """What waits for a training, in words: the function, and what changed."""
    return [
        (str(Can(row["code"]).label), in_language(row["name"])) for row in rulebooks.in_force(KIND).body["functions"]
    ]


def function_options(entry: Any = None) -> Options:
    return tuple((str(one), one.label) for one in FUNCTIONS)


def withheld(member: Member) -> frozenset[str]:
    """Functions whose training this member has not completed (PE-27). No query while the rules are fresh."""
    known = frozenset(member.trained)
    return frozenset(code for code, mark in gated().items() if mark not in known)


gates.declare(withheld)


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, pgettext_lazy("rulebook", "Competences of posts"), shipped, check)
