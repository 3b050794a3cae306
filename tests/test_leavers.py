"""Who has left, or whose post has ended, opens nothing any more through any door; what acted for a leaver does not act again by
itself when they are taken back (PS-03, AI-04).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import UUIDField
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, Cast, Person
from tests.signing import enter
from tingsu.api.models import ApiToken
from tingsu.api.tokens import agree, approve, issue_token
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.hooks.delivering import deliver_due
from tingsu.hooks.tests.receiver import Receiver
from tingsu.hooks.tests.subscribed import happens, made
from tingsu.hooks.tests.subscribed import other as other
from tingsu.intake import visits
from tingsu.kernel import approvals
from tingsu.kernel.actor import automation
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event, Proposal
from tingsu.kernel.tenancy import TenantModel
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions, leaving, lockout
from tingsu.people.access import member_now
from tingsu.people.models import Member, Post
from tingsu.privacy.actions import reveal
from tingsu.privacy.fields import may_reveal
from tingsu.privacy.show import open_windows
from tingsu.registers import actions as registers
from tingsu.registers.declaration import register_named

pytestmark = pytest.mark.req("PS-03")
HOUSE = "203.0.113.9"
ALL = ("desk", "sign in", "read", "read a stream", "upload", "webhook", "export", "digits", "window", "proposal")
"""Page session, sign-in anew with the right password, three calls with a token, subscription, export link, visitor's screen,
opened personal data, a proposal that waits. Nothing is held open by the server: there is no live stream (`pulse` asks again).
"""


class Doors:
    """Whatever one person has open, and whether each door still opens."""

    def __init__(self, cast: Cast, other: Receiver, case: Complaint) -> None:
        self.cast, self.other, self.case = cast, other, case
        self.person: Person = cast.mgmt_rep
        system = automation("test", cast.organisation_id)
        self.browser = enter(Client(), self.person.username)
        _row, self.token = issue_token(
            actor=system, name="erp", scopes=["complaints:read", "complaints:write"], roles=["mgmt_rep"], acts_for=self.person.id,
        )  # fmt: skip
        self.hook, _secret = made(cast, other)
        register = register_named("export")
        assert register is not None
        opening = registers.Opening(values={"purpose": "周例会", "use": "inside", "filters": "view=all"})
        asked = registers.open_entry(actor=self.person.actor, register=register, opening=opening)
        self.export = registers.take_step(actor=cast.supervisor.actor, entry=asked, register=register, step="allow")
        self.digits = [visits.open_visit(self.person.actor)[1] for _time in range(3)]
        self.party = case.parties.get(role="complainant")
        reveal(actor=self.person.actor, complaint=case, party_id=self.party.pk, field="phone", purpose="回电")
        with pytest.raises(WaitsForApproval):
            actions.give_password(actor=self.person.actor, member_id=cast.top_mgmt.id)

    def which(self) -> list[str]:
        """The doors that open now. Each is tried by the request that a person or program would send."""
        tried: dict[str, Callable[[], bool]] = {
            "desk": lambda: self.browser.get(reverse("desk:queue")).status_code == 200,
            "sign in": self._signs_in,
            "read": lambda: self._call("GET", f"/complaints/{self.case.number}") == 200,
            "read a stream": lambda: self._call("GET", "/exports/complaints?purpose=check") == 200,
            "upload": lambda: self._call("POST", "/files") == 201,
            "webhook": self._delivers,
            "export": self._fetches,
            "digits": self._pairs,
            "window": self._sees,
            "proposal": lambda: bool(approvals.proposed_by(self.person.actor)),
        }  # fmt: skip
        assert tuple(tried) == ALL
        return [name for name, opens in tried.items() if opens()]

    def _signs_in(self) -> bool:
        """Where the role asks for a second factor, it is set up next; without a post nothing opens after it."""
        client = Client(REMOTE_ADDR=HOUSE)
        client.post("/accounts/login/", {"login": self.person.username, "password": PASSWORD})
        return "_auth_user_id" in client.session

    def _sees(self) -> bool:
        actor = member_now(self.person.id)
        return (
            actor is not None
            and may_reveal(actor, "complainant", "phone")
            and (self.party.pk, "phone") in open_windows(actor, [self.case.pk, self.party.pk])
        )

    def _call(self, method: str, path: str) -> int:
        client, headers = Client(), {"Authorization": f"Bearer {self.token}"}
        if method == "GET":
            return client.get(f"/api/v1{path}", headers=headers).status_code
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("a.txt", b"seen", "text/plain")
        headers["Idempotency-Key"] = uuid.uuid4().hex
        return client.post(f"/api/v1{path}", {"file": file}, headers=headers).status_code

    def _delivers(self) -> bool:
        before = len(self.other.came)
        happens(self.case, self.cast.frontline)
        deliver_due()
        return len(self.other.came) > before

    def _fetches(self) -> bool:
        """Through the session of before, and anew where the person signs in again."""
        address = reverse("desk:export", args=[self.export.number, "csv"])
        anew = enter(Client(), self.person.username)
        return 200 in {one.get(address).status_code for one in (self.browser, anew)}

    def _pairs(self) -> bool:
        try:
            visits.pair(self.digits.pop())
        except InvalidInput:
            return False
        return True


def leaves(doors: Doors) -> None:
    actions.deactivate_member(actor=automation("test", doors.cast.organisation_id), member_id=doors.person.id)


def comes_back(doors: Doors) -> None:
    """Taken back with the same post in the same unit."""
    actions.reactivate_member(actor=automation("test", doors.cast.organisation_id), member_id=doors.person.id)
    takes_up(doors)


def takes_up(doors: Doors) -> None:
    old = Post.objects.filter(member_id=doors.person.id, role="mgmt_rep").order_by("since")[0]
    actions.give_post(
        actor=automation("test", doors.cast.organisation_id),
        member_id=doors.person.id,
        unit_id=old.unit_id,
        role=old.role,
    )


def loses_the_post(doors: Doors) -> None:
    for post in Post.objects.filter(member_id=doors.person.id):
        actions.end_post(actor=automation("test", doors.cast.organisation_id), post_id=post.pk)


def is_locked(doors: Doors) -> None:
    for _time in range(lockout.ACCOUNT_LIMIT):
        Client(REMOTE_ADDR=HOUSE).post("/accounts/login/", {"login": doors.person.username, "password": "guessed"})


Step = Callable[[Doors], None]


@pytest.fixture
def doors(cast: Cast, other: Receiver) -> Doors:
    return Doors(cast, other, a_case(cast.frontline))


@pytest.mark.req("AI-04", "IG-01", "PS-06", "RG-18", "CA-59")
@pytest.mark.parametrize(
    ("happened", "open_then", "again", "open_again"),
    [
        # Taken back, a person signs in anew; nothing else comes back by itself.
        (leaves, (), comes_back, ("sign in",)),
        # Without a post nothing opens; what was theirs is theirs again with it. The subscription waits for a person.
        (
            loses_the_post,
            ("sign in", "proposal"),
            takes_up,
            tuple(one for one in ALL if one not in {"desk", "webhook"}),
        ),
        # Failed tries close the sign-in from there, and nothing else: nobody shuts out somebody who works.
        (is_locked, tuple(one for one in ALL if one != "sign in"), None, ()),
    ],
)
def test_through_every_door(
    doors: Doors, happened: Step, open_then: tuple[str, ...], again: Step | None, open_again: tuple[str, ...]
) -> None:
    assert doors.which() == list(ALL), "all of them open before"
    happened(doors)
    assert doors.which() == list(open_then)
    if again is not None:
        again(doors)
        assert doors.which() == list(open_again)


@pytest.mark.req("AI-04")
def test_access_ends_for_good_is_said_and_the_ledger_agrees(doors: Doors, sign_in: Any) -> None:
    cast = doors.cast
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    member = reverse("people:member", args=[doors.person.id])
    page = " ".join(client.get(member).content.decode().split())
    told = page.split("Ends for good when this person leaves:")[1].split("</span>")[0]
    for words in (
        "Access of programs 1",
        "Subscriptions of other systems",
        "Proposals that wait",
        "Opened personal data 1",
    ):
        assert words in told
    leaves(doors)
    token = ApiToken.objects.get()
    assert (token.revoked_at is not None, token.why) == (True, "left")
    event = Event.objects.get(kind="token.revoked")
    assert (event.actor_kind, event.actor_name, event.body["why"]) == ("system", "people.leaving", "left")
    assert Notice.objects.filter(kind="token.ended").values_list("member_id", flat=True).get() == cast.dso.id
    assert Proposal.objects.get().state == "withdrawn"
    page = client.get(member).content.decode()
    assert "Ends for good" not in page
    tokens = enter(Client(), "dso")
    tokens.cookies["tingsu_language"] = "en"
    assert "Ended: the person behind it has left" in tokens.get(reverse("tokens:tokens")).content.decode()
    tally = Tally()
    assert list(verify_organisation(tally)) == []


@pytest.mark.req("AI-04")
@pytest.mark.parametrize("settled", [True, False])
def test_what_a_leaver_issued_for_somebody_else(cast: Cast, settled: bool) -> None:
    """In use it goes on in that person's name and is to be replaced, because its maker knows it; unsettled it ends."""
    row, text = issue_token(
        actor=cast.dso.actor, name="shop", scopes=["complaints:read"], roles=["specialist"], acts_for=cast.specialist.id
    )
    if settled:
        agree(actor=cast.specialist.actor, token_id=row.pk)
        approve(actor=cast.top_mgmt.actor, token_id=row.pk)
    actions.deactivate_member(actor=automation("test", cast.organisation_id), member_id=cast.dso.id)
    row.refresh_from_db()
    called = Client().get("/api/v1/complaints", headers={"Authorization": f"Bearer {text}"}).status_code
    notices = set(Notice.objects.filter(member_id=cast.mgmt_rep.id).values_list("kind", flat=True))
    page = enter(Client(), "mgmt_rep")
    page.cookies["tingsu_language"] = "en"
    says = "Who issued it has left" in page.get(reverse("tokens:tokens")).content.decode()
    if settled:
        assert (row.revoked_at, called, "token.maker_left" in notices, says) == (None, 200, True, True)
        told = Notice.objects.filter(kind="token.maker_left").count()
        actions.reactivate_member(actor=automation("test", cast.organisation_id), member_id=cast.dso.id)
        assert Notice.objects.filter(kind="token.maker_left").count() == told, "who is taken back has not left"
    else:
        assert (row.why, called, "token.ended" in notices, says) == ("left", 401, True, False)


@pytest.mark.req("AI-04")
def test_what_acted_before_this_rule_ends_when_its_maker_is_taken_back(cast: Cast) -> None:
    """Of homes in which somebody left before: the token was never revoked."""
    system = automation("test", cast.organisation_id)
    row, _text = issue_token(
        actor=system, name="old", scopes=["complaints:read"], roles=["specialist"], acts_for=cast.specialist.id
    )
    actions.deactivate_member(actor=system, member_id=cast.specialist.id)
    ApiToken.objects.filter(pk=row.pk).update(revoked_at=None, why="")
    actions.reactivate_member(actor=system, member_id=cast.specialist.id)
    row.refresh_from_db()
    assert row.why == "left"


@pytest.mark.req("CA-59")
def test_what_was_proposed_about_a_leaver_ends_and_the_leaving_itself_is_approved(cast: Cast) -> None:
    for asks in (
        lambda: actions.give_password(actor=cast.supervisor.actor, member_id=cast.mgmt_rep.id),
        lambda: actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.mgmt_rep.id),
    ):
        with pytest.raises(WaitsForApproval):
            asks()
    leave = Proposal.objects.get(matter="leave")
    approvals.approve(actor=cast.top_mgmt.actor, proposal_id=leave.pk)
    states = dict(Proposal.objects.values_list("matter", "state"))
    assert states == {"leave": "approved", "password": "withdrawn"}


@pytest.mark.req("CA-59")
def test_a_proposal_that_is_decided_in_the_instant_of_the_leaving_does_not_hold_it_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WaitsForApproval):
        actions.give_password(actor=cast.supervisor.actor, member_id=cast.mgmt_rep.id)
    (seen,) = approvals.open_with(cast.mgmt_rep.id)
    approvals.withdraw(actor=cast.supervisor.actor, proposal_id=seen.pk)
    monkeypatch.setattr(approvals, "open_with", lambda member_id: [seen])
    actions.deactivate_member(actor=automation("test", cast.organisation_id), member_id=cast.mgmt_rep.id)
    assert not Member.objects.get(pk=cast.mgmt_rep.id).active


def test_one_kind_of_ending_is_declared_once() -> None:
    first = leaving.endings()[0]
    with pytest.raises(RuntimeError):
        leaving.declare(first)


NAMES_A_MEMBER = re.compile(r"(member|owner|keeper|author|acts_for|deputy|holder)(_id)?$|_by(_id)?$")
ENDS = {
    "api.ApiToken.acts_for_id", "api.ApiToken.made_by_id", "hooks.Subscription.owner_id", "kernel.Proposal.proposed_by_id",
    "privacy.Reveal.member_id", "intake.Visit.opened_by", "complaints.PaperRun.asked_by", "registers.Entry.opened_by",
}  # fmt: skip
"""What a member made that acts without them: it ends with the leaving, or asks at each use whether they still may."""
TELLS = {
    # handed over before the leaving (`Kind.held`), or owed whoever holds it
    "aftercare.ArchivedFile", "aftercare.Callback", "aftercare.ReviewRequest", "clocks.Escalation", "clocks.EscalationCall",
    "clocks.Promise", "complaints.CaseMember", "complaints.Complaint", "registers.Entry",
    # what was done, said, decided or received, and by whom
    "aftercare.ClosingReview", "aftercare.Rating", "aftercare.ResultNotice", "api.ApiToken", "casework.Assistance", "casework.Clue",
    "casework.CriminalLead", "casework.DepartmentTask", "casework.Dispute", "casework.FunctionOpinion", "casework.Investigation",
    "casework.LimitExtension", "casework.Mediation", "casework.RiskAssessment", "documents.Reader",
    "files.StoredFile", "hooks.Subscription", "inquiry.Connection", "inquiry.Release",
    "kernel.Proposal", "kernel.Rulebook", "knowledge.Edition", "knowledge.Use",
    "letters.Letter", "letters.MailPause", "partners.PartnerTask", "people.Interest",
    "registers.EntryLink", "registers.Receipt", "satisfaction.Answer", "settlement.Approval", "settlement.Cost", "settlement.ExecutionItem",
    "settlement.PartyOpinion", "settlement.Payment", "settlement.Solution", "settlement.SolutionPlan", "signing.Signature", "signing.SigningLink",
    "triage.Assessment", "triage.ImmediateMeasure", "triage.OnCallAlert", "triage.PrePlan", "triage.RiskReport",
    # the person's own arrangements and news: nobody else reads them, and nothing acts by them
    "complaints.Presence", "complaints.SavedView", "letters.Notice", "registers.EntryView",
    # a visitor's draft
    "portal.Upload",
}  # fmt: skip


def test_every_column_that_names_a_member_is_known_to_act_or_not() -> None:
    """A new one stands here once somebody has thought about what becomes of it when that member leaves: it ends (above, and in
    `people.leaving`), it is handed over before (`Kind.held`), or it only tells what was. Told ones are written down as they are.
    """
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, TenantModel)
        for field in model._meta.get_fields()
        if isinstance(field, UUIDField) and NAMES_A_MEMBER.search(field.name)
    }
    assert found >= ENDS
    assert {one.rpartition(".")[0] for one in found - ENDS} == TELLS
