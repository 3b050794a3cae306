"""Every kept state of the database becomes one of today: migrations are added, never rewritten (style §11)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import database
from tests.states.store import MASTER_KEY, restore, states

VERIFY = """
import django
django.setup()
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
for organisation in Organisation.objects.all():
    with acting_for(organisation.pk):
        found = [finding for finding in verify_organisation(Tally()) if finding.row != "01a223a2-5e83-7641-8158-7ea7e7a92dc2"]
    assert not found, found
"""
"""Without the row whose key was taken by hand (SJ-2026-003): `verify` rightly misses the history of it. Without the check of jobs:
those of a kept state have waited since it was made, and nobody takes them here."""
RECORDS = """
import django
django.setup()
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from tests.cast import Cast
from tests.signing import enter
from tingsu.desk.tests.cases import step
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.words import tsquery
from tingsu.registers import actions, queries, reading
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.triage.tests.cases import registered
organisation = Organisation.objects.get(slug="test")
kind = registers()["major_event"]
with acting_for(organisation.pk), override("zh-hans"):
    cast = Cast(organisation.pk)
    rows = {one.number: one for one in Entry.objects.filter(register="major_event").select_related("stream")}
    mass, drill, gone = (rows["SJ-2026-%03d" % place] for place in (1, 2, 3))
    assert [one.state for one in (mass, drill, gone)] == ["open", "closed", "open"]
    assert mass.written()["name"] == "空气炸锅漏电" and mass.codes["complaints"] == 2 and mass.owner_id == cast.frontline.id
    assert len(reading.links_of(cast.supervisor.actor, mass.pk)) == 2
    assert drill.written() == {"name": "舆情演练", "story": "按预案演练", "conclusion": "演练完成"}
    assert gone.written_or_none() is None
    lines = {one.name: one for one in reading.lines_of(cast.supervisor.actor, kind, mass, "page")}["statements"].rows
    said = [dict(line) for line in lines]
    assert [line["沟通对象"] for line in said] == ["媒体", "员工", "监管部门"], said
    assert [line["声明内容"] for line in said] == ["已停售该批次。", "统一口径：正在检测。", "情况说明（初稿）。"]
    assert [("批准人" in line, "发出时间" in line) for line in said] == [(True, True), (True, False), (False, False)]
    client = Client()
    enter(client, cast.supervisor.username)
    pages = [client.get(reverse("registers:entry", args=["major_event", one])) for one in sorted(rows)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    first = pages[0].content.decode()
    for words in ("记者来电询问召回范围", "将一件投诉归入事件", "将一件投诉移出事件", "批准了对外口径", "登记口径已发布", "写入一条记录"):
        assert words in first, words
    asked = [queries.asked_of(kind, query) for query in ({"q": "炸锅漏电"}, {"kind": "drill"}, {"q": "13800002210"})]
    found = [[one.number for one in queries.rows_of(cast.supervisor.actor, kind, one)] for one in asked]
    assert found == [["SJ-2026-001"], ["SJ-2026-002"], []], found
    take = lambda person, name, **values: actions.take_step(
        actor=person.actor, entry=Entry.objects.select_related("stream").get(pk=mass.pk), register=kind, step=name,
        values=values,
    )
    take(cast.frontline, "issue_statement", ready="1")
    take(cast.top_mgmt, "approve_statement", draft="2")
    step(cast.frontline, registered(cast.frontline), "join_event", event=mass.number)
    assert Entry.objects.get(pk=mass.pk).codes["complaints"] == 3
    new = actions.Opening(values={"kind": "drill", "name": "演练", "story": "演练"})
    assert actions.open_entry(actor=cast.frontline.actor, register=kind, opening=new).number == "SJ-2026-004"
"""
"""Records of major events had tables of their own until they became a register: each reads, is found and goes on."""
WORK = """
import django
django.setup()
from tests.states.contents import fill
fill("test_solved_at_once_at_the_front_desk")
"""


@pytest.fixture
def place() -> Iterator[str]:
    name = f"tingsu_upgrade_{os.getpid()}"
    with database.owner(conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"])["dbname"]) as connection:
        database.drop(connection, name)
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template1")
        yield name
        database.drop(connection, name)


def applied(place: str) -> set[tuple[str, str]]:
    """The steps of tables that a database has taken."""
    with database.owner(place) as connection:
        return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())


@pytest.mark.req("RC-03")
@pytest.mark.parametrize("state", states(), ids=lambda path: path.stem)
def test_a_kept_state_is_upgraded_and_worked_on(state: Path, place: str) -> None:
    """What is asserted of the upgraded state stands in the code of its processes; a failed one raises here."""
    restore(state, place)
    before = applied(place)
    database.run_in(place, database.MAKE, role="owner", TINGSU_MASTER_KEY=MASTER_KEY)
    assert before < applied(place), "nothing was upgraded"
    codes = (VERIFY, *((RECORDS,) if state.stem == "2026-11-events" else ()), WORK)
    database.run_in(place, "".join(codes), role="app", TINGSU_MASTER_KEY=MASTER_KEY)
    database.run_in(place, VERIFY, role="app", TINGSU_MASTER_KEY=MASTER_KEY)  # by one that has seen nothing of the work


def test_states_are_kept() -> None:
    assert states()


def test_a_kept_state_is_never_written_anew() -> None:
    newest = states()[-1].stem
    command = [sys.executable, "-m", "tests.states", newest]
    done = subprocess.run(command, cwd=database.REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "kept as it is" in done.stderr
