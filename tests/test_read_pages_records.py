"""Pages of the settings and of registers, read in the situations that change them, compared with what was written down.

Beside `test_read_pages.py` (both doors) and `test_read_pages_desk.py` (cases): what leaders, auditors and keepers of records see.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tests.doors import desk, reading
from tests.reading import Reading
from tingsu.api.models import ApiToken
from tingsu.api.tokens import issue_token, revoke_token
from tingsu.clocks.models import Promise
from tingsu.governance.tests.test_disposal import opened, take
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.letters import pauses, smtp
from tingsu.registers.actions import comment, link_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import EntryView
from tingsu.settlement.tests.journey import MONDAY, RESPONDENT, Journey, registered

SETTINGS = "/desk/settings/"


class Own:
    """What a page says of its own, without the ways to other pages: another page of the settings changes nothing here."""

    def __init__(self, answer: Any) -> None:
        self.status_code = answer.status_code
        self.content = re.sub(rb"<nav[ >].*?</nav>", b"", answer.content, flags=re.DOTALL)


class Panel:
    """One panel of a case page."""

    def __init__(self, answer: Any, name: str) -> None:
        found = re.search(rf'<(details|section)[^>]*id="panel-{name}".*?</\\1>'.encode(), answer.content, re.DOTALL)
        self.status_code, self.content = answer.status_code, found.group(0) if found else b""


def test_settings_of_rules_mail_and_programs(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = reading("settings", cast)
    with travel_to(MONDAY):
        chief = desk("mgmt_rep", cast)
        for path in ("limits/", "limits/profiles/", "limits/profiles/?left=svc&right=micro", "limits/profiles/choose/?profile=svc", "limits/calendar/",
                     "limits/calendar/edit/", "personal-data/"):  # fmt: skip
            told.page(path, Own(chief.get(SETTINGS + path)), most=90)
        told.page("a year", Own(chief.get(f"{SETTINGS}limits/calendar/years/?year=2026")), most=90)
        told.page("mail, no server", Own(chief.get(f"{SETTINGS}mail/")))
        settings.EMAIL_HOST = "mail.example.com"
        told.page("mail, a server", Own(chief.get(f"{SETTINGS}mail/")), since="mail, no server")
        told.page("mail, to the auditor", Own(desk("auditor", cast).get(f"{SETTINGS}mail/")), since="mail, a server")
        Organisation.objects.filter(slug="test").update(email="help@example.com")
        forget_organisations()
        told.page("mail, answers to the firm", Own(chief.get(f"{SETTINGS}mail/")), since="mail, a server")
        for why, to in (("", ""), ("", "a@example.com"), ("sign_in", "")):
            monkeypatch.setattr(
                smtp, "try_out", lambda *given, why=why: smtp.Trial(why=why, said="535 no" if why else "250 yes")
            )
            told.page(
                f"mail, tried {why} {to}", chief.post(f"{SETTINGS}mail/", {"address": to}), since="mail, a server"
            )
        pauses.hold("restored")
        told.page("mail, paused", Own(chief.get(f"{SETTINGS}mail/")), since="mail, a server")
        programs(told, cast)
    told.ends()


def programs(told: Reading, cast: Cast) -> None:
    """Accesses of programs in every condition, and who is asked about them."""
    page = f"{SETTINGS}programs/"
    officer = desk("dso", cast)
    told.page("no programs", Own(officer.get(page)))
    given: dict[str, Any] = {
        "scopes": ["complaints:read", "registers:write"],
        "roles": ["specialist"],
        "acts_for": cast.specialist.id,
    }
    issue_token(actor=cast.dso.actor, name="官网", **given)
    issue_token(
        actor=automation("test", cast.organisation_id), name="夜班", **given, expires_at=MONDAY + timedelta(days=20)
    )
    gone, _secret = issue_token(actor=cast.dso.actor, name="旧的", **given)
    revoke_token(actor=cast.dso.actor, token_id=gone.pk)
    ApiToken.objects.filter(name="夜班").update(last_used_on=MONDAY.date())
    for token in ApiToken.objects.all():
        told.call(token.pk, f"token:{token.name}")
    told.page("programs", Own(officer.get(page)))
    for name in ("specialist", "mgmt_rep", "dso"):
        told.page(f"programs that wait for {name}", Own(desk(name, cast).get(f"{page}waiting/")))


def test_the_access_log_and_deadlines_explained(cast: Cast) -> None:
    told = reading("clocks_and_log", cast)
    journey = registered(cast, **RESPONDENT)
    with travel_to(journey.at):
        auditor = desk("auditor", cast)
        desk("frontline", cast).get(f"/desk/cases/{journey.complaint.number}/")
        desk("dept", cast).get("/desk/search/?q=2210")
        for asked in (
            "",
            f"?case={journey.complaint.pk}&what=opened",
            f"?member={cast.frontline.id}",
            "?what=exported",
            "?program=all",
        ):
            told.call(journey.complaint.pk, "case")
            told.page(f"log {asked}".replace(str(journey.complaint.pk), "case").replace(str(cast.frontline.id), "frontline"),
                      auditor.get(f"{SETTINGS}access-log/{asked}"))  # fmt: skip
    see_promises(told, cast, journey, "running")
    journey.at += timedelta(hours=20)
    journey.sweep(journey.at)
    see_promises(told, cast, journey, "warned")
    journey.at += timedelta(days=4)
    journey.sweep(journey.at)
    see_promises(told, cast, journey, "missed")
    with travel_to(journey.at):
        for name in ("supervisor", "frontline"):
            page = desk(name, cast).get(f"/desk/cases/{journey.complaint.number}/")
            told.page(f"called: {name}", Panel(page, "escalation"), part="")
    journey.step(cast.frontline, "feed_back", content="正在核实。", means="phone", next_at="2026-03-20 15:00", progress="已联系", query_way="yes",
                 late_reason="等待商家")  # fmt: skip
    see_promises(told, cast, journey, "met and named")
    told.ends()


def see_promises(told: Reading, cast: Cast, journey: Journey, when: str) -> None:
    """Every promise of a case explained, each once in each condition."""
    with travel_to(journey.at):
        browser = desk("supervisor", cast)
        for promise in Promise.objects.filter(stream_id=journey.complaint.pk).order_by("kind", "started_at", "pk"):
            told.call(promise.pk, f"promise:{promise.kind}")
            title = f"{promise.kind} {when} {promise.ending}"
            since = next((one for one in told.seen if one.startswith(f"{promise.kind} ")), "")
            told.page(
                title, browser.get(reverse("clocks:explain", args=[promise.pk])), **({"since": since} if since else {})
            )


def test_registers_and_what_stands_above_them(cast: Cast) -> None:
    told = reading("records", cast)
    keeper = desk("supervisor", cast)

    def see(title: str, who: Person | str, path: str, at: Any = MONDAY, **more: Any) -> None:
        with travel_to(at):
            client = keeper if who == "supervisor" else desk(str(who), cast)
            told.page(title, Own(client.get(f"/desk/records/{path}")), **more)

    see("none, whole", "supervisor", "nonconformity/", part="")
    see("none, to the auditor", "auditor", "nonconformity/")
    see("none that fits", "supervisor", "nonconformity/?state=open&q=x")
    first = opened(
        cast.supervisor, "nonconformity", MONDAY, source="other", description="退款未到账\n第二行", found_on="2026-03-01", severity="major",
        stage="handling", person=str(cast.specialist.id), department=str(cast.units["logistics"].pk), supplier="速达", owner=str(cast.specialist2.id),
    )  # fmt: skip
    other = opened(
        cast.qa,
        "nonconformity",
        MONDAY,
        source="other",
        description="记录有误",
        found_on="2026-03-01",
        severity="minor",
    )
    with travel_to(MONDAY):
        comment(actor=cast.supervisor.actor, register=registers()["nonconformity"], entry=first, text="已电话核对")
        link_entry(
            actor=cast.supervisor.actor,
            register=registers()["nonconformity"],
            entry=first,
            number=other.number,
            kind="related",
        )
    page = f"nonconformity/{first.number}/"
    see("some", "supervisor", "nonconformity/")
    see("some, late", "supervisor", "nonconformity/", MONDAY + timedelta(days=9), since="some")
    see("some, filtered", "supervisor", "nonconformity/?state=unfinished&severity=major&q=退款", since="some")
    with travel_to(MONDAY):
        keeper.post(
            "/desk/records/nonconformity/views/", {"name": "严重的", "severity": "major", "state": "unfinished"}
        )
    told.call(EntryView.objects.get().pk, "view")
    see("an own view", "supervisor", "nonconformity/?state=unfinished&severity=major", since="some")
    for who in ("supervisor", "qa", "specialist2", "auditor"):
        for link in first.links.all():
            told.call(link.pk, "link")
        see(f"an entry, to {who}", who, page, **({} if who == "supervisor" else {"since": "an entry, to supervisor"}))
    see("new", "supervisor", "nonconformity/new/")
    see("a step", "supervisor", f"{page}steps/contain/")
    with travel_to(MONDAY):
        told.page("a step refused", keeper.post(f"/desk/records/{page}steps/contain/", {}), since="a step")
        told.page(
            "a comment refused",
            keeper.post(f"/desk/records/{page}comments/", {"comment": ""}),
            since="an entry, to supervisor",
        )
    measures = {name: [{"what": "停发", "on": "2026-03-01"}] for name in ("control", "consequences")}
    take(cast.specialist2, first, "contain", MONDAY, **measures)
    see("contained", "supervisor", page, since="an entry, to supervisor")
    see("printed", "supervisor", f"{page}print/")
    told.ends()
