"""Pages of signing in and of who may do what, in the situations that change them (tests/reading.py)."""

import copy
import re
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, Cast
from tests.doors import desk, reading
from tests.test_read_pages_records import Own
from tingsu.kernel import approvals, rulebooks
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation, Proposal
from tingsu.kernel.organisations import forget_organisations
from tingsu.people import actions, recovery, sessions, sign_in_rules
from tingsu.people.models import Account, Member, Post, Unit
from tingsu.settlement.tests.journey import MONDAY
from tingsu.triage import risk_rules

PEOPLE = "/desk/settings/people/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_the_second_factor_and_the_password(cast: Cast) -> None:
    told = reading("second_factor", cast)
    client = Client()
    client.cookies["tingsu_language"] = "zh-hans"
    client.post("/accounts/login/", {"login": "frontline", "password": PASSWORD})
    account = Account.objects.get(username="frontline")
    pages = {
        "index": "",
        "switch on": "totp/activate/",
        "switch off": "totp/deactivate/",
        "make codes": "recovery-codes/generate/",
    }

    def see(title: str, path: str, **more: Any) -> None:
        answer = client.get(f"/accounts/2fa/{path}")
        if answer.status_code == 302:  # the password is asked for again now and then
            client.post(answer.headers["Location"], {"password": PASSWORD})
            answer = client.get(f"/accounts/2fa/{path}")
        for secret in re.findall(r'id="totp-secret" value="([^"]+)"|src="(data:[^"]+)"', answer.content.decode()):
            told.call(next(filter(None, secret)), "SECRET")
        told.page(title, answer, **more)

    see("off", "")
    see("switching on", pages["switch on"])
    refused = client.post("/accounts/2fa/totp/activate/", {"code": "1"})
    for secret in re.findall(r'id="totp-secret" value="([^"]+)"|src="(data:[^"]+)"', refused.content.decode()):
        told.call(next(filter(None, secret)), "SECRET")
    told.page("switching on, wrong", refused, since="switching on")
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    see("on, no codes", "", since="off")
    see("switching off", pages["switch off"])
    see("first codes?", pages["make codes"])
    recovery.make(account)
    for title, path in pages.items():
        if title != "switch on":
            see(f"with codes, {title}", path)
    for title, led in (("codes", ""), ("codes, led here", "/desk/queue/")):
        session = client.session
        session["led_from"] = led
        session.save()
        made = client.post(f"/accounts/2fa/{pages['make codes']}")
        for place, code in enumerate(made.context["codes"]):
            told.call(code, f"CODE{place}")
        told.call(made.context["as_file"], "FILE")
        told.page(title, made, since="codes" if led else "")
    second = Client()
    second.cookies["tingsu_language"] = "zh-hans"
    second.post("/accounts/login/", {"login": "frontline", "password": PASSWORD, "next": "/desk/queue/"})
    told.page("asked for a code", second.get("/accounts/2fa/authenticate/"))
    told.page("a wrong code", second.post("/accounts/2fa/authenticate/", {"code": "1"}), since="asked for a code")
    told.page("asked for a code again", client.get("/accounts/2fa/reauthenticate/?next=/desk/account/"))
    told.page("asked for the password again", client.get("/accounts/reauthenticate/?next=/desk/account/"))
    told.page(
        "the password was wrong",
        client.post("/accounts/reauthenticate/", {"password": "x"}),
        since="asked for the password again",
    )
    told.page("an account that is closed", Client().get("/accounts/inactive/"))
    Account.objects.filter(pk=account.pk).update(password_given=True)
    told.page("a first password", client.get("/accounts/password/change/"))
    account.set_unusable_password()
    account.save()
    told.page("account of who signs in elsewhere", desk("frontline", cast).get("/desk/account/"))
    told.page("choose the organisation", desk("supervisor", cast).get("/accounts/organisation/?next=/desk/queue/"))
    told.page("nobody's account", _nobody().get("/accounts/organisation/"))
    told.ends()


def _nobody() -> Client:
    client = Client()
    client.cookies["tingsu_language"] = "zh-hans"
    client.force_login(
        Account.objects.create_user("nobody", "nobody@example.com", PASSWORD),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_sessions_and_the_rules_of_signing_in(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    told = reading("sessions", cast)

    def opened(*, here: bool = True) -> list[sessions.Opened]:
        begun = MONDAY - timedelta(hours=3)
        mine = sessions.Opened("one", "Firefox · Windows", "203.0.113.0/24", begun, MONDAY, here)
        return [mine, sessions.Opened("two", "", "", begun, MONDAY - timedelta(hours=1), False)]

    with travel_to(MONDAY):
        chief, person = desk("supervisor", cast), desk("frontline", cast)
        member = reverse("people:member_sessions", args=[cast.frontline.id])
        for title, found in (("several", opened()), ("this one alone", opened()[:1]), ("none", [])):
            monkeypatch.setattr(sessions, "open_sessions", lambda *_given, found=found, **_more: found)
            told.page(f"mine, {title}", person.get(f"{PEOPLE}mine/sessions/"))
            told.page(f"of a member, {title}", Own(chief.get(member)))
        Account.objects.filter(username="frontline").update(password="!")
        told.page(
            "mine, signed in elsewhere", desk("frontline", cast).get(f"{PEOPLE}mine/sessions/"), since="mine, none"
        )
        accounts = dict(Account.objects.values_list("username", "pk"))
        uses = {accounts["frontline"]: (1, MONDAY - timedelta(hours=2)), accounts["qa"]: (3, MONDAY)}
        for title, found in (("nobody", {}), ("two", uses)):
            monkeypatch.setattr(sessions, "last_uses", lambda _organisation, found=found: found)
            told.page(f"who is signed in, {title}", Own(chief.get(f"{PEOPLE}sessions/")))
        rules, leader = f"{PEOPLE}sign-in/", desk("mgmt_rep", cast)
        told.page("rules", Own(leader.get(rules)))
        told.page("rules, to the auditor", Own(desk("auditor", cast).get(rules)), since="rules")
        told.page("draft of rules", Own(leader.get(f"{rules}edit/")))
        given = {
            "idle_minutes": "20",
            "longest_hours": "10",
            "second_factor": ["supervisor"],
            "note": "共用工位",
            "based_on": "0",
        }
        told.page(
            "draft, what changes", Own(leader.post(f"{rules}edit/", {**given, "check": "1"})), since="draft of rules"
        )
        told.page(
            "draft, wrong",
            Own(leader.post(f"{rules}edit/", {**given, "idle_minutes": "1", "note": "", "publish": "1"})),
            since="draft of rules",
        )
        told.page(
            "draft, as it is",
            Own(leader.post(f"{rules}edit/", {**given, **_same(), "check": "1"})),
            since="draft of rules",
        )
        body = sign_in_rules.shipped()
        system = _system(cast)
        rulebooks.publish(
            actor=system,
            kind=sign_in_rules.KIND,
            body={**body, "idle_minutes": 20, "second_factor": ["supervisor"]},
            note="共用工位",
        )
        rulebooks.publish(
            actor=system,
            kind=sign_in_rules.KIND,
            body={**body, "idle_minutes": 25},
            note="再长一点",
            valid_from=MONDAY + timedelta(days=9),
        )
        told.page("rules, versions", Own(leader.get(rules)), since="rules")
        told.page("rules, one of them", Own(leader.get(f"{rules}?version=1")), since="rules")
        told.page("rules, one to come", Own(leader.get(f"{rules}?version=2")), since="rules")
        settings.DEMO = True
        Organisation.objects.filter(slug="test").update(is_demo=True)
        forget_organisations()
        told.page("rules of the demonstration", Own(leader.get(rules)), since="rules, versions")
    told.ends()


def _same() -> dict[str, Any]:
    body = sign_in_rules.shipped()
    return {
        "idle_minutes": body["idle_minutes"],
        "longest_hours": body["longest_hours"],
        "second_factor": body["second_factor"],
    }


def _system(cast: Cast) -> Any:
    from tingsu.kernel.actor import automation

    return automation("test", cast.organisation_id)


def test_what_waits_for_a_second_person(cast: Cast) -> None:
    told = reading("proposals", cast)
    with travel_to(MONDAY):
        told.page("nothing waits", Own(desk("top_mgmt", cast).get(f"{PEOPLE}proposals/")))
        body = copy.deepcopy(risk_rules.shipped())
        with suppress(WaitsForApproval):
            rulebooks.publish(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=body, note="收紧起火")
        with suppress(WaitsForApproval):
            actions.give_post(
                actor=cast.supervisor.actor,
                member_id=cast.frontline.id,
                unit_id=cast.units["committee"].pk,
                role="top_mgmt",
            )
        for row in Proposal.objects.order_by("matter"):
            told.call(row.pk, f"proposal:{row.matter}")
        for name in ("top_mgmt", "supervisor", "frontline"):
            client = desk(name, cast)
            told.page(f"list of {name}", Own(client.get(f"{PEOPLE}proposals/")))
            for row in Proposal.objects.order_by("matter"):
                answer = client.get(f"{PEOPLE}proposals/{row.pk}/")
                if answer.status_code == 200:
                    told.page(f"{row.matter}, to {name}", Own(answer))
        told.page("work of who decides", desk("top_mgmt", cast).get("/desk/"))
        told.page("duties of who decides", desk("top_mgmt", cast).get("/desk/duties/"))
        post = Proposal.objects.get(matter="post")
        leader = desk("top_mgmt", cast)
        told.page(
            "returned without a reason",
            Own(leader.post(f"{PEOPLE}proposals/{post.pk}/return/", {"reason": ""})),
            since="post, to top_mgmt",
        )
        approvals.send_back(actor=cast.top_mgmt.actor, proposal_id=post.pk, reason="不妥")
        told.page(
            "returned", Own(desk("supervisor", cast).get(f"{PEOPLE}proposals/{post.pk}/")), since="post, to supervisor"
        )
        Post.objects.filter(role="top_mgmt").update(until=MONDAY)
        forget_organisations()
        rule = Proposal.objects.exclude(matter="post").get()
        told.page("nobody has the rank", Own(desk("supervisor", cast).get(f"{PEOPLE}proposals/{rule.pk}/")))
        Proposal.objects.filter(pk=rule.pk).update(state="approved", decided_at=MONDAY)
        told.page("confirmed at the machine", Own(desk("supervisor", cast).get(f"{PEOPLE}proposals/{rule.pk}/")))
    told.ends()


def test_members_units_and_the_matrix_in_every_condition(cast: Cast) -> None:
    told = reading("members", cast)
    with travel_to(MONDAY):
        chief = desk("supervisor", cast)
        post = Post.objects.get(member_id=cast.frontline.id)
        told.call(post.pk, "post:frontline")
        told.page("duties of a post", Own(chief.get(f"{PEOPLE}posts/{post.pk}/duties/")))
        told.page(
            "duties too long",
            Own(chief.post(f"{PEOPLE}posts/{post.pk}/duties/", {"duties": "长" * 2000})),
            since="duties of a post",
        )
        Post.objects.filter(pk=post.pk).update(
            duties="夜班",
            confirmed_at=MONDAY - timedelta(days=3),
            full_time=False,
            is_head=True,
            mediator_level="senior",
            seat="quality",
            until=MONDAY + timedelta(days=90),
        )
        actions.members.directory.forget_cached()
        told.page("own posts, confirmed", Own(desk("frontline", cast).get(f"{PEOPLE}mine/")))
        told.page("member, every mark", Own(chief.get(f"{PEOPLE}members/{cast.frontline.id}/")))
        Member.objects.filter(pk=cast.qa.id).update(on_duty=False, name_consent_at=MONDAY - timedelta(days=2))
        Post.objects.filter(member_id=cast.analyst.id).update(until=MONDAY - timedelta(days=1))
        Account.objects.filter(username="specialist").update(password_given=True, email="")
        TOTP.activate(Account.objects.get(username="specialist"), "JBSWY3DPEHPK3PXP")
        TOTP.activate(Account.objects.get(username="supervisor"), "JBSWY3DPEHPK3PXP")
        actions.members.directory.forget_cached()
        for name in ("qa", "analyst", "specialist", "supervisor"):
            told.page(f"member {name}", Own(chief.get(f"{PEOPLE}members/{getattr(cast, name).id}/")))
        told.page("own posts, off duty", Own(desk("qa", cast).get(f"{PEOPLE}mine/")))
        told.page("own posts, none", Own(desk("analyst", cast).get(f"{PEOPLE}mine/")))
        told.page("own posts, of the leader", Own(desk("top_mgmt", cast).get(f"{PEOPLE}mine/")))
        Member.objects.filter(pk=cast.junior_mediator.id).update(account_id=None)
        told.page("member without account", Own(chief.get(f"{PEOPLE}members/{cast.junior_mediator.id}/")))
        told.page("former members, none", Own(chief.get(f"{PEOPLE}?show=former")))
        chief.post(f"{PEOPLE}members/{cast.frontline2.id}/leave/")
        told.page("former members", Own(chief.get(f"{PEOPLE}?show=former")))
        told.page(
            "member refused", Own(chief.post(f"{PEOPLE}members/{cast.qa.id}/", {"staff_number": ""})), since="member qa"
        )
        told.page("sign-in", Own(chief.get(f"{PEOPLE}members/{cast.qa.id}/sign-in/")))
        told.page(
            "sign-in refused",
            Own(chief.post(f"{PEOPLE}members/{cast.qa.id}/sign-in/", {"username": "frontline", "email": "x"})),
            since="sign-in",
        )
        told.page("members, all conditions", Own(chief.get(PEOPLE)))
        told.page("members of an empty group", Own(chief.get(f"{PEOPLE}?unit=nowhere")), most=40)
        unit = Unit.objects.create(
            code="old",
            kind="department",
            name={"zh-Hans": "旧部门", "en": "Old"},
            parent=cast.units["centre"],
            active=False,
        )
        told.call(unit.pk, "unit:old")
        Post.objects.filter(member_id=cast.supervisor.id).update(seat="quality")
        actions.members.directory.forget_cached()
        told.page("units, one closed", Own(chief.get(f"{PEOPLE}units/")))
        told.page("a closed unit", Own(chief.get(f"{PEOPLE}units/{unit.pk}/")))
        told.page("a unit refused", Own(chief.post(f"{PEOPLE}units/new/", {"code": "old"})))
        told.page("the centre", Own(chief.get(f"{PEOPLE}units/{cast.units['centre'].pk}/")))
        leader = desk("mgmt_rep", cast)
        matrix = f"{PEOPLE}authority/edit/"
        given = typed_on(leader.get(matrix).content.decode())
        told.page(
            "matrix, what changes",
            Own(leader.post(matrix, {**given, "quick-max": "50", "note": "下调", "check": "1"})),
            most=150,
        )
        wrong = {
            **given,
            "quick-max": "x",
            "quick-daily": "y",
            "row-0-max": "z",
            "row-1-role": "",
            "row-1-max": "5",
            "note": "",
            "publish": "1",
        }
        told.page("matrix, wrong", Own(leader.post(matrix, wrong)), since="matrix, what changes")
    told.ends()


def typed_on(html: str) -> dict[str, Any]:
    """What a form holds, as a browser would send it."""
    found: dict[str, Any] = {}
    form = html[html.index("<main") : html.index("</main>")]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="?([^"\s>]+)', tag), re.search(r'value="([^"]*)"', tag)
        if name and (not re.search(r'type="?(checkbox|radio)', tag) or " checked" in tag):
            found.setdefault(name[1], []).append(value[1] if value else "on")
    for name, options in re.findall(r'<select[^>]*name="?([^"\s>]+)"?[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="?([^"\s>]*)"?[^>]*selected', options)
        found[name] = [chosen[1] if chosen else ""]
    return found
