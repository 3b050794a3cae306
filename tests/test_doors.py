"""Every address and every role: who may open what. An address that is not in the table fails the test (style §5)."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from tests.cast import PEOPLE, Cast
from tests.doors import undrawn
from tests.signing import enter
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.clock import now
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry

ALL = frozenset(PEOPLE)
HANDLERS = frozenset({"frontline", "frontline2", "specialist", "specialist2", "coach", "supervisor", "mgmt_rep"})
LEADERS = frozenset({"supervisor", "mgmt_rep"})
CENTRE = HANDLERS | {"top_mgmt", "qa", "analyst", "auditor"}
RULES = LEADERS | {"top_mgmt"}
SETTINGS = LEADERS | {"top_mgmt", "auditor", "dso"}
WORKERS = HANDLERS | {"dept", "dept2", "function", "mediator", "junior_mediator"}
MAIL = frozenset({"specialist", "specialist2", "coach", "qa"}) | LEADERS
PUBLIC = None
"""No account needed."""

STAFF_PAGES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("desk:work", "desk:tasks", "desk:duties", "desk:approvals", "desk:search", "desk:notices",
         "desk:read_notices", "desk:dismiss", "desk:settings", "desk:registers", "improvement:tracker", "knowledge:community",
         "desk:account", "desk:help", "people:mine", "people:confirm", "people:duty", "people:name_consent",
         "people:proposals", "people:proposal", "people:approve_proposal", "people:return_proposal", "people:withdraw_proposal",
         "documents:pdf", "documents:print", "documents:confirm", "documents:compare", "documents:glossary",
         "knowledge:use", "knowledge:rate", "knowledge:compare",
         "people:my_sessions", "people:end_my_sessions", "people:my_interests", "tokens:waiting", "tokens:agree"), ALL,
    ),
    **dict.fromkeys(
        ("desk:queue", "desk:archive", "desk:fresh", "desk:save_view", "desk:remove_view", "desk:keep_look", "desk:tab_counts", "desk:filters", "desk:case",
         "knowledge:find", "desk:preview", "desk:pulse", "desk:papers", "desk:paper", "signing:sign"), CENTRE,
    ),
    "desk:openings": CENTRE - {"analyst"},
    **dict.fromkeys(("desk:reveal", "desk:step", "desk:undo_step", "aftercare:tracking_form", "clocks:explain", "clocks:take_up"), CENTRE),
    **dict.fromkeys(("desk:assign", "desk:undo_assign", "desk:team"), LEADERS),
    "desk:share": frozenset({"supervisor"}),
    **dict.fromkeys(("desk:board", "desk:board_live", "desk:board_cases", "desk:board_wall", "figures:indicators", "figures:indicator",
                     "figures:cases", "figures:analysis", "figures:cohorts", "figures:stages", "figures:costs",
                     "figures:relation"), RULES | {"coach", "qa", "analyst", "auditor"}),
    **dict.fromkeys(("figures:file", "figures:analysis_file", "figures:cohorts_file", "figures:costs_file", "figures:picture",
                     "figures:stages_picture"), RULES | {"analyst"}),
    "leadership:feedback": ALL,
    "leadership:read": frozenset(),
    "leadership:readers": frozenset(),
    "leadership:adopt": frozenset(),
    "documents:adopt": RULES | {"qa"},
    **dict.fromkeys(
        ("conformity:index", "conformity:clause", "conformity:processes", "conformity:rules", "conformity:principles"), RULES | {"qa", "auditor", "dso"}
    ),
    "conformity:pack": frozenset(),
    "conformity:password": frozenset(),
    **dict.fromkeys(("auditor:home", "auditor:clause", "auditor:pack", "auditor:record"), frozenset()),
    "quality:process": RULES | {"qa", "auditor"},
    "evaluation:calendar": RULES | {"qa", "auditor", "analyst", "dso"},
    **dict.fromkeys(("planning:overview", "planning:map", "planning:plan", "planning:criteria", "planning:standards"),
                    RULES | {"qa", "analyst", "auditor"}),
    "planning:take_over": RULES | {"qa"},
    "protection:overview": RULES | {"qa", "auditor", "dso"},
    **dict.fromkeys(("competence:mine", "competence:confirm"), ALL),
    **dict.fromkeys(("appraisal:workspace", "appraisal:capacity"), RULES),
    "competence:matrix": RULES | {"coach", "auditor"},
    "competence:exam": frozenset(),
    "knowledge:learn": frozenset(),
    "appraisal:personnel": frozenset(),
    "web:edit_question_tree": LEADERS,
    "web:effort": RULES | {"coach", "qa", "analyst", "auditor"},
    **dict.fromkeys(("desk:feedback", "desk:withdraw_letter"), WORKERS),
    **dict.fromkeys(("desk:register", "desk:hints", "desk:registered", "intake:visits"), HANDLERS),
    **dict.fromkeys(("desk:mail", "desk:letter", "desk:letter_text", "desk:letter_braille"), MAIL),
    **dict.fromkeys(("desk:mail_again", "desk:mail_release", "desk:print_queue"), frozenset({"specialist", "specialist2"}) | LEADERS),
    **dict.fromkeys(
        ("people:members", "people:new_member", "people:member", "people:password", "people:sign_in", "people:leave", "people:return",
         "people:new_post", "people:end_post", "people:post_duties", "people:units", "people:new_unit", "people:unit", "people:unit_active",
         "people:reset_second_factor", "people:interests", "people:end_interest"), LEADERS,
    ),
    **dict.fromkeys(("partner_accounts:list", "partner_accounts:new", "partner_accounts:one"), LEADERS),
    **dict.fromkeys(("partner_accounts:password", "partner_accounts:factor", "partner_accounts:close", "partner_accounts:end_program"), LEADERS),
    **dict.fromkeys(("partners:home", "partners:task", "partners:hand_over", "partners:programs", "partners:end_program"), frozenset()),
    **dict.fromkeys(("people:signed_in", "people:member_sessions", "people:end_member_sessions"), LEADERS | {"dso"}),
    **dict.fromkeys(("people:roles", "people:authority", "people:authority_version", "privacy:fields", "letters:outgoing", "ops:safekeeping",
                     "letters:sms", "letters:robots", "letters:sms_look", "letters:robot_look", "mail:look",
                     "mail:mailboxes", "mail:new", "mail:edit", "mail:check", "phone:lines", "phone:line", "phone:secret", "phone:off",
                     "phone:records",
                     "people:sign_in_rules"), SETTINGS),
    "people:sign_in_rules_edit": RULES,
    **dict.fromkeys(("letters:sms_try", "letters:sms_token", "letters:robot_new", "letters:robot", "letters:robot_check"), LEADERS),
    **dict.fromkeys(("inquiry:room", "inquiry:part"), HANDLERS | {"top_mgmt"}),
    **dict.fromkeys(("inquiry:connection", "inquiry:approve_connection"), frozenset({"mgmt_rep", "dso", "top_mgmt"})),
    "inquiry:try_connection": frozenset({"mgmt_rep", "dso"}),
    "privacy:access_log": LEADERS | {"top_mgmt", "auditor", "dso"},
    "people:authority_edit": RULES,
    **dict.fromkeys(("registers:list", "registers:new", "registers:save_view", "registers:remove_view"), ALL),
    **dict.fromkeys(("desk:export", "desk:runs", "desk:run_part"), RULES | {"analyst"}),
    "registers:export": RULES | {"analyst"},
    "settlement:batch_file": frozenset(),
    "governance:report_file": frozenset(),
    **dict.fromkeys(
        ("evaluation:audit_report", "evaluation:checklist", "evaluation:compliance_report", "evaluation:judgments", "evaluation:review_minutes"), frozenset()
    ),
    "satisfaction:call": frozenset(),
    **dict.fromkeys(("satisfaction:picture", "warning:picture"), frozenset()),
    **dict.fromkeys(("outside:lines", "outside:replies", "intake:slips"), frozenset()),
    **dict.fromkeys(("registers:entry", "registers:print", "registers:pdf"), RULES | {"qa", "auditor"}),
    **dict.fromkeys(
        ("registers:step", "registers:comment", "registers:reveal", "registers:files", "registers:link", "registers:unlink"), RULES | {"qa"}
    ),
    **dict.fromkeys(("jobs:failed", "jobs:retry", "jobs:drop"), frozenset({"mgmt_rep", "dso"})),
    **dict.fromkeys(("tokens:tokens", "tokens:revoke", "hooks:list", "hooks:one", "hooks:do"), frozenset({"mgmt_rep", "dso"})),
    **dict.fromkeys(("setup:mode", "setup:start", "setup:complete", "setup:compensation", "setup:mail", "setup:confirm", "setup:rules"), RULES),
    **dict.fromkeys(("setup:units", "setup:people", "setup:people_template"), LEADERS),
    "setup:organisation": SETTINGS,
    "practice:home": ALL,
    "practice:exercise": frozenset(),
    **dict.fromkeys(("practice:fill", "practice:empty"), RULES),
    "tokens:second": frozenset({"mgmt_rep", "dso", "top_mgmt"}),
}  # fmt: skip
RULE_PAGES = (
    "clocks:",
    "triage:",
    "casework:",
    "settlement:",
    "complaints:letter_",
    "complaints:edit_letter_",
    "complaints:means",
    "complaints:edit_means",
    "complaints:text_messages",
    "complaints:edit_text_messages",
    "complaints:mail_signatures",
    "complaints:edit_mail_signatures",
    "complaints:replies",
    "complaints:edit_replies",
    "complaints:calming",
    "complaints:scope",
    "web:question_tree",
    "complaints:completeness",
    "complaints:escalation_ladder",
    "complaints:edit_escalation_ladder",
    "aftercare:",
    "governance:",
    "inquiry:",
    "figures:rules",
    "figures:edit_rules",
    "figures:shipped_rules",
    "warning:rules",
    "warning:edit_rules",
    "warning:shipped_rules",
    *(
        f"satisfaction:{edit}{name}"
        for edit in ("", "edit_")
        for name in ("questionnaires", "items", "groups", "asking")
    ),
    *(
        f"competence:{edit}{name}"
        for edit in ("", "edit_")
        for name in ("levels", "criteria", "required", "functions", "points", "bank")
    ),
    *(f"appraisal:{edit}awards" for edit in ("", "edit_")),
    "quality:shipped_plans",
    "evaluation:shipped_duties",
    *(f"quality:{edit}{name}" for edit in ("", "edit_") for name in ("plans", "scorecards")),
    *(f"evaluation:{edit}duties" for edit in ("", "edit_")),
    *(f"improvement:{edit}leaders_in_service" for edit in ("", "edit_")),
    "phone:",
)
OPEN_PAGES = (
    "letter_hooks:",
    "setup:link",
    "setup:step",
    "portal:",
    "account_",
    "mfa_",
    "set_language",
    "health",
    "api-1:",
    "partner-api-1:",
    "files:",
    "socialaccount",
    "desk:demo",
    "practice:enter",
    "phone_events",
)
NOT_SEEN = frozenset(
    {
        "desk:case",
        "knowledge:find",
        "knowledge:learn",
        "desk:preview",
        "desk:pulse",
        "desk:papers",
        "desk:openings",
        "desk:paper",
        "desk:reveal",
        "desk:step",
        "desk:undo_step",
        "inquiry:room",
        "inquiry:part",
        "aftercare:tracking_form",
        "signing:sign",
        "clocks:explain",
        "clocks:take_up",
        "registers:entry",
        "registers:print",
        "registers:pdf",
        "registers:reveal",
        "registers:step",
        "registers:comment",
        "registers:files",
        "registers:link",
        "registers:unlink",
        "leadership:read",
        "leadership:readers",
        "leadership:adopt",
        "settlement:batch_file",
        "governance:report_file",
        "satisfaction:call",
        "satisfaction:picture",
        "warning:picture",
        "conformity:pack",
        "conformity:password",
        "evaluation:audit_report",
        "evaluation:checklist",
        "evaluation:compliance_report",
        "evaluation:judgments",
        "competence:exam",
        "appraisal:personnel",
        "practice:exercise",
        "evaluation:review_minutes",
        "outside:lines",
        "intake:slips",
        "outside:replies",
    }
)
"""Pages of one case or record: who takes no part in it finds nothing there."""


def addresses(resolver: Any, spaces: str = "", before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address by name, with all that it asks for, though some of that stand on a branch before it."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            branch = before + str(one.pattern) if isinstance(one.pattern, RoutePattern) else before
            yield from addresses(one, f"{spaces}{one.namespace}:" if one.namespace else spaces, branch)
        elif "<" in before:
            whole = RoutePattern(before + str(one.pattern), name=one.name, is_endpoint=True)
            yield f"{spaces}{one.name}", URLPattern(whole, one.callback, one.default_args, one.name)
        else:
            yield f"{spaces}{one.name}", one


RECORD = f"BH-{now():%Y}-001"
"""The nonconformity that the supervisor opens first."""
NAMES = sorted({name for name, _pattern in addresses(get_resolver())})


SUPERVISORS_ALONE = frozenset(
    f"triage:edit_{page}" for page in ("risk_rules", "urgent_rules", "risk_marks", "risk_thresholds")
)
"""The risk rules are edited by the supervisor only (TR-06)."""


def who_may(name: str) -> frozenset[str] | None:
    if name in STAFF_PAGES:
        return STAFF_PAGES[name]
    if name in SUPERVISORS_ALONE:
        return frozenset({"supervisor"})
    if name.startswith(
        (
            "triage:edit_",
            "casework:edit_",
            "complaints:edit_calming",
            "complaints:edit_scope",
            "complaints:edit_completeness",
        )
    ):
        return LEADERS
    if name.startswith(RULE_PAGES):
        return RULES
    if name.startswith(OPEN_PAGES):
        return PUBLIC
    raise AssertionError(f"{name} is not in the table of who may open what")


def test_every_address_is_in_the_table() -> None:
    for name in NAMES:
        who_may(name)
    assert not set(STAFF_PAGES) - set(NAMES), "the table names addresses that do not exist"


def address_of(name: str, pattern: URLPattern, number: str) -> str:
    known = {"number": number, "step": "note", "version": 0, "name": "cause", "token": "x", "job_id": 0, "place": 1,
             "code": "registration_form", "part": "orders"}  # fmt: skip
    if name.startswith("registers:"):
        known |= {"register": "nonconformity", "step": "contain", "form": "csv", "number": RECORD}
    return reverse(name, kwargs={key: known.get(key, uuid.UUID(int=1)) for key in pattern.pattern.converters})


SECONDS = frozenset({"frontline2", "specialist2", "dept2", "junior_mediator"})
"""Second people of a role. What asks for a role alone answers them as the first; who one is counts at a case or a record."""


@pytest.mark.req("OG-03", "PS-03", "PS-11", "invariant-6")
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_who_may_open_what(person: str, cast: Cast) -> None:
    number = registered(cast).number
    assert an_entry(registers()["nonconformity"], cast.supervisor).number == RECORD
    patterns = dict(addresses(get_resolver()))
    staff = {name: who_may(name) for name in NAMES if who_may(name) is not PUBLIC}
    asked = {name: may for name, may in staff.items() if person not in SECONDS or name in NOT_SEEN}
    assert asked
    wrong = []
    client = Client()
    enter(client, person)
    for name, allowed in asked.items():
        assert allowed is not None
        address = address_of(name, patterns[name], number)
        with undrawn():
            answer = client.get(address)
            if answer.status_code == 405:
                answer = client.post(address, {})
        refused = answer.status_code == 403 or (name in NOT_SEEN and answer.status_code == 404)
        if answer.status_code >= 500 or refused == (person in allowed):
            if (
                name in {"clocks:explain", "clocks:take_up", "registers:unlink", "registers:reveal"}
                and answer.status_code == 404
            ):
                continue  # no such promise, escalation, link or field, for anybody
            if (
                name in {"desk:reveal", "desk:step", "signing:sign"}
                and answer.status_code in {403, 404}
                and person in allowed
            ):
                continue  # the page is theirs, this field or step is not
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.req("PS-03")
def test_without_an_account_the_staff_side_asks_to_sign_in(cast: Cast) -> None:
    number = registered(cast).number
    client = Client()
    for name, pattern in addresses(get_resolver()):
        if who_may(name) is PUBLIC:
            continue
        address = address_of(name, pattern, number)
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address, {})
        assert answer.status_code in {302, 403}, (name, answer.status_code)
        assert answer.status_code == 403 or "/accounts/login/" in answer.headers["Location"], name


@pytest.mark.req("invariant-5")
def test_people_of_another_organisation_find_nothing(cast: Cast) -> None:
    number = registered(cast).number
    client = Client()
    enter(client, "other-supervisor")
    for name, pattern in addresses(get_resolver()):
        if name in NOT_SEEN:
            assert client.get(address_of(name, pattern, number)).status_code in {403, 404, 405}, name
