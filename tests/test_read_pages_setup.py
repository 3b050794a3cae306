"""Pages before the work and around it: the first start, the list of the set-up, the machine room, errors, the practice copy.

Read in the situations that change them and compared with what was written down (tests/reading.py).
"""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.cast import Cast
from tests.doors import desk, reading
from tests.test_read_pages_records import Own
from tingsu.demo import practice
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.letters import smtp
from tingsu.ops import jobs
from tingsu.ops.models import Safekeeping
from tingsu.people.models import Account
from tingsu.settlement.tests.journey import MONDAY
from tingsu.setup import checklist, links
from tingsu.setup.tests.given import CONTACT, FIRM, PAGES, RULES, nothing_set_up

HEAD = "工号,姓名,登录名,工作邮箱,部门,岗位"


def facts(**values: Any) -> None:
    Organisation.objects.filter(slug="test").update(**values)
    forget_organisations()


def test_the_first_start(client: Client, cast: Cast) -> None:
    told = reading("first_start", cast)
    nothing_set_up()
    told.page("not set up", client.get("/"))
    told.page("a wrong link", client.get(reverse("setup:link", args=["nonsense"])))
    token = links.make_link()
    told.call(token, "LINK")
    address = reverse("setup:link", args=[token])
    told.page("the link", client.get(address), part="")
    assert client.post(address).status_code == 303
    told.page("the link is used", Client().get(address))
    for page in PAGES:
        path = reverse("setup:step", args=[page])
        told.page(page, client.get(path))
        told.page(f"{page}, nothing typed", client.post(path, {}), since=page)
        if page != "person":
            assert client.post(path, PAGES[page]).status_code == 303
            told.page(f"{page} again", client.get(path), since=page)
    facts(stage="running")
    told.page("done already", client.get(address))
    told.ends()


def test_the_list_of_the_set_up_and_the_pages_behind_it(cast: Cast, settings: Any, monkeypatch: Any) -> None:
    told = reading("set_up", cast)
    with travel_to(MONDAY):
        chief = desk("mgmt_rep", cast)
        facts(
            stage="preparing",
            enterprise={"size": "large", "users": "many", "volume": "many", "kind": "internet"},
            public_url="",
        )
        start, page = reverse("setup:start"), reverse("setup:organisation")
        told.page("list", Own(chief.get(start)))
        told.page("work while it stands", chief.get("/desk/"), part="")
        told.page("organisation", Own(chief.get(page)))
        told.page("organisation, to the auditor", Own(desk("auditor", cast).get(page)), since="organisation")
        told.page(
            "organisation refused",
            Own(chief.post(page, {"name_zh": "", "email": "x", "read_at": 0})),
            since="organisation",
        )
        answers = {name: value for name, value in FIRM.items() if name != "slug"}
        answers |= {name: RULES[name] for name in ("documents", "reason")} | CONTACT | {"read_at": 0}
        assert chief.post(page, answers).status_code == 303
        assert chief.post(page, {**answers, "hotline": "400-999-0000", "read_at": 1}).status_code == 303
        told.page("organisation, changed", Own(chief.get(page)), since="organisation")
        assert chief.post(reverse("setup:mode"), {"micro": "yes"}).status_code == 303
        told.page("organisation, micro", Own(chief.get(page)), since="organisation, changed")
        told.page("public pages of one alone", Client().get("/help/"))
        assert chief.post(reverse("setup:mode"), {"micro": "no"}).status_code == 303
        facts(stage="running")
        told.page("list of a running one", Own(chief.get(start)), since="list")
        facts(stage="preparing")
        monkeypatch.setattr(checklist, "open_count", lambda _found: 0)
        told.page("list, all done", Own(chief.get(start)), since="list")
        monkeypatch.undo()
        units = reverse("setup:units")
        told.page("units", Own(chief.get(units)))
        told.page("units, nothing chosen", Own(chief.post(units, {})), since="units")
        money = reverse("setup:compensation")
        told.page("compensation", Own(chief.get(money)))
        told.page("compensation refused", Own(chief.post(money, {"x": "1"})), since="compensation")
        for subject in ("limits", "calendar", "retention"):
            told.page(f"confirm {subject}", Own(chief.get(reverse("setup:confirm", args=[subject]))))
        mail = reverse("setup:mail")
        told.page("mail, no server", Own(chief.get(mail)))
        settings.EMAIL_HOST = "mail.example.com"
        told.page("mail, a server", Own(chief.get(mail)), since="mail, no server")
        for why in ("", "sign_in"):
            trial = smtp.Trial(why=why, said="535 no" if why else "")
            monkeypatch.setattr(smtp, "try_out", lambda *_given, trial=trial: trial)
            told.page(
                f"mail, tried {why}", Own(chief.post(mail, {"try": "yes", "address": ""})), since="mail, a server"
            )
        told.page(
            "mail, a wrong address", Own(chief.post(mail, {"try": "yes", "address": "x"})), since="mail, a server"
        )
    told.ends()


def test_people_from_a_list(cast: Cast, monkeypatch: Any) -> None:
    told = reading("people_list", cast)
    with travel_to(MONDAY):
        chief, page = desk("mgmt_rep", cast), reverse("setup:people")
        told.page("empty", Own(chief.get(page)))
        told.page("no list", Own(chief.post(page, {"text": "abc", "look": "yes"})), since="empty")
        good = f"{HEAD}\n901,钱多多,qian,qian@example.cn,受理组,一线人员"
        wrong = f"{good}\n902,,sun,,nowhere,specialist"
        known = f"{good}\n1001,真名1001,,,受理组,一线人员"
        for title, text in (
            ("good", good),
            ("wrong", wrong),
            ("one is here", known),
            ("all are here", f"{HEAD}\n1001,真名1001,,,受理组,一线人员"),
        ):
            told.page(title, Own(chief.post(page, {"text": text, "look": "yes"})), since="empty")
        added = chief.post(
            page, {"text": f"{good}\n903,周一一,,,受理组,一线人员\n904,李二二,frontline,,受理组,一线人员", "add": "yes"}
        )
        for line in added.context["lines"] if added.context and "lines" in added.context else []:
            if line.password:
                told.call(line.password, f"PASSWORD {line.values['staff_number']}")
        told.page("added", Own(added))
    told.ends()


def test_the_machine_room_and_the_practice_copy(cast: Cast, monkeypatch: Any, settings: Any) -> None:
    told = reading("machine_room", cast)
    with travel_to(MONDAY):
        chief = desk("supervisor", cast)
        kept = reverse("ops:safekeeping")
        told.page("safekeeping, nothing", Own(chief.get(kept)))
        at = datetime(2026, 2, 27, 18, 30, tzinfo=UTC)
        Safekeeping.objects.create(kind="backup", at=at, done=True, bytes=2**30, by="root")
        Safekeeping.objects.create(kind="drill", at=at + timedelta(hours=1), done=False, told="The disk is full.")
        Safekeeping.objects.create(
            kind="media", at=at, done=True, place="三号硬盘", due_on=date(2020, 1, 1), by="档案员"
        )
        Safekeeping.objects.create(
            kind="media", at=at, done=True, place="四号硬盘", due_on=date(2027, 1, 1), by="档案员"
        )
        told.page("safekeeping", Own(chief.get(kept)))
        failed = reverse("jobs:failed")
        told.page("no failed work", Own(chief.get(failed)))
        made = [
            jobs.Failed(7, "letters.tasks.send", None, 3, 0, at),
            jobs.Failed(8, "files.tasks.scan", None, 1, 4, at),
        ]
        monkeypatch.setattr(jobs, "failed", lambda *_given: made)
        told.page("failed work", Own(chief.get(failed)))
        home, leader = reverse("practice:home"), desk("mgmt_rep", cast)
        told.page("no practice", Own(leader.get(home)))
        told.page("no practice, to the front line", Own(desk("frontline", cast).get(home)), since="no practice")
        copy = practice.fill(actor=cast.mgmt_rep.actor)
        told.page("practice is made", Own(leader.get(home)))
        told.page(
            "practice is made, to the front line", Own(desk("frontline", cast).get(home)), since="practice is made"
        )
        copies = Organisation.objects.filter(pk=copy.pk)
        copies.update(stage="emptying")
        told.page("practice goes", Own(leader.get(home)))
        told.page("practice goes, to the front line", Own(desk("frontline", cast).get(home)), since="practice goes")
        copies.update(stage="running")
        forget_organisations()
        told.page("practice", Own(leader.get(home)))
        told.page("practice, to the front line", Own(desk("frontline", cast).get(home)), since="practice")
        told.page("empty it?", Own(leader.get(reverse("practice:empty"))))
        told.page("practice, to a stranger", Client().get(f"/o/{copy.slug}/"), part="")
        told.page("practice, whom to play", leader.get(f"/o/{copy.slug}/practice/"), part="")
        facts(is_demo=True)
        settings.DEMO = True
        told.page("practice in the demonstration", Own(leader.get(home)), since="no practice")
    told.ends()


def test_pages_that_say_what_went_wrong(client: Client, cast: Cast) -> None:
    told = reading("errors", cast)
    organisation = Organisation.objects.get(slug="test")
    nobody, somebody = SimpleNamespace(is_authenticated=False), Account.objects.get(username="frontline")
    for user, path, who in ((nobody, "/case/", "a visitor"), (somebody, "/desk/", "a colleague")):
        request = RequestFactory().get(path)
        for name in ("400", "403", "404", "500", "503"):
            text = render_to_string(f"{name}.html", {"request": request, "user": user, "organisation": organisation})
            answer = SimpleNamespace(content=text.encode(), status_code=int(name))
            told.page(f"{name} to {who}", answer, part="")
    told.page("no such page", client.get("/nowhere/"), part="")
    told.page("no such case", desk("frontline", cast).get("/desk/cases/202601-XF-999/"), part="")
    told.page("too large", client.get("/", **{"tingsu.refused": "too_large"}), part="")
    facts(hotline="")
    told.page("no such page, no telephone", client.get("/nowhere/"), part="", since="no such page")
    told.ends()


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
