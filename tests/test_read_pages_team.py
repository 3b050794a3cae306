"""Pages of the desk for whoever leads, answers letters or stands beside a case, in the situations that change them (tests/reading.py)."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import Cast
from tests.doors import desk, door, reading
from tingsu.aftercare.tests import rounds
from tingsu.casework.tests.cases import investigating, with_task
from tingsu.complaints.models import Complaint
from tingsu.complaints.work_order import work_key
from tingsu.desk import team
from tingsu.desk.tests.cases import a_case, local
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.letters import pauses
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, Notice
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import MONDAY, RESPONDENT, handled, registered
from tingsu.triage.tests import cases as triage
from tingsu.triage.tests.test_on_call import NOON, line, roster, urgent

AT = local("2026-03-02 10:00")


def owned(cast: Cast, name: str, due: Any, **changes: Any) -> Complaint:
    """A case of this person with this next limit."""
    one = a_case(cast.frontline)
    Complaint.objects.filter(pk=one.pk).update(owner_id=getattr(cast, name).id, next_due_at=due, **changes)
    one.refresh_from_db()
    Complaint.objects.filter(pk=one.pk).update(work_key=work_key(one))
    return one


def test_the_team_and_the_board(cast: Cast, monkeypatch: Any) -> None:
    told = reading("team", cast)
    with travel_to(AT):
        chief = desk("supervisor", cast)
        told.page("nobody has anything", chief.get("/desk/team/"))
        told.page("nothing to share", chief.get(reverse("desk:share", args=[cast.specialist.id])))
        owned(cast, "specialist", AT - timedelta(hours=1))
        owned(cast, "specialist", AT + timedelta(hours=5), required_level="expert")
        for day in (2, 3):
            owned(cast, "specialist", AT + timedelta(days=day))
        owned(cast, "specialist2", AT + timedelta(days=2), required_level="coach")
        owned(cast, "specialist2", None)
        with_task(cast, investigating(cast))
        Member.objects.filter(pk=cast.specialist2.id).update(on_duty=False)
        forget_cached()
        told.page("team", chief.get("/desk/team/"))
        told.page("one group", chief.get("/desk/team/", {"unit": str(cast.units["investigation"].pk)}), since="team")
        told.page("an empty group", chief.get("/desk/team/", {"unit": str(cast.units["legal"].pk)}), since="team")
        told.page("team, to who may not share", desk("mgmt_rep", cast).get("/desk/team/"), since="team")
        told.page("share", chief.get(reverse("desk:share", args=[cast.specialist.id])))
        told.page("share, of one who is absent", chief.get(reverse("desk:share", args=[cast.specialist2.id])))
        told.page("share, one has few", chief.get(reverse("desk:share", args=[cast.frontline.id])))
        monkeypatch.setattr(team, "PEOPLE", 2)
        told.page("team, first page", chief.get("/desk/team/"), since="team")
        told.page("team, second page", chief.get("/desk/team/?page=2"), since="team")
        told.page("board", chief.get("/desk/board/"))
        told.page("board of one", chief.get("/desk/board/", {"owner": str(cast.specialist.id)}), since="board")
    with travel_to(AT + timedelta(days=30)):
        told.page("team, departments late", chief.get("/desk/team/"))
    told.ends()


def test_the_mail_room_and_the_notices(cast: Cast, settings: Any, monkeypatch: Any) -> None:
    told = reading("mail_room", cast)
    settings.DEMO = True
    with travel_to(AT):
        chief = desk("supervisor", cast)
        told.page("no letters", chief.get("/desk/mail/"))
        plain, braille = a_case(cast.frontline), a_case(cast.frontline, format="braille", phone="13900001111")
        large = a_case(cast.frontline, format="large_print", language="en", phone="13900002222")
        for number, case in enumerate((plain, braille, large)):
            told.call(case.text("code"), f"CODE {number}")
        for letter in Letter.objects.order_by("created_at", "pk"):
            word = {plain.pk: "plain", braille.pk: "braille", large.pk: "large"}[letter.stream_id]
            told.call(letter.pk, f"letter:{word}:{letter.template}")
        rows = {one.stream_id: one for one in Letter.objects.all()}
        deliver(rows[braille.pk].pk)
        deliver(rows[large.pk].pk)
        Letter.objects.filter(pk=rows[large.pk].pk).update(read_at=AT + timedelta(minutes=9))
        told.page("letters", chief.get("/desk/mail/"))
        Letter.objects.filter(pk=rows[plain.pk].pk).update(
            attempts=2, next_try_at=AT + timedelta(hours=1), failure="connection"
        )
        told.page("one is tried again", chief.get("/desk/mail/"), since="letters")
        Letter.objects.filter(pk=rows[plain.pk].pk).update(state="failed", next_try_at=None, failure="recipient")
        told.page("one failed", chief.get("/desk/mail/"), since="letters")
        told.page("one failed, to the auditor", desk("auditor", cast).get("/desk/mail/"), since="one failed")
        for state in ("read", "failed", "sent"):
            told.page(f"letters that are {state}", chief.get(f"/desk/mail/?state={state}"))
        for word, row in rows.items():
            name = {plain.pk: "failed", braille.pk: "braille", large.pk: "large print, read"}[word]
            told.page(f"a letter, {name}", chief.get(f"/desk/mail/{row.pk}/"))
        pauses.hold("restored")
        told.page("the post pauses", chief.get("/desk/mail/"), since="one failed")
        told.page("the post pauses, to the auditor", desk("auditor", cast).get("/desk/mail/"), since="the post pauses")
        for number in range(3):
            Notice.objects.create(
                member_id=cast.qa.id,
                kind="case.assigned",
                stream_id=plain.pk,
                data={"number": plain.number},
                created_at=AT + timedelta(minutes=number),
            )
        Notice.objects.create(
            member_id=cast.qa.id,
            kind="case.assigned",
            stream_id=large.pk,
            data={"number": large.number},
            created_at=AT,
            read_at=AT,
        )
        Notice.objects.create(member_id=cast.qa.id, kind="proposal.asks", data={}, created_at=AT)
        told.page("notices", desk("qa", cast).get("/desk/notices/"))
        told.page("work with notices", desk("qa", cast).get("/desk/"))
        monkeypatch.undo()
    told.ends()


def test_alarms_plans_and_what_is_high_risk(cast: Cast) -> None:
    told = reading("alarms", cast)
    roster(cast, line("2001"), line("2101"))
    complaint = urgent(cast)
    with travel_to(NOON + timedelta(minutes=2)):
        told.page("work of who is called", desk("specialist", cast).get("/desk/"))
        told.page("case, to who is called", desk("specialist", cast).get(complaint.get_absolute_url()))
        planned = triage.step(
            cast.frontline, triage.reported(cast, triage.registered(cast.frontline)), "draft_pre_plan", **triage.PLAN
        )
        address = planned.get_absolute_url()
        told.page("a plan, to who decides", desk("supervisor", cast).get(address))
        told.page("work of who decides on a plan", desk("supervisor", cast).get("/desk/"))
        triage.step(cast.supervisor, planned, "return_pre_plan", reason="没有写媒体怎么应对")
        told.page("a plan was returned", desk("frontline", cast).get(address))
        triage.step(cast.frontline, planned, "draft_pre_plan", **triage.PLAN | {"plan": "停售并设媒体专线"})
        told.page("a plan anew", desk("supervisor", cast).get(address), since="a plan, to who decides")
        to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
        triage.step(cast.supervisor, planned, "adopt_pre_plan", **to)
        told.page("a plan is adopted", desk("supervisor", cast).get(address), since="a plan, to who decides")
        own = triage.reported(cast, triage.registered(cast.frontline))
        triage.step(cast.supervisor, own, "draft_pre_plan", **triage.PLAN)
        told.page("an own plan", desk("supervisor", cast).get(own.get_absolute_url()), since="a plan, to who decides")
    told.ends()


def test_a_case_in_conditions_that_come_seldom(cast: Cast) -> None:
    told = reading("seldom", cast)
    journey = handled(cast, **RESPONDENT, anonymous=True, name="", phone="")
    address, owner = journey.complaint.get_absolute_url(), journey.owner

    def see(title: str, name: str = "supervisor", path: str = "", **more: Any) -> None:
        with travel_to(journey.at):
            told.page(title, desk(name, cast).get(address + path), **more)

    see("anonymous")
    with travel_to(journey.at):
        client = door(journey)
        client.post("/case/add/", {"text": "截图", "files": SimpleUploadedFile("截图.png", PNG)})
        file = StoredFile.objects.get(stream_id=journey.complaint.pk)
        told.call(file.pk, "file")
    see("with a file", since="anonymous")
    with travel_to(journey.at):
        original = reverse("files:original", args=[file.pk])
        told.page("the original", desk("supervisor", cast).get(original), part="")
        told.page(
            "the original, no purpose",
            desk("supervisor", cast).post(original, {"purpose": ""}),
            since="the original",
            part="",
        )
        told.page("a step with files", desk("specialist2", cast).get(f"{address}steps/draft_solution/"))
        told.page("reply with a file", desk("specialist2", cast).get(f"{address}?mode=reply&sent=note"), part="")
        told.page("number that repeats", desk("supervisor", cast).get(f"{address}?show=all"))
        told.page(
            "several, none is told",
            desk("specialist2", cast).post(
                "/desk/queue/feedback/",
                {"case": [journey.complaint.number], "content": "您好〔进度〕", "means": "portal", "query_way": "yes"},
            ),
        )
    with travel_to(journey.at + timedelta(days=60)):
        told.page("long overdue", desk("supervisor", cast).get(address))
    journey.step(owner, "draft_solution", **journey.solution(amount=6_000_00)).step(owner, "submit_solution")
    journey.step(cast.supervisor, "return_solution", reason="依据不足")
    see("returned", "specialist2")
    journey.step(owner, "draft_solution", **journey.solution(amount=6_500_00)).step(owner, "submit_solution")
    see("changed and submitted")
    journey.step(cast.supervisor, "approve", reason="同意")
    see("to be sent", "specialist2")
    told.page("nothing there", desk("frontline", cast).get("/desk/duties/"))
    told.ends()


def test_a_case_after_its_end_on_paper_and_on_screen(cast: Cast) -> None:
    told = reading("after_end_desk", cast)
    journey = rounds.notified(cast).deliver_letters()
    address = journey.complaint.get_absolute_url()

    def see(title: str, name: str = "supervisor", path: str = "", **more: Any) -> None:
        with travel_to(journey.at):
            told.page(title, desk(name, cast).get(address + path), **more)

    rounds.missed(journey, 2)
    see("called in vain")
    rounds.proved(journey)
    rounds.rated(journey, 5, comment="谢谢")
    see("proved and rated", since="called in vain")
    journey.step(cast.specialist, "callback", **rounds.REACHED, recording="R-1", score="4")
    journey.step(cast.supervisor, "close", **{**rounds.REVIEW, "action_proposed": "yes", "action": "改流程"})
    see("closed", since="called in vain")
    with travel_to(journey.at):
        told.page(
            "tracking form",
            desk("supervisor", cast).get(reverse("aftercare:tracking_form", args=[journey.complaint.number])),
            part="",
        )
    kept = {"retention_class": "complaint", "keeper": str(cast.qa.id), "paper_place": "A 柜 3 层"}
    journey.deliver_letters().step(journey.owner, "archive", **kept)
    see("archived", since="closed")
    again = registered(cast, name="陈小满")
    with travel_to(again.at):
        told.page("who complained before", desk("frontline", cast).get(again.complaint.get_absolute_url()))
    assert again.at > MONDAY
    told.ends()
