"""Made from the interface's description by `./tingsu manage api_client`; not changed by hand.

Amounts are whole fen, instants ISO 8601 in UTC, codes those of the process. `key` is an Idempotency-Key of your own; without
one each call makes its own.
"""
# mypy: disable-error-code="no-any-return"

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict, Unpack
from urllib.parse import quote

Step = Literal[
    "accept", "accept_task", "accept_transfer", "acknowledge", "add_facts", "adopt_pre_plan", "agree",
    "allow_extension", "answer_not_ours", "answer_partner", "answer_review", "answer_settled", "answer_task",
    "appoint_mediator", "approve", "approve_lead", "archive", "ask_about_data", "ask_extension", "ask_opinion",
    "ask_partner", "ask_payment", "ask_release", "ask_review", "ask_to_sign", "assess_and_grade", "assess_risk",
    "assign", "book_payment", "book_refusal", "call_to_mediation", "callback", "change_department",
    "choose_means", "close", "close_recourse", "complete_registration", "confirm_alert", "confirm_receipt",
    "confirm_record", "contest", "correct_record", "deliver_answer", "department_task", "draft_pre_plan",
    "draft_solution", "end_outside_case", "end_release", "end_supervision", "escalate", "evaluate_in_short",
    "execution_failed", "exhaust", "feed_back", "file_outside_case", "find_founded", "find_unfounded",
    "finish_item", "follow_clue", "give_opinion", "grant_release", "hand_over_lead", "immediate_measure",
    "inform_of_ways", "join_event", "judge_demands", "leave_event", "letter_came_back", "letter_posted",
    "letter_told", "link", "link_call", "log_contact", "mediate", "no_agreement", "note", "note_assistance",
    "note_clue", "note_no_signature", "note_outside_course", "notify_result", "object_to_mediator",
    "open_recourse", "order_payment", "order_rectification", "outside_decision", "pass_on", "plan_solution",
    "propose_lead", "prove_delivery", "publish_reply", "rate", "record_cost", "record_opinion",
    "refuse_extension", "refuse_lead", "refuse_pre_plan", "refuse_release", "refuse_solution",
    "refuse_transfer", "reinvestigate", "reject_answer", "reject_result", "renegotiate", "renew_code",
    "reply_outside", "report_high_risk", "request_ruling", "return_partner_answer", "return_payment",
    "return_pre_plan", "return_solution", "return_task", "review_refusal", "revise", "rule_on_deviation",
    "rule_on_dispute", "rule_on_mediator", "rule_out_repeats", "send_solution", "set_waiting",
    "settle_released_data", "solve_directly", "submit_solution", "supervise", "take_back_signing_link",
    "tell_change", "transfer", "unlink", "unlink_call", "upgrade", "verify_execution", "verify_item",
    "vote_on_solution", "weigh_opinion", "withdraw", "withdraw_dispute", "withdraw_offer",
    "withdraw_partner_task",
]

RegisterName = Literal[
    "acknowledgement", "analysis", "appointment", "appraisal", "arrangement", "audit", "audit_programme",
    "award", "business_process", "call", "channel", "channel_improvement", "clause", "committee_review",
    "competence_action", "compliance_evaluation", "contact", "context_factor", "course", "culture_activity",
    "data_incident", "data_quality", "data_request", "data_risk", "disposal", "document", "duty", "evidence",
    "evidence_pack", "exam", "experience", "export", "figure_value", "grading", "handling_method",
    "improvement", "incoming_mail", "inflow_check", "informatisation", "innovation", "insight",
    "interested_party", "knowledge", "legal_hold", "letter_format", "liaison", "limit_alert", "list_import",
    "major_event", "management_review", "market_value", "missed_call", "monthly_report", "nonconformity",
    "objective", "obligation", "outside_audit", "outside_link", "payment_batch", "personnel_file",
    "procedure_notice", "product", "protected_system", "protection_measure", "publication", "quality_check",
    "quality_monitoring", "quality_round", "quick_check", "recount", "rectification", "risk", "role_assignment",
    "site", "slip_batch", "source_control", "spill_over", "staff_incident", "statement", "suggestion",
    "supplier", "survey", "system_change", "trainer", "training", "user_question", "values_feedback", "warning",
]

REGISTER_STEPS: dict[RegisterName, tuple[str, ...]] = {
    "acknowledgement": ("acknowledge", "end", "refuse", "report_breach", "settle_breach", "tell",),
    "analysis": ("end", "run",),
    "appointment": ("appoint", "decline", "end",),
    "appraisal": ("agree", "approve", "count", "drop", "hand_over", "say", "write",),
    "arrangement": ("change", "end", "record",),
    "audit": ("answer", "audit_again", "close", "conclude", "drop", "find", "give_back", "plan", "regrade", "start",),
    "audit_programme": ("approve", "end", "revise", "write",),
    "award": ("answer", "close_nominations", "confer", "drop", "judge", "name_jury", "nominate", "object", "publish",),
    "business_process": ("change", "end", "evaluate",),
    "call": ("forget_recording", "mark", "remark", "report",),
    "channel": ("change", "close", "correct_outage", "fail", "reopen", "restore", "test",),
    "channel_improvement": ("begin", "drop", "finish",),
    "clause": ("approve", "check", "confirm", "exclude", "give", "include", "refuse", "state",),
    "committee_review": ("confirm", "give_back", "hold",),
    "competence_action": ("change", "drop", "finish", "judge", "talk",),
    "compliance_evaluation": ("approve", "change", "drop", "give_back", "judge", "submit",),
    "contact": ("agree_call", "answer", "convert", "miss_call", "reclassify",),
    "context_factor": ("arrange", "change", "end", "review",),
    "course": ("change", "retire", "revise",),
    "culture_activity": ("drop", "hold", "plan",),
    "data_incident": ("close", "contain", "need_not", "tell_authority", "tell_persons", "unfounded",),
    "data_quality": ("assess", "count", "give_back", "take_note",),
    "data_request": ("answer", "check_identity", "make_copy", "not_proved", "pass_copy", "return_copy", "take_back", "write_correction",),
    "data_risk": ("approve", "change", "finish",),
    "disposal": ("approve", "certify", "decline", "propose",),
    "document": ("approve", "distribute", "drop", "enter", "keep", "remind", "return", "review", "revise", "submit", "supersede", "withdraw", "write",),
    "duty": ("do", "give_back", "pass_on", "prove", "waive", "warn",),
    "evidence": ("approve", "renew", "withdraw",),
    "evidence_pack": ("expire", "fail", "made", "refuse", "release", "withdraw",),
    "exam": ("cancel", "hand_in", "no_resit", "resit", "score",),
    "experience": ("decide", "drop", "finish", "nothing",),
    "export": ("allow", "refuse", "withdraw",),
    "figure_value": ("confirm", "withdraw",),
    "grading": ("approve", "decline", "prove",),
    "handling_method": ("begin", "decline", "judge_best", "judge_not", "share",),
    "improvement": ("adopt", "confirm", "decline", "finish", "link_change", "put_off", "reopen",),
    "incoming_mail": ("automatic", "bounced", "contact", "decline", "join", "register", "split", "take_back",),
    "inflow_check": ("compare", "count",),
    "informatisation": ("accept", "build", "drop", "evaluate", "redesign", "refuse",),
    "innovation": ("answer", "assess", "call_jury", "confer", "decline", "end", "follow", "object", "publish",),
    "insight": ("adopt", "again", "carry_out", "confirm", "decline",),
    "interested_party": ("change", "contact", "end", "expect", "involve", "oblige",),
    "knowledge": ("approve", "decline", "give_up", "keep", "retire", "return", "revise", "submit", "teach", "write",),
    "legal_hold": ("add", "lift",),
    "letter_format": ("post", "tell",),
    "liaison": ("settle", "speak_again",),
    "limit_alert": ("answer", "recover",),
    "list_import": ("checked", "drop", "explain", "finish", "go_on", "read", "start", "stop",),
    "major_event": ("approve_statement", "change", "close", "issue_statement", "write_statement",),
    "management_review": ("assemble", "close", "drop", "finish_decision", "give_back", "hold", "plan", "remark",),
    "market_value": ("confirm", "improve", "judge", "withdraw",),
    "missed_call": ("again", "drop", "got_through", "reach", "try",),
    "monthly_report": ("approve", "compile", "confirm", "correct", "give_back", "hand_in", "publish", "release", "report", "take_note", "withdraw",),
    "nonconformity": ("approve", "change", "confirm", "contain", "drop", "evaluate", "finish_action", "plan", "recur", "reopen", "return",),
    "objective": ("achieve", "agree", "communicate", "finish_action", "give_back", "measure", "miss", "plan", "put_before_team", "read", "revise", "update", "withdraw",),
    "obligation": ("adopt", "change", "changed", "check", "end",),
    "outside_audit": ("ask", "cancel", "conclude", "grant", "move", "password", "refuse", "run_out", "shut",),
    "outside_link": ("change", "end", "fetch", "list_came", "refuse_list", "resume",),
    "payment_batch": ("answer", "drop", "gather", "read", "release", "withdraw",),
    "personnel_file": ("admit", "assess", "confirm_points", "describe", "end", "grade", "guide", "hold_back", "note_topic", "practise", "recruit", "release", "reopen", "select", "select_sz", "train",),
    "procedure_notice": ("end", "outdate", "tell",),
    "product": ("change", "close", "reopen",),
    "protected_system": ("check", "file", "retire", "test",),
    "protection_measure": ("end", "improve", "review",),
    "publication": ("approve", "drop", "publish", "record_ground", "remove", "withdraw",),
    "quality_check": ("answer", "confirm", "correct", "decide", "drop", "give", "insist", "judge", "look", "open_up", "rule", "score",),
    "quality_monitoring": ("assess", "give_back", "take_note",),
    "quality_round": ("accept", "conclude", "drop", "finish_action", "give_back",),
    "quick_check": ("confirm", "object",),
    "recount": (),
    "rectification": ("confirm", "drop", "finish", "reopen", "report", "track",),
    "risk": ("accept", "assess", "change", "confirm", "end", "finish_action", "plan", "reopen",),
    "role_assignment": ("approve", "refuse", "replace",),
    "site": ("change", "close", "drop_key", "measure", "new_key", "reopen",),
    "slip_batch": ("answer", "enter", "recount", "set_aside", "waive",),
    "source_control": ("drop", "give_back", "release", "rewrite", "use",),
    "spill_over": ("answer", "end", "finish", "join", "plan", "register", "reopen", "update",),
    "staff_incident": ("close", "finish", "support",),
    "statement": ("approve", "check", "drop", "give_back", "hear", "new_version", "question", "submit", "supersede", "take_effect", "write",),
    "suggestion": ("answer", "commend", "forward",),
    "supplier": ("accept", "assess", "decline", "divide", "end", "evaluate", "prolong", "select", "send",),
    "survey": ("approve", "ask", "cancel", "draw", "end", "hold", "name_callers", "propose", "read",),
    "system_change": ("approve", "implement", "judge", "refuse", "review", "revise", "rework",),
    "trainer": ("approve", "decline", "end",),
    "training": ("approve", "cancel", "change", "finish", "hold", "review", "schedule",),
    "user_question": ("answer", "decline", "mark", "propose", "reopen", "resolve", "update",),
    "values_feedback": ("add", "drop", "evaluate",),
    "warning": ("act", "again", "close", "dismiss", "explain", "give",),
}


class AccessOut(TypedDict):
    """One access. `what`: opened, printed, downloaded, revealed, exported, listed, searched or refused; `door`: page,
    api or export. `place` says in words what of the case it was; `file` is the name of an attachment as the program
    may see it."""

    at: str
    who: str
    what: str
    place: str
    file_id: str | None
    file: str
    purpose: str
    door: str


class AccessPage(TypedDict):
    """A page of accesses, newest first, and the key of the next one."""

    items: list[AccessOut]
    next: str | None


class CallOut(TypedDict):
    """A call linked with a complaint: the number masked, the recording by its name. Instants are UTC."""

    number: str
    caller: str
    withheld: bool
    outcome: str
    started_at: str | None
    answered_at: str | None
    ended_at: str | None
    agent: str
    recording: str


class DemandOut(TypedDict):
    """One demand of the complainant; the amount in fen. Its id is what a solution's answers name."""

    id: str
    kind: str
    amount: int | None
    detail: str


class PartyOut(TypedDict):
    """A party as the token may see it: masked unless the table of fields says otherwise."""

    name: str
    kind: str
    honorific: str
    phone: str
    email: str
    address: str
    city: str
    postcode: str
    country: str
    fax: str
    preferred_channel: str
    contact_note: str
    role: str
    id: str


class PromiseOut(TypedDict):
    """One time limit. Instants are UTC."""

    id: str
    kind: str
    started_at: str
    due_at: str
    ended_at: str | None
    ending: str
    breached_at: str | None
    policy_version: int
    calendar_version: int


class ComplaintDetail(TypedDict):
    """The same with its texts, parties and promises."""

    kind: str
    problem_type: str
    object_type: str
    categories: list[Any]
    scene: str
    product: str
    product_type: str
    occurred_on: str | None
    occurred_time: str
    province: str
    partner_concerned: str
    content_kind: str
    anonymous: bool
    mode: str
    channel: str
    received_at: str | None
    id: str
    number: str
    version: int
    registered_at: str | None
    state: str
    grade: str
    urgency: str
    major: bool
    crisis: bool
    difficult: bool
    supervised: bool
    reasonable_open: bool
    loss_claimed: bool
    risk_marks: list[Any]
    escalation_level: int
    waiting_on: str
    verdict: str
    outcome: str
    repeated: bool
    repeat_count: int
    owner_id: str | None
    next_due_at: str | None
    next_due_kind: str
    public_stage: str
    risk: str
    order_number: str
    summary: str
    description: str
    event_place: str
    service_step: str
    branch: str
    market_region: str
    person_concerned: str
    unit_concerned_id: str | None
    department_id: str | None
    department_by: str
    additional_info: str
    remedy_requested: bool
    remedy_text: str
    rights_holder: str
    rights_basis: str
    content_urls: str
    rights_stated: bool
    customer_type: str
    withheld: list[Any]
    group: str
    language: str
    format: str
    reply_expected: bool
    mode_other: str
    handed_over_by: str
    handed_over: list[Any]
    transferred_by: str
    outside_reference: str
    content_by: str
    signed_by: str
    signed_at: str | None
    calming_steps: list[Any]
    expected_reply_at: str | None
    expected_reply_reason: str
    withdrawn: bool
    completed_at: str | None
    pushed_at: str | None
    entered_at: str | None
    suggested_grade: str
    first_validity: str
    first_impact: str
    required_level: str
    investigation_mode: str
    first_owner_id: str | None
    offered_member_id: str | None
    offered_unit_id: str | None
    offer_refusals: int
    lead_unit_id: str | None
    severity: int | None
    complexity: int | None
    first_action_at: str | None
    investigated_at: str | None
    acknowledged_at: str | None
    record_confirmed_at: str | None
    envelope: str
    original_place: str
    first_reply_at: str | None
    last_feedback_at: str | None
    next_feedback_at: str | None
    answered_at: str | None
    ways_informed_at: str | None
    closed_at: str | None
    archived_at: str | None
    archive_number: str
    retention_class: str
    dispose_on: str | None
    policy_version: int
    category_version: int
    demands: list[DemandOut]
    parties: list[PartyOut]
    promises: list[PromiseOut]


class ComplaintOut(TypedDict):
    """One complaint as it stands now."""

    kind: str
    problem_type: str
    object_type: str
    categories: list[Any]
    scene: str
    product: str
    product_type: str
    occurred_on: str | None
    occurred_time: str
    province: str
    partner_concerned: str
    content_kind: str
    anonymous: bool
    mode: str
    channel: str
    received_at: str | None
    id: str
    number: str
    version: int
    registered_at: str | None
    state: str
    grade: str
    urgency: str
    major: bool
    crisis: bool
    difficult: bool
    supervised: bool
    reasonable_open: bool
    loss_claimed: bool
    risk_marks: list[Any]
    escalation_level: int
    waiting_on: str
    verdict: str
    outcome: str
    repeated: bool
    repeat_count: int
    owner_id: str | None
    next_due_at: str | None
    next_due_kind: str
    public_stage: str
    risk: str


class DayOut(TypedDict):
    """One day of a count, and why it counts or not."""

    on: str
    counted: bool
    reason: str


class DocumentOut(TypedDict):
    """A document of a case; `missing` says in words what has to happen before it exists."""

    code: str
    title: str
    item: str
    item_title: str
    missing: str


class EntryCommentOut(TypedDict):
    """What somebody wrote beside it."""

    at: str
    who: str
    text: str


class EntryFieldOut(TypedDict):
    """One field that holds something: as it is kept (codes, ids, fen, lines of a table), and in words."""

    name: str
    label: str
    value: Any
    words: str


class EntryLinkOut(TypedDict):
    """What it is linked with, as far as the token sees it."""

    id: str | None
    type: str
    how: str
    kind: str
    name: str


class EntryFileOut(TypedDict):
    """One file of the entry."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    received_at: str


class EntryToldOut(TypedDict):
    """One event in words, with what was given to the step."""

    at: str
    kind: str
    who: str
    words: str
    lines: list[str]


class EntryReceiptOut(TypedDict):
    """Somebody has read and understood it, on which day, and how it reached them."""

    member_id: str
    name: str
    on: str
    means: str


class EntryReaderOut(TypedDict):
    """Somebody who is to read an entry."""

    member_id: str
    name: str


class EntryReceiptsOut(TypedDict):
    """Who was asked to read an entry in force, who has confirmed it, and who has not."""

    asked: int
    read: list[EntryReceiptOut]
    unread: list[EntryReaderOut]


class OptionOut(TypedDict):
    """One value that a field takes now."""

    code: str
    label: str


class EntryStepOut(TypedDict):
    """A step that life cycle and roles allow now, what it still waits for, and what its fields may take."""

    step: str
    label: str
    target: str | None
    unmet: list[str]
    options: dict[str, Any]


class EntryDetail(TypedDict):
    """One entry with everything its page says."""

    number: str
    title: str
    state: str
    state_words: str
    columns: dict[str, Any]
    opened_at: str
    entered_at: str | None
    owner_id: str | None
    owner: str
    unit_id: str | None
    next_due_at: str | None
    next_due_kind: str
    speaks_of: str | None
    expires_on: str | None
    version: int
    clauses: list[str]
    fields: list[EntryFieldOut]
    links: list[EntryLinkOut]
    files: list[EntryFileOut]
    comments: list[EntryCommentOut]
    history: list[EntryToldOut]
    promises: list[PromiseOut]
    receipts: EntryReceiptsOut | None
    steps: list[EntryStepOut]


class EntryOut(TypedDict):
    """One entry as lists show it; texts as the token may see them."""

    number: str
    title: str
    state: str
    state_words: str
    columns: dict[str, Any]
    opened_at: str
    entered_at: str | None
    owner_id: str | None
    owner: str
    unit_id: str | None
    next_due_at: str | None
    next_due_kind: str
    speaks_of: str | None
    expires_on: str | None
    version: int


class EntryPageOut(TypedDict):
    """A page of a register, and the key of the next one."""

    items: list[EntryOut]
    next: str | None


class EscalationOut(TypedDict):
    """Something that climbed its ladder: where it stands, and who took it up. Instants are UTC."""

    id: str
    kind: str
    number: str
    level: int
    rung: str
    times: int
    raised_at: str
    next_at: str | None
    taken_at: str | None


class EventOut(TypedDict):
    """One entry of the ledger: codes and ids, never free text."""

    seq: int
    kind: str
    words: str
    v: int
    at: str
    actor: str
    data: dict[str, Any]
    hash: str


class ExtensionOut(TypedDict):
    """One extension that was allowed: both ends, who asked and who allowed it by work identity, and how the letter
    stands."""

    at: str
    before: str
    after: str
    asked_by: str
    allowed_by: str
    told_by: str


class ExplanationOut(TypedDict):
    """A time limit with everything it was counted from. Instants are UTC."""

    id: str
    thing: str
    of: str
    kind: str
    name: str
    starts: str
    stops: str
    limit: str
    condition: str
    profile: str
    basis: str
    mark: str
    pack: str
    policy_version: int
    calendar_version: int
    calendar: str
    started_at: str
    due_at: str
    ended_at: str | None
    breached_at: str | None
    days: list[DayOut]
    extensions: list[ExtensionOut]


class FigureByOut(TypedDict):
    """The figure of one value of a dimension."""

    part: int | None
    whole: int | None
    value: float | None
    withheld: bool
    code: str
    label: str


class FiguresByOut(TypedDict):
    """FiguresByOut."""

    code: str
    period: str
    by: str
    version: int
    rows: list[FigureByOut]


class FileOut(TypedDict):
    """A file that was taken in, still loose: name it within a day."""

    id: str
    media_type: str
    size: int
    sha256: str


class FormOut(TypedDict):
    """Where to send the person: the address opens once, until the instant named (UTC)."""

    url: str
    expires_at: str


class ValueOut(TypedDict):
    """One value; `kind` says how to read it: money in fen, datetime in UTC, a case by its number."""

    name: str
    label: str
    kind: str
    value: str | int


class GroupOut(TypedDict):
    """GroupOut."""

    name: str
    title: str
    facts: list[ValueOut]
    rows: list[list[ValueOut]]


class IndicatorFigureOut(TypedDict):
    """One indicator in one period. ``standing``: met, risk, missed, few, or empty where there is no target."""

    part: int | None
    whole: int | None
    value: float | None
    withheld: bool
    code: str
    name: str
    formula: str
    kind: str
    period: str
    version: int
    target: str
    direction: str
    standing: str
    settled: bool
    counted_at: str | None


class IndicatorFiguresOut(TypedDict):
    """IndicatorFiguresOut."""

    indicators: list[IndicatorFigureOut]


class MeanOut(TypedDict):
    """A mean on 0 to 100 with its interval at 95 %; of fewer than 30 answers only how many there are."""

    number: int
    value: float | None
    low: float | None
    high: float | None


class ItemOut(TypedDict):
    """One item; gap is experience less expectation."""

    code: str
    weight: int
    experience: MeanOut
    expectation: MeanOut
    gap: MeanOut


class MeansOut(TypedDict):
    """One means of a letter. `at` is a UTC instant: when the result was known, or when it is tried next; `parts` are
    text messages."""

    means: str
    result: Literal["queued", "sent", "delivered", "read", "failed", "withdrawn"]
    at: str | None
    why: str
    tries: int
    parts: int
    tracking: str


class LetterOut(TypedDict):
    """A letter to a party, the first means first."""

    id: str
    template: str
    written_at: str
    means: list[MeansOut]


class LinkOut(TypedDict):
    """A link that may still lead to a signature. Instants are UTC."""

    id: str
    asked_at: str
    expires_at: str
    opened_at: str | None


class ListEntryOut(TypedDict):
    """One entry: its code, its word in the language asked for, the documented entry it counts under, and whether it is
    still offered."""

    code: str
    label: str
    counts_under: str
    offered: bool


class ScopeEntryOut(TypedDict):
    """One subject of the scope of acceptance: 'in' is handled here, 'out' is not, and why (IN-19, IN-20)."""

    code: str
    side: str
    label: str
    why: str


class ListsOut(TypedDict):
    """ListsOut."""

    problem_type: list[ListEntryOut]
    object_type: list[ListEntryOut]
    scene: list[ListEntryOut]
    categories: list[ListEntryOut]
    scope: list[ScopeEntryOut]


class UnmetOut(TypedDict):
    """One condition that is missing."""

    guard: str
    code: str
    detail: str


class OfferOut(TypedDict):
    """A step that the process and the token's roles allow now, what it still waits for, and what its fields may take.
    `next` marks the one that leads on and that nothing holds up; `guide` says what is to be done there."""

    step: str
    id: str
    label: str
    target: str | None
    next: bool
    guide: str
    unmet: list[UnmetOut]
    options: dict[str, Any]


class PackLineOut(TypedDict):
    """One limit of a rule pack: on which timer, in which cases, how long, and whether its number was read in the
    official text."""

    timer: str
    when: dict[str, Any]
    amount: int
    unit: str
    extensions: list[int]
    basis: str
    confirmed: bool
    note: str


class PackOut(TypedDict):
    """A rule pack: whom it binds, from when to when it holds (empty where that is not known, or has no end), its
    lines."""

    code: str
    name: str
    document: str
    market: str
    hint: str
    standing: str
    since: str | None
    until: str | None
    followed_by: str
    lines: list[PackLineOut]


class PageOut(TypedDict):
    """A page of a list, and the key of the next one."""

    items: list[ComplaintOut]
    next: str | None


class Period(TypedDict):
    """Period."""

    since: str
    until: str


class PlaceOut(TypedDict):
    """One side of a document. `way`: drawn, typed, refused, or empty; `ink` is the SHA-256 of the drawing."""

    side: str
    state: Literal["open", "asked", "signed", "refused"]
    way: str
    version: int
    signed_at: str | None
    ink: str
    link: LinkOut | None


class Problem(TypedDict):
    """A refusal: a stable code, a sentence fit to show, and data."""

    code: str
    detail: str
    data: NotRequired[dict[str, Any]]


class RateOut(TypedDict):
    """The answer rate of human service: answered / offered; what does not count stands beside it."""

    offered: int
    answered: int
    missed: int
    quick: int
    going: int
    menu: int
    machine: int
    closed: int
    out: int
    internal: int
    doubtful: int
    per_cent: float | None
    enough: bool | None


class RegisteredOut(TypedDict):
    """A registration: the number and the code that the complainant follows it with."""

    kind: str
    problem_type: str
    object_type: str
    categories: list[Any]
    scene: str
    product: str
    product_type: str
    occurred_on: str | None
    occurred_time: str
    province: str
    partner_concerned: str
    content_kind: str
    anonymous: bool
    mode: str
    channel: str
    received_at: str | None
    id: str
    number: str
    version: int
    registered_at: str | None
    state: str
    grade: str
    urgency: str
    major: bool
    crisis: bool
    difficult: bool
    supervised: bool
    reasonable_open: bool
    loss_claimed: bool
    risk_marks: list[Any]
    escalation_level: int
    waiting_on: str
    verdict: str
    outcome: str
    repeated: bool
    repeat_count: int
    owner_id: str | None
    next_due_at: str | None
    next_due_kind: str
    public_stage: str
    risk: str
    code: str
    promises: list[PromiseOut]


class WordingOut(TypedDict):
    """A letter in one language; codes and links are covered."""

    language: Literal["zh-Hans", "en"]
    chosen: bool
    subject: str
    body: str


class RehearsedOut(TypedDict):
    """A letter that the step would write to a party; `means` is tried first."""

    template: str
    to: str
    means: str
    wordings: list[WordingOut]


class ResultOut(TypedDict):
    """The figures of a survey: answers in time only."""

    number: str
    questionnaire: str
    version: int
    sample: int
    asked: int
    answered: int
    late: int
    index: MeanOut
    expectation: MeanOut
    gap: MeanOut
    items: list[ItemOut]


class RoomPartOut(TypedDict):
    """A part as the token may see it. `answered` is false when the connected system gave nothing; `gaps` say what is
    missing."""

    part: str
    title: str
    answered: bool
    gaps: list[str]
    closed: list[str]
    groups: list[GroupOut]


class RunIn(TypedDict):
    """Which document of every case, and in which language."""

    document: str
    language: NotRequired[Literal["zh-hans", "en"]]


class RunOut(TypedDict):
    """A run: `done` of `total` cases; `left_out` of them have no such document. `parts` are ZIP files of 100 cases.
    Instants are UTC."""

    id: str
    document: str
    language: str
    state: Literal["running", "stopped", "refused", "ready"]
    total: int
    done: int
    left_out: int
    asked_at: str
    ended_at: str | None
    parts: list[str]


class ScriptOut(TypedDict):
    """The words to use, and no others, from the instant named on (UTC); 'product' is what they are about."""

    product: str
    script: str
    version: int
    since: str


class SignedOut(TypedDict):
    """A document that can be signed: its newest signed version with the hash of what was signed, and each side."""

    document: str
    item: str
    title: str
    version: int
    digest: str
    places: list[PlaceOut]


class TakenOut(TypedDict):
    """What became of the records: counted, and why each refused one is, by its place from 1."""

    taken: int
    known: int
    refused: list[dict[str, Any]]


class ViolationOut(TypedDict):
    """One check that a complaint does not meet now. The handler by work identity, never by name."""

    number: str
    code: str
    check: str
    found_on: str
    handler: str
    unit: str


class ViolationsOut(TypedDict):
    """A page of them, the newest first, and the key of the next one."""

    items: list[ViolationOut]
    next: str | None


class WhatIfLineOut(TypedDict):
    """One limit and grade: how many were counted, missed in fact, missed by the draft, and the difference."""

    timer: str
    label: str
    grade: str
    counted: int
    missed: int
    would_miss: int
    newly: int
    no_longer: int


class WhatIfOut(TypedDict):
    """WhatIfOut."""

    quarter: str
    complaints: int
    sampled: bool
    sentence: str
    lines: list[WhatIfLineOut]


class ComplaintsPageParams(TypedDict):
    """What complaints_page is asked with."""

    after: NotRequired[str]
    limit: NotRequired[int]
    kind: NotRequired[Literal["complaint", "report"]]
    problem_type: NotRequired[str]
    object_type: NotRequired[str]
    categories: NotRequired[str]
    scene: NotRequired[str]
    product_type: NotRequired[str]
    occurred_part: NotRequired[Literal["small_hours", "morning", "midday", "afternoon", "evening"]]
    province: NotRequired[str]
    partner_concerned: NotRequired[str]
    content_kind: NotRequired[Literal["organisation", "person", "experience", "counter"]]
    anonymous: NotRequired[Literal["yes", "no"]]
    customer_type: NotRequired[Literal["consumer", "client", "end_user", "retailer", "beneficiary", "purchaser", "dealer"]]
    group: NotRequired[Literal["elderly", "minor"]]
    language: NotRequired[Literal["zh-hans", "en"]]
    format: NotRequired[Literal["standard", "large_print", "braille", "sign"]]
    reply_expected: NotRequired[Literal["yes", "no"]]
    mode: NotRequired[Literal["phone", "email", "internet", "in_person", "letter", "other"]]
    channel: NotRequired[str]
    withdrawn: NotRequired[Literal["yes", "no"]]
    state: NotRequired[str]
    grade: NotRequired[Literal["general", "high_risk"]]
    urgency: NotRequired[Literal["normal", "urgent"]]
    first_validity: NotRequired[Literal["likely", "unclear", "unlikely"]]
    first_impact: NotRequired[Literal["one", "several", "wide"]]
    major: NotRequired[Literal["yes", "no"]]
    crisis: NotRequired[Literal["yes", "no"]]
    difficult: NotRequired[Literal["yes", "no"]]
    supervised: NotRequired[Literal["yes", "no"]]
    reasonable_open: NotRequired[Literal["yes", "no"]]
    loss_claimed: NotRequired[Literal["yes", "no"]]
    risk_marks: NotRequired[str]
    escalation_level: NotRequired[Literal["yes", "no"]]
    waiting_on: NotRequired[Literal["us", "department", "complainant", "respondent", "outside"]]
    verdict: NotRequired[Literal["founded", "unfounded", "not_ours"]]
    outcome: NotRequired[Literal["accepted", "unfounded_answered", "referred_out", "exhausted"]]
    repeated: NotRequired[Literal["yes", "no"]]


class RegisterDemands(TypedDict):
    """One of `demands` of register."""

    kind: str
    amount: NotRequired[int]
    detail: NotRequired[str]


class RegisterBody(TypedDict):
    """What register takes."""

    kind: NotRequired[Literal["complaint", "report"]]
    problem_type: str
    object_type: NotRequired[str]
    categories: NotRequired[list[str]]
    delivery_delay: NotRequired[int]
    delivery_delay_unit: NotRequired[Literal["day", "hour"]]
    service_delay: NotRequired[int]
    service_delay_unit: NotRequired[Literal["day", "hour"]]
    category_text: NotRequired[str]
    other_text: NotRequired[str]
    scene: NotRequired[str]
    product: NotRequired[str]
    product_type: NotRequired[str]
    order_number: NotRequired[str]
    summary: NotRequired[str]
    description: str
    occurred_on: NotRequired[str]
    occurred_time: NotRequired[str]
    event_place: NotRequired[str]
    province: NotRequired[str]
    service_step: NotRequired[str]
    branch: NotRequired[str]
    market_region: NotRequired[str]
    person_concerned: NotRequired[str]
    unit_concerned: NotRequired[str]
    partner_concerned: NotRequired[str]
    department: NotRequired[str]
    department_reason: NotRequired[str]
    additional_info: NotRequired[str]
    remedy_requested: NotRequired[Literal["yes", "no"]]
    remedy_text: NotRequired[str]
    demands: NotRequired[list[RegisterDemands]]
    files: NotRequired[list[str]]
    content_kind: NotRequired[Literal["organisation", "person", "experience", "counter"]]
    rights_holder: NotRequired[str]
    rights_basis: NotRequired[Literal["copyright", "trademark", "patent", "portrait", "reputation", "privacy", "business", "other"]]
    content_urls: NotRequired[str]
    rights_stated: NotRequired[bool]
    anonymous: NotRequired[bool]
    name: NotRequired[str]
    is_organisation: NotRequired[bool]
    honorific: NotRequired[Literal["ms", "mr"]]
    customer_type: NotRequired[Literal["consumer", "client", "end_user", "retailer", "beneficiary", "purchaser", "dealer"]]
    phone: NotRequired[str]
    email: NotRequired[str]
    address: NotRequired[str]
    city: NotRequired[str]
    postcode: NotRequired[str]
    country: NotRequired[str]
    fax: NotRequired[str]
    preferred_channel: NotRequired[Literal["email", "sms", "portal", "call", "post"]]
    contact_note: NotRequired[str]
    withheld: NotRequired[list[str]]
    agent_name: NotRequired[str]
    agent_phone: NotRequired[str]
    agent_email: NotRequired[str]
    contact_name: NotRequired[str]
    contact_phone: NotRequired[str]
    respondent_name: NotRequired[str]
    respondent_phone: NotRequired[str]
    respondent_email: NotRequired[str]
    group: NotRequired[Literal["elderly", "minor"]]
    language: NotRequired[Literal["zh-hans", "en"]]
    format: NotRequired[Literal["standard", "large_print", "braille", "sign"]]
    reply_expected: NotRequired[Literal["yes", "no"]]
    mode: Literal["phone", "email", "internet", "in_person", "letter", "other"]
    mode_other: NotRequired[str]
    channel: NotRequired[str]
    received_at: NotRequired[str]
    transferred_by: NotRequired[str]
    outside_reference: NotRequired[str]
    outside_deadline: NotRequired[str]
    content_by: NotRequired[Literal["receiver", "complainant"]]
    visitor_words: NotRequired[str]
    signed_by: NotRequired[Literal["image", "online", "refused"]]
    record_confirmed: NotRequired[bool]
    promise_contact: NotRequired[bool]
    calming_steps: NotRequired[list[Literal["listen", "empathise", "guide"]]]
    repeats: NotRequired[str]
    expected_reply_at: NotRequired[str]
    expected_reply_reason: NotRequired[str]
    then: NotRequired[dict[str, Any]]


class ListAccessesParams(TypedDict):
    """What list_accesses is asked with."""

    after: NotRequired[str]
    limit: NotRequired[int]
    files: NotRequired[bool]


TakeCallsCalls = TypedDict(
    "TakeCallsCalls",
    {
        "call": str,
        "direction": NotRequired[str],
        "number": NotRequired[str],
        "started_at": str,
        "queued_at": NotRequired[str],
        "answered_at": NotRequired[str],
        "abandoned_at": NotRequired[str],
        "ended_at": NotRequired[str],
        "agent": NotRequired[str],
        "by": NotRequired[str],
        "while": NotRequired[str],
        "tag": NotRequired[str],
        "recording": NotRequired[str],
        "recording_until": NotRequired[str],
    },
)
"""One of `calls` of take_calls."""


class TakeCallsBody(TypedDict):
    """What take_calls takes."""

    calls: list[TakeCallsCalls]


class AnswerRateParams(TypedDict):
    """What answer_rate is asked with."""

    since: str
    until: str


class RegisterConversationTurns(TypedDict):
    """One of `turns` of register_conversation."""

    role: Literal["customer", "assistant", "agent", "system"]
    at: str
    text: NotRequired[str]
    files: NotRequired[list[str]]


class RegisterConversationBody(TypedDict):
    """What register_conversation takes."""

    conversation_id: str
    turns: list[RegisterConversationTurns]
    human_asked: NotRequired[bool]
    complaint: NotRequired[dict[str, Any]]


class ReadDocumentParams(TypedDict):
    """What read_document is asked with."""

    language: NotRequired[Literal["zh-hans", "en"]]
    item: NotRequired[str]
    large: NotRequired[bool]


class ListIndicatorsParams(TypedDict):
    """What list_indicators is asked with."""

    period: NotRequired[str]


class IndicatorByParams(TypedDict):
    """What indicator_by is asked with."""

    period: NotRequired[str]
    by: NotRequired[str]


class FillInFormBody(TypedDict):
    """What fill_in_form takes."""

    cause: NotRequired[str]
    product: NotRequired[str]
    order_number: NotRequired[str]
    occurred_on: NotRequired[str]
    occurred_time: NotRequired[str]
    name: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]


class ReadRoomParams(TypedDict):
    """What read_room is asked with."""

    purpose: str


class ComplaintsFileParams(TypedDict):
    """What complaints_file is asked with."""

    form: NotRequired[Literal["csv", "jsonl"]]
    purpose: str
    kind: NotRequired[Literal["complaint", "report"]]
    problem_type: NotRequired[str]
    object_type: NotRequired[str]
    categories: NotRequired[str]
    scene: NotRequired[str]
    product_type: NotRequired[str]
    occurred_part: NotRequired[Literal["small_hours", "morning", "midday", "afternoon", "evening"]]
    province: NotRequired[str]
    partner_concerned: NotRequired[str]
    content_kind: NotRequired[Literal["organisation", "person", "experience", "counter"]]
    anonymous: NotRequired[Literal["yes", "no"]]
    customer_type: NotRequired[Literal["consumer", "client", "end_user", "retailer", "beneficiary", "purchaser", "dealer"]]
    group: NotRequired[Literal["elderly", "minor"]]
    language: NotRequired[Literal["zh-hans", "en"]]
    format: NotRequired[Literal["standard", "large_print", "braille", "sign"]]
    reply_expected: NotRequired[Literal["yes", "no"]]
    mode: NotRequired[Literal["phone", "email", "internet", "in_person", "letter", "other"]]
    channel: NotRequired[str]
    withdrawn: NotRequired[Literal["yes", "no"]]
    state: NotRequired[str]
    grade: NotRequired[Literal["general", "high_risk"]]
    urgency: NotRequired[Literal["normal", "urgent"]]
    first_validity: NotRequired[Literal["likely", "unclear", "unlikely"]]
    first_impact: NotRequired[Literal["one", "several", "wide"]]
    major: NotRequired[Literal["yes", "no"]]
    crisis: NotRequired[Literal["yes", "no"]]
    difficult: NotRequired[Literal["yes", "no"]]
    supervised: NotRequired[Literal["yes", "no"]]
    reasonable_open: NotRequired[Literal["yes", "no"]]
    loss_claimed: NotRequired[Literal["yes", "no"]]
    risk_marks: NotRequired[str]
    escalation_level: NotRequired[Literal["yes", "no"]]
    waiting_on: NotRequired[Literal["us", "department", "complainant", "respondent", "outside"]]
    verdict: NotRequired[Literal["founded", "unfounded", "not_ours"]]
    outcome: NotRequired[Literal["accepted", "unfounded_answered", "referred_out", "exhausted"]]
    repeated: NotRequired[Literal["yes", "no"]]


class LettersAheadBody(TypedDict):
    """What letters_ahead takes."""

    version: NotRequired[int]
    values: NotRequired[dict[str, Any]]


class ScriptsInForceParams(TypedDict):
    """What scripts_in_force is asked with."""

    about: NotRequired[str]
    complaint: NotRequired[str]


class TimeLimitsWhatIfParams(TypedDict):
    """What time_limits_what_if is asked with."""

    profile: NotRequired[str]
    pack: NotRequired[str]
    timer: NotRequired[str]
    amount: NotRequired[int]
    unit: NotRequired[str]
    quarter: NotRequired[str]


class ListProcessChecksParams(TypedDict):
    """What list_process_checks is asked with."""

    code: NotRequired[str]
    handler: NotRequired[str | None]
    unit: NotRequired[str | None]
    after: NotRequired[str]
    limit: NotRequired[int]


class Calls:
    """A function for each endpoint. `call` and `pages` are the client's."""

    def call(self, method: str, path: str, *, params: Mapping[str, Any] | None = None,
             body: Mapping[str, Any] | None = None, key: str = "") -> Any:
        """One request; what it answers."""
        raise NotImplementedError

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[Any]:
        """Every item of a list, a page at a time."""
        raise NotImplementedError

    def complaints(self, **filters: Unpack[ComplaintsPageParams]) -> Iterator[ComplaintOut]:
        """Every complaint that fits, newest first, a page at a time."""
        return self.pages("/complaints", filters)

    def take_step(self, number: str, step: Step, values: Mapping[str, Any] | None = None, *,
                  version: int | None = None, key: str = "") -> ComplaintOut:
        """Take a step of the process; `version` refuses it where the case has changed since (409 changed_meanwhile)."""
        body = {"values": dict(values or {})} | ({} if version is None else {"version": version})
        return self.call("POST", f"/complaints/{quote(number, safe='')}/steps/{step}", body=body, key=key)

    def entries(self, register: RegisterName, **filters: str) -> Iterator[EntryOut]:
        """Every entry of a register that fits: state, owner, q, clause and the register's own filters."""
        return self.pages(f"/registers/{register}", filters)

    def open_entry(self, register: RegisterName, values: Mapping[str, Any], *, key: str = "") -> EntryOut:
        """Open an entry."""
        return self.call("POST", f"/registers/{register}", body=values, key=key)

    def read_entry(self, register: RegisterName, number: str) -> EntryDetail:
        """One entry with fields, links, files, comments, history, promises, and the steps that can be taken now."""
        return self.call("GET", f"/registers/{register}/{quote(number, safe='')}")

    def take_entry_step(self, register: RegisterName, number: str, step: str, values: Mapping[str, Any] | None = None, *,
                        version: int | None = None, key: str = "") -> EntryOut:
        """Take a step of an entry; which there are says REGISTER_STEPS."""
        body = {"values": dict(values or {})} | ({} if version is None else {"version": version})
        return self.call("POST", f"/registers/{register}/{quote(number, safe='')}/steps/{step}", body=body, key=key)

    def entries_file(self, register: RegisterName, purpose: str, form: Literal["csv", "jsonl"] = "csv", **filters: str) -> bytes:
        """The list of a register as a file, filtered as the list is."""
        return self.call("GET", f"/exports/registers/{register}", params={"purpose": purpose, "form": form, **filters})

    def comment(self, register: RegisterName, number: str, comment: str, *, key: str = "") -> EntryDetail:
        """Write a comment on an entry."""
        return self.call("POST", f"/registers/{register}/{quote(number, safe='')}/comments", body={"comment": comment}, key=key)

    def link(self, register: RegisterName, number: str, type: str, to: str, *, key: str = "") -> EntryDetail:
        """Link an entry with a complaint, an entry or another record."""
        body = {"type": type, "number": to}
        return self.call("POST", f"/registers/{register}/{quote(number, safe='')}/links", body=body, key=key)

    def unlink(self, register: RegisterName, number: str, link_id: str, *, key: str = "") -> EntryDetail:
        """Take one of its links away."""
        return self.call("DELETE", f"/registers/{register}/{quote(number, safe='')}/links/{quote(link_id, safe='')}", key=key)

    def complaints_page(self, **params: Unpack[ComplaintsPageParams]) -> PageOut:
        """List complaints, newest first."""
        return self.call("GET", "/complaints", params=params)

    def register(self, body: RegisterBody, *, key: str = "") -> RegisteredOut:
        """Register a complaint (P01)."""
        return self.call("POST", "/complaints", body=body, key=key)

    def read_complaint(self, number: str) -> ComplaintDetail:
        """Read one complaint."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}")

    def complaint_events(self, number: str) -> list[EventOut]:
        """The ledger of one complaint."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/events")

    def possible_steps(self, number: str) -> list[OfferOut]:
        """What can be done now."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/steps")

    def list_accesses(self, number: str, **params: Unpack[ListAccessesParams]) -> AccessPage:
        """Who opened, copied or printed what of a complaint."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/accesses", params=params)

    def list_calls(self, number: str) -> list[CallOut]:
        """The calls in which a complaint was told."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/calls")

    def take_calls(self, number: str, body: TakeCallsBody, *, key: str = "") -> TakenOut:
        """Take in call records of a hotline."""
        return self.call("POST", f"/hotlines/{quote(number, safe='')}/calls", body=body, key=key)

    def answer_rate(self, number: str, **params: Unpack[AnswerRateParams]) -> RateOut:
        """The answer rate of human service of a hotline."""
        return self.call("GET", f"/hotlines/{quote(number, safe='')}/answer-rate", params=params)

    def register_conversation(self, body: RegisterConversationBody, *, key: str = "") -> RegisteredOut:
        """Register a conversation as a complaint; its transcript is kept as evidence."""
        return self.call("POST", "/conversations", body=body, key=key)

    def list_documents(self, number: str) -> list[DocumentOut]:
        """The documents of a complaint."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/documents")

    def read_document(self, number: str, code: str, **params: Unpack[ReadDocumentParams]) -> bytes:
        """A document as PDF."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/documents/{quote(code, safe='')}", params=params)

    def list_escalations(self) -> list[EscalationOut]:
        """Escalations that wait to be taken up."""
        return self.call("GET", "/escalations")

    def take_up_escalation(self, stream_id: str, *, key: str = "") -> EscalationOut:
        """Take up an escalation."""
        return self.call("POST", f"/escalations/{quote(stream_id, safe='')}/take-up", key=key)

    def list_indicators(self, **params: Unpack[ListIndicatorsParams]) -> IndicatorFiguresOut:
        """Indicators of one period with target and standing; figures of 1 to 4 complaints are withheld."""
        return self.call("GET", "/indicators", params=params)

    def indicator_by(self, code: str, **params: Unpack[IndicatorByParams]) -> FiguresByOut:
        """One indicator told apart by a dimension; small figures, and those that would tell them, are withheld."""
        return self.call("GET", f"/indicators/{quote(code, safe='')}", params=params)

    def fill_in_form(self, body: FillInFormBody, *, key: str = "") -> FormOut:
        """A link to the complaint form with what an account or an order knows filled in."""
        return self.call("POST", "/forms", body=body, key=key)

    def read_room(self, number: str, part: str, **params: Unpack[ReadRoomParams]) -> RoomPartOut:
        """Look up what other systems know of a complaint."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/room/{quote(part, safe='')}", params=params)

    def list_letters(self, number: str) -> list[LetterOut]:
        """The letters of a complaint and what became of them by each means."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/letters")

    def read_lists(self) -> ListsOut:
        """Problem types, objects, scenes, categories and the scope of acceptance."""
        return self.call("GET", "/lists")

    def complaints_file(self, **params: Unpack[ComplaintsFileParams]) -> bytes:
        """The list of complaints as a file: CSV or JSON lines."""
        return self.call("GET", "/exports/complaints", params=params)

    def explain_promise(self, promise_id: str) -> ExplanationOut:
        """Explain one deadline: limit, profile, clause, and each day counted or skipped."""
        return self.call("GET", f"/promises/{quote(promise_id, safe='')}")

    def letters_ahead(self, number: str, step: str, body: LettersAheadBody, *, key: str = "") -> list[RehearsedOut]:
        """The letters that a step would write, in both languages; nothing is done."""
        return self.call("POST", f"/complaints/{quote(number, safe='')}/letters/ahead/{quote(step, safe='')}", body=body, key=key)

    def list_runs(self, number: str) -> list[RunOut]:
        """What is made of every case of an approved export."""
        return self.call("GET", f"/exports/{quote(number, safe='')}/runs")

    def start_run(self, number: str, body: RunIn, *, key: str = "") -> RunOut:
        """Make a document of every case of an approved export."""
        return self.call("POST", f"/exports/{quote(number, safe='')}/runs", body=body, key=key)

    def read_run(self, number: str, run: str) -> RunOut:
        """How far a run has come."""
        return self.call("GET", f"/exports/{quote(number, safe='')}/runs/{quote(run, safe='')}")

    def stop_run(self, number: str, run: str, *, key: str = "") -> RunOut:
        """Stop a run; its parts stay."""
        return self.call("POST", f"/exports/{quote(number, safe='')}/runs/{quote(run, safe='')}/stop", key=key)

    def go_on_with_run(self, number: str, run: str, *, key: str = "") -> RunOut:
        """Let a stopped run go on."""
        return self.call("POST", f"/exports/{quote(number, safe='')}/runs/{quote(run, safe='')}/go-on", key=key)

    def read_part(self, number: str, part: str) -> bytes:
        """A part of a run as ZIP."""
        return self.call("GET", f"/exports/{quote(number, safe='')}/parts/{quote(part, safe='')}")

    def scripts_in_force(self, **params: Unpack[ScriptsInForceParams]) -> list[ScriptOut]:
        """Emergency scripts that govern what somebody tells, or a complaint."""
        return self.call("GET", "/scripts", params=params)

    def list_signatures(self, number: str) -> list[SignedOut]:
        """The documents of a complaint that are signed, with each side."""
        return self.call("GET", f"/complaints/{quote(number, safe='')}/signatures")

    def time_limits_packs(self) -> list[PackOut]:
        """The rule packs that ship, with dates of effect and sources; nothing of them holds by itself."""
        return self.call("GET", "/time-limits/packs")

    def time_limits_what_if(self, **params: Unpack[TimeLimitsWhatIfParams]) -> WhatIfOut:
        """What another profile, or another length of one limit, would have done to the complaints of a quarter."""
        return self.call("GET", "/time-limits/what-if", params=params)

    def list_process_checks(self, **params: Unpack[ListProcessChecksParams]) -> ViolationsOut:
        """Process checks that complaints do not meet now."""
        return self.call("GET", "/process-checks", params=params)
