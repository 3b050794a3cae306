"""Documents of the investigation and of mediation: report by round (IV-09), record with a place for every signature (MD-06)."""

import uuid
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tingsu.casework import consultation_paper, ruling_paper  # noqa: F401  documents of their own
from tingsu.casework.models import ENDED_MEDIATIONS, DepartmentTask, Investigation, Mediation, MediationSession
from tingsu.casework.panels import HEARD, losses_of, present_words, proposals_of, shares_of, sources_of
from tingsu.complaints import recorded_words
from tingsu.complaints.access import party_actor
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.letter_papers import items, letter
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Content, Item, Paper, Reader, Signer, Text, declare
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.actor import Actor
from tingsu.kernel.models import Event
from tingsu.kernel.punctuation import listed
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.privacy.show import PartyView, show_party
from tingsu.process.steps import options_of

TEXTS: dict[str, Text] = {
    "background": gettext_lazy("Background"), "cause": gettext_lazy("Verified cause"), "damage": gettext_lazy("Degree of damage"),
    "demand": gettext_lazy("What the user asks for"), "evidence": gettext_lazy("Evidence list"),
}  # fmt: skip


def rounds(complaint: Complaint) -> list[Investigation]:
    """What was concluded, the oldest first. A report is the version of its round: a new round never rewrites it."""
    done = [row for row in Investigation.of(complaint) if row.concluded_at is not None]
    return sorted(done, key=lambda row: row.round)


def report_items(complaint: Complaint) -> list[Item]:
    return [(str(row.round), _("version %(number)s") % {"number": row.round}) for row in rounds(complaint)]


def report_missing(complaint: Complaint) -> Text:
    return "" if rounds(complaint) else _("no investigation has been concluded yet")


def report(reader: Reader) -> Content:
    """The report of one round by the template of SVC 3.2.3: what was found, on which evidence, who is responsible."""
    row = next(one for one in rounds(reader.complaint) if str(one.round) == reader.item)
    facts = [
        (_("Version"), str(row.round)),
        (pgettext("investigation", "Mode"), str(row.get_mode_display())),
        (_("Depth"), str(row.get_depth_display())),
        (_("Departments that took part"), listed(people.unit_name(uuid.UUID(one)) for one in row.unit_ids)),
        (pgettext("casework", "Leads"), people.unit_name(reader.complaint.lead_unit_id) if row.mode == "joint" else ""),
        (_("Opened"), instant(row.opened_at)),
        (_("Concluded"), instant(row.concluded_at) if row.concluded_at else ""),
        (_("Investigator"), people.staff_identity(row.concluded_by)),
        (_("Verdict"), str(row.get_verdict_display())),
        (_("Plan"), row.covered("plan")),
        (_("What opened this round"), row.covered("reopened_words")),
    ]
    heard = [
        (_("Complainant heard"), str(HEARD.get(row.objectivity.get("complainant_heard", ""), ""))),
        (_("Respondent heard"), str(HEARD.get(row.objectivity.get("respondent_heard", ""), ""))),
        (_("Every fact is tied to evidence"), _yes(row.objectivity.get("facts_tied"))),
        (_("Nothing was decided by identity or channel"), _yes(row.objectivity.get("no_exclusion"))),
    ]
    parts = [
        Part(heading=_("Investigation"), facts=in_full(_said(facts))),
        *(Part(heading=str(label), texts=[words]) for name, label in TEXTS.items() if (words := row.covered(name))),
        *_sources(row),
        *_files(reader),
        *_departments(reader, row),
        Part(heading=_("Objectivity"), facts=_said(heard)),
        *_shares(row),
        *_losses(row),
        Part(heading=_("Handling basis"), texts=_bases(row)),
        Part(heading=_("Reasons"), texts=[row.covered("reasons")]) if row.reasons else Part(),
        Part(heading=_("Sign-off"), facts=_signed(reader, row), signs=[_("Investigator"), _("Supervisor")]),
    ]
    return Content(parts=[part for part in parts if part != Part()], subtitle=_version(row))


def _version(row: Investigation) -> str:
    words = _("version %(number)s") % {"number": row.round}
    return f"{words} · {instant(row.concluded_at)}" if row.concluded_at else words


def _signed(reader: Reader, row: Investigation) -> list[tuple[str, str]]:
    """Who signed the report off in the system, by the event that proves it: its number and hash stand in the ledger (IV-09)."""
    events = Event.objects.filter(stream_id=reader.complaint.pk, data__investigation=str(row.pk), at=row.concluded_at)
    event = events.order_by("seq").first()
    if event is None:
        return []
    signer = people.staff_identity(event.actor_id) or event.actor_name
    return [
        (_("Signed off in the system by"), signer),
        (_("Signed off at"), instant(event.at)),
        (_("Proof in the ledger"), f"{event.seq} · {recorded_words.in_eights(bytes(event.hash)[1:].hex())}"),
    ]


def _yes(value: object) -> str:
    return "" if value is None else (_("Yes") if value else _("No"))


def _said(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, words) for label, words in facts if words]


def _sources(row: Investigation) -> list[Part]:
    rows = [list(line) for line in sources_of(row)]
    heads = [_("Source"), _("State"), _("Why not collected")]
    return [Part(heading=_("Sources looked for"), heads=heads, rows=rows, widths=[3, 2, 4])] if rows else []


def _files(reader: Reader) -> list[Part]:
    rows = [
        [
            recorded_words.file_words(reader, file),
            people.alias_of(file.received_by) or "–",
            recorded_words.hash_of(file),
        ]
        for file in recorded_words.files(reader)
    ]
    heads = [_("Attachment"), _("Taken in by"), "SHA-256"]
    return [Part(heading=_("Attachments as evidence"), heads=heads, rows=rows, widths=[5, 2, 5])] if rows else []


def _departments(reader: Reader, row: Investigation) -> list[Part]:
    answered = [one for one in DepartmentTask.of(reader.complaint) if one.answered_at is not None]
    rows = [
        [people.unit_name(one.unit_id), one.covered("request"), one.covered("answer"), one.covered("conclusion")]
        for one in answered
        if row.concluded_at is None or (one.answered_at and one.answered_at <= row.concluded_at)
    ]
    heads = [_("Department"), _("Asked"), _("Answer"), _("Conclusion")]
    return [Part(heading=_("What departments found"), heads=heads, rows=rows, widths=[2, 4, 4, 4])] if rows else []


def _shares(row: Investigation) -> list[Part]:
    rows = [[party, f"{share} %", basis] for party, share, basis in shares_of(row)]
    heads = [_("Party"), _("Share in %"), _("Basis")]
    return [Part(heading=_("Responsibility"), heads=heads, rows=rows, widths=[2, 2, 6])] if rows else []


def _losses(row: Investigation) -> list[Part]:
    rows = [list(line) for line in losses_of(row)]
    heads = [_("Item"), _("Claimed (yuan)"), _("Assessed (yuan)"), _("Basis")]
    return [Part(heading=_("Loss claimed and assessed"), heads=heads, rows=rows, widths=[4, 2, 2, 4])] if rows else []


def _bases(row: Investigation) -> list[str]:
    names = {str(code): str(words) for code, words in options_of(PROCESS["find_founded"].field("bases"))}
    return [names.get(code, "–") for code in row.bases] or ["–"]


def mediation_items(complaint: Complaint) -> list[Item]:
    return [
        (str(number), f"{number} · {row.get_state_display()}") for number, row in enumerate(Mediation.of(complaint), 1)
    ]


def mediation_missing(complaint: Complaint) -> Text:
    return "" if Mediation.of(complaint) else _("nobody has been appointed to mediate")


def mediation(reader: Reader) -> Content:
    """The record of one mediation: mediator, parties, sessions, proposals, result, agreement, signatures."""
    row = Mediation.of(reader.complaint)[int(reader.item) - 1]
    roles = _sides(reader.complaint)
    parties = [
        (str(role.label), _named(reader, view)) for role in roles if (view := recorded_words.person(reader, role))
    ]
    places = [str(one.words) for one in mediation_signers(reader.complaint, reader.item)]
    note = "" if row.state in ENDED_MEDIATIONS else _("The mediation has not ended.")
    return Content(parts=[*_mediation_parts(reader.complaint, row, parties), Part(signs=places, note=note)])


def _named(reader: Reader, view: PartyView) -> str:
    """By the name where somebody opened it for a purpose, else by its first sign and the end of the telephone."""
    return view.name if reader.purpose and view.name else view.short or view.name


def mediation_to_sign(complaint: Complaint, item: str) -> list[Part]:
    """The record as both sides sign it: everybody by the first sign of the name, so that neither reads what is the other's."""
    row = Mediation.of(complaint)[int(item) - 1]
    parties = []
    for party in rows_of(Party, complaint):
        if party.role in _sides(complaint):
            view = show_party(party_actor(party, complaint.organisation_id), party, "page", windows={})
            parties.append((str(PartyRole(party.role).label), view.short))
    return _mediation_parts(complaint, row, parties)


def session_held(complaint: Complaint, item: str) -> bool:
    """Has this mediation a session to be signed for? Before the first one its record is empty."""
    row = Mediation.of(complaint)[int(item) - 1]
    return any(one.mediation_id == row.pk for one in MediationSession.of(complaint))


def _sides(complaint: Complaint) -> list[PartyRole]:
    roles = {PartyRole(party.role) for party in rows_of(Party, complaint)}
    return [role for role in (PartyRole.COMPLAINANT, PartyRole.AGENT, PartyRole.RESPONDENT) if role in roles]


def mediation_signers(complaint: Complaint, item: str) -> list[Signer]:
    """Complainant, respondent and mediator. Where our enterprise is the respondent, the owner or a leader signs for it."""
    row = Mediation.of(complaint)[int(item) - 1]

    def for_enterprise(actor: Actor) -> bool:
        leads = actor.id == complaint.owner_id or actor.has_role(Role.SUPERVISOR, Role.MGMT_REP)
        return leads and actor.id != row.mediator_id

    other = PartyRole.RESPONDENT in _sides(complaint)
    return [
        Signer(
            side="complainant",
            words=PartyRole.COMPLAINANT.label,
            parties=frozenset({PartyRole.COMPLAINANT, PartyRole.AGENT}),
        ),
        Signer(
            side="respondent",
            words=PartyRole.RESPONDENT.label if other else gettext_lazy("For our enterprise"),
            parties=frozenset({PartyRole.RESPONDENT}) if other else frozenset(),
            member=None if other else for_enterprise,
        ),
        Signer(side="mediator", words=gettext_lazy("Mediator"), member=lambda actor: actor.id == row.mediator_id),
    ]


def _mediation_parts(complaint: Complaint, row: Mediation, parties: list[tuple[str, str]]) -> list[Part]:
    facts = [
        (_("Mediator"), people.staff_identity(row.mediator_id)),
        (_("Level"), str(row.get_level_display())),
        (
            _("Acts for"),
            _("the mediation body of the enterprise") if row.by_body else _("the complaint handling centre"),
        ),
        (_("Appointed by"), people.staff_identity(row.appointed_by)),
        (_("Appointed"), instant(row.appointed_at)),
        (_("Result"), str(row.get_state_display())),
        (_("Ended"), instant(row.ended_at) if row.ended_at else ""),
    ]
    told = list(parties)
    if complaint.anonymous:
        told.insert(0, (str(PartyRole.COMPLAINANT.label), _("Anonymous")))
    if PartyRole.RESPONDENT not in _sides(complaint):
        told.append((str(PartyRole.RESPONDENT.label), _("our enterprise")))
    sessions = []
    for number, one in enumerate((held for held in MediationSession.of(complaint) if held.mediation_id == row.pk), 1):
        lines = [
            (_("Date"), instant(one.held_at)),
            (pgettext("mediation", "Means"), one.covered("means")),
            (_("Who took part"), present_words(one)),
            (pgettext("mediation", "Course"), one.covered("content")),
            *((str(label), words) for label, words in proposals_of(one)),
        ]
        sessions.append(Part(heading=_("Session %(number)s") % {"number": number}, deep=3, facts=in_full(_said(lines))))
    agreed = row.covered("agreement")
    return [
        Part(heading=_("Mediation"), facts=_said(facts)),
        Part(heading=_("Parties"), facts=told),
        Part(heading=_("Sessions"), texts=[] if sessions else [_("No session has been held yet.")]),
        *sessions,
        *([Part(heading=_("Agreement"), texts=[agreed])] if agreed else []),
    ]


declare(
    Paper(
        code="investigation_report",
        title=gettext_lazy("Investigation report"),
        hint=gettext_lazy("What was found, on which evidence, and who is responsible; one version for each round."),
        content=report,
        order=40,
        missing=report_missing,
        items=report_items,
    )
)
declare(
    Paper(
        code="mediation_record",
        to_party=True,
        title=gettext_lazy("Mediation record"),
        hint=gettext_lazy("Mediator, parties, sessions, proposals and result, to be signed."),
        content=mediation,
        order=50,
        missing=mediation_missing,
        items=mediation_items,
        to_sign=mediation_to_sign,
        ready=session_held,
        signers=mediation_signers,
    )
)
declare(
    Paper(
        code="answer_letter",
        to_party=True,
        title=gettext_lazy("Letter with the answer"),
        hint=gettext_lazy("Why the complaint was not founded, as it was sent."),
        content=partial(letter, templates=("answer", "answer_tactful")),
        order=61,
        missing=lambda complaint: "" if complaint.answered_at else _("no answer has been sent yet"),
        items=lambda complaint: items(complaint, "answer", "answer_tactful"),
    )
)
