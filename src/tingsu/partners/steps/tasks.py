"""A question to a partner, with what it needs and no more: asked, answered, returned, withdrawn (E49; IG-10, PS-13, CTS 8.7)."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.casework.partners import partners
from tingsu.complaints.case import Case
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.kernel.fields import in_language
from tingsu.kernel.ids import new_id
from tingsu.partners.access import bound_accounts
from tingsu.partners.letters import write_to_partner
from tingsu.partners.models import MOST_DAYS, PartnerAccount, PartnerTask
from tingsu.privacy.masking import mask_text
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Field, Options, Step, Values, options

TIMER = "partner_answer"
ASKERS = ("owner", "investigator", "supervisor")
SOURCES = tuple(state for state in OPEN_STATES if state != State.EVALUATING)
LONGEST = 4000


def firms(complaint: Any) -> Options:
    """Partners with somebody who can sign in and is bound to secrecy today; nobody else is given anything (PS-13)."""
    found: dict[str, str] = {}
    for account in bound_accounts(now()):
        found.setdefault(account.code, in_language(account.firm))
    return tuple(found.items())


def firms_of(codes: Iterable[str]) -> dict[str, str]:
    """What partners are called: by the register, and those that left it as their newest account has it. One query for all of these."""
    wanted = set(codes)
    found = {row["code"]: in_language(row["name"]) for row in partners() if row["code"] in wanted}
    if gone := wanted - set(found):
        rows = PartnerAccount.objects.filter(code__in=gone).order_by("opened_at").values_list("code", "firm")
        found |= dict.fromkeys(gone, "") | {code: in_language(firm) for code, firm in rows}
    return {code: name or code for code, name in found.items()}


def partner_words(code: str) -> str:
    """A partner as the history of a case names it."""
    return gettext("Partner %(firm)s") % {"firm": firms_of([code])[code]}


def words_of(task: PartnerTask, firm: str) -> str:
    """Whose task it is, what kind, and how it stands."""
    return f"{firm} · {task.get_kind_display()} · {task.get_state_display()}"


def tasks_in(*states: str) -> Any:
    """Options: the case's tasks in some states."""

    def offered(complaint: Any) -> Options:
        rows = [] if complaint is None else PartnerTask.of(complaint, state__in=states)
        names = firms_of(task.code for task in rows)
        return tuple((str(task.pk), words_of(task, names[task.code])) for task in rows)

    return offered


ANSWERED = (PartnerTask.State.ANSWERED, PartnerTask.State.DECLINED)
open_tasks = options("partner_tasks_open")(tasks_in(PartnerTask.State.OPEN))
answered_tasks = options("partner_tasks_answered")(tasks_in(*ANSWERED))


def somebody_to_ask(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Some partner has an account that is bound to secrecy."""
    if firms(case.complaint):
        return []
    return [Unmet("no_partner", _("no partner has an account that is bound to secrecy (Settings, Partner accounts)"))]


def ask_partner(case: Case, values: Values) -> None:
    """E49: question and facts are masked before they are kept; the firm's people hear of it by letter."""
    task = PartnerTask(
        id=new_id(), complaint=case.complaint, code=values["firm"], kind=values["kind"], due_at=_within(case, values["due_at"]),
        asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    known = known_in(case.complaint)
    task.seal_all(question=mask_text(values["question"], known), given=mask_text(values["given"], known))
    task.save(force_insert=True)
    case.start(TIMER, due_at=task.due_at, subject_id=task.pk)
    case.fact("task", task.pk)
    write_to_partner(case, task, "asked")


def _within(case: Case, due_at: datetime) -> datetime:
    if due_at > case.at + timedelta(days=MOST_DAYS):
        sentence = _("At most %(days)s days: ask again if it takes longer.")
        raise InvalidInput({"due_at": InvalidValue(sentence, code="too_long", days=MOST_DAYS)})
    return due_at


ASK_PARTNER = Step(
    id="E49",
    name="ask_partner",
    event="complaint.partner_asked",
    label=_("Ask a partner"),
    sources=SOURCES,
    who=ASKERS,
    guards=(somebody_to_ask,),
    may_start=(TIMER,),
    clause="CTS 8.7; ISC 4.1.7",
    effect=ask_partner,
    fields=(
        Field(name="firm", label=_("Partner"), kind="choice", options=firms, required=True),
        Field(
            name="kind", label=pgettext_lazy("partner", "What is asked"), kind="choice", options=tuple(PartnerTask.Kind.choices), required=True
        ),
        Field(
            name="question", label=_("Question"), kind="longtext", required=True, limit=LONGEST,
            help=_("The partner reads this and what is given below, and nothing else of the case. What points to a person is masked."),
        ),
        Field(name="given", label=_("What the partner needs for it"), kind="longtext", limit=LONGEST),
        Field(name="due_at", label=_("Answer by"), kind="datetime", future=True, required=True),
    ),
)  # fmt: skip


def the_task(case: Case, values: Values, *states: str) -> PartnerTask:
    """The chosen one of this case. Raises NotFound."""
    wanted = uuid.UUID(str(values["task"]))
    task = next((one for one in PartnerTask.of(case.complaint, state__in=states) if one.pk == wanted), None)
    if task is None:
        raise NotFound
    case.fact("task", task.pk)
    return task


def own_task(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The question was put to the actor's own firm and waits."""
    waiting = PartnerTask.of(case.complaint, state=PartnerTask.State.OPEN, code=case.actor.name)
    if any(values is None or str(task.pk) == str(values["task"]) for task in waiting):
        return []
    return [Unmet("no_task", _("no question waits for your firm here"))]


def answer_partner(case: Case, values: Values) -> None:
    """The partner's words and files stand on the case, and whoever asked is told."""
    task = the_task(case, values, PartnerTask.State.OPEN)
    task.state = PartnerTask.State.DECLINED if values["declined"] else PartnerTask.State.ANSWERED
    task.seal("answer", values["answer"])
    task.files = [str(one) for one in values["files"]]
    task.answered_by, task.answered_at = case.actor.id, case.at
    task.save(update_fields=["state", "answer", "files", "answered_by", "answered_at"])
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    case.end(TIMER, subject_id=task.pk)
    case.tell([case.complaint.owner_id, task.asked_by], "case.partner_answered")


ANSWER_PARTNER = Step(
    id="E49",
    name="answer_partner",
    event="complaint.partner_answered",
    label=_("Answer for the partner"),
    sources=SOURCES,
    who=("partner",),
    guards=(own_task,),
    may_stop=(TIMER,),
    clause="CTS 8.7; ISC 4.1.7",
    effect=answer_partner,
    fields=(
        Field(name="task", label=_("Question"), kind="choice", options=open_tasks, required=True),
        Field(name="answer", label=_("Your answer or statement"), kind="longtext", required=True, limit=10000),
        Field(name="declined", label=_("This is not ours: the answer says why"), kind="bool"),
        Field(name="files", label=_("Files"), kind="files"),
    ),
)


def return_partner_answer(case: Case, values: Values) -> None:
    """What lacks something goes back with the reason and a new day."""
    task = the_task(case, values, *ANSWERED)
    task.seal("return_reason", mask_text(values["reason"], known_in(case.complaint)))
    task.state, task.returns, task.due_at = PartnerTask.State.OPEN, task.returns + 1, _within(case, values["due_at"])
    task.save(update_fields=["state", "returns", "return_reason", "due_at"])
    case.start(TIMER, due_at=task.due_at, subject_id=task.pk)
    write_to_partner(case, task, "returned")


def the_only(*states: str) -> Any:
    """What a form holds before anybody typed: the task, if just one can be meant."""

    def first(actor: Actor, complaint: Complaint) -> dict[str, Any]:
        rows = PartnerTask.of(complaint, state__in=states)
        return {"task": str(rows[0].pk)} if len(rows) == 1 else {}

    return first


def something(code: str, words: Any, *states: str) -> Any:
    """A guard: the case has a task in one of these states."""

    def found(case: Case, step: Step, values: Values | None) -> list[Unmet]:
        return [] if PartnerTask.of(case.complaint, state__in=states) else [Unmet(code, words)]

    found.__name__ = code
    return found


RETURN_PARTNER_ANSWER = Step(
    id="E49",
    name="return_partner_answer",
    event="complaint.partner_returned",
    label=_("Return a partner's answer"),
    sources=SOURCES,
    who=ASKERS,
    guards=(something("partner_answered", _("no partner has answered here"), *ANSWERED),),
    may_start=(TIMER,),
    clause="CTS 8.7",
    effect=return_partner_answer,
    first=the_only(*ANSWERED),
    beside=("partners",),
    fields=(
        Field(name="task", label=_("Question"), kind="choice", options=answered_tasks, required=True),
        Field(name="reason", label=_("What is missing"), kind="longtext", required=True, limit=LONGEST),
        Field(name="due_at", label=_("Answer by"), kind="datetime", future=True, required=True),
    ),
)


def withdraw_partner_task(case: Case, values: Values) -> None:
    """The partner reads nothing of it any more."""
    task = the_task(case, values, PartnerTask.State.OPEN)
    task.state = PartnerTask.State.WITHDRAWN
    task.save(update_fields=["state"])
    case.end(TIMER, subject_id=task.pk)
    write_to_partner(case, task, "withdrawn")


WITHDRAW_PARTNER_TASK = Step(
    id="E49",
    name="withdraw_partner_task",
    event="complaint.partner_withdrawn",
    label=_("Withdraw a question to a partner"),
    sources=OPEN_STATES,
    who=ASKERS,
    guards=(something("partner_asked", _("no question waits for a partner here"), PartnerTask.State.OPEN),),
    may_stop=(TIMER,),
    clause="CTS 8.7",
    effect=withdraw_partner_task,
    first=the_only(PartnerTask.State.OPEN),
    beside=("partners",),
    fields=(
        Field(name="task", label=_("Question"), kind="choice", options=open_tasks, required=True),
        Field(name="reason", label=_("Why it is not needed any more"), kind="longtext", required=True, limit=1000),
    ),
)


@shared_guard("partners_done")
def partners_done(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """No case closes while a question waits at a partner: it is answered or withdrawn first."""
    rows = PartnerTask.of(case.complaint, state=PartnerTask.State.OPEN)
    names = firms_of(task.code for task in rows)
    sentence = _("a question still waits at %(firm)s: wait for the answer, or withdraw it")
    return [Unmet("partner_waits", sentence, firm=names[task.code]) for task in rows]


STEPS = (ASK_PARTNER, ANSWER_PARTNER, RETURN_PARTNER_ANSWER, WITHDRAW_PARTNER_TASK)
