"""Small things of lists and steps that every register shares: text filters, what a step is about, hints and refusals."""

import csv
import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tingsu.api.tokens import issue_token
from tingsu.kernel import organisations
from tingsu.kernel.actor import automation
from tingsu.people import directory
from tingsu.registers.declaration import register_named
from tingsu.registers.tests.samples import WORDS, an_entry

pytestmark = [pytest.mark.req("RC-06"), pytest.mark.django_db]


def numbers_in(content: str) -> set[str]:
    return set(re.findall(r">(BH-\d{4}-\d+)<", content))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("安诺 呼叫服务", True),
        ("安诺呼叫服务", True),
        (" 安诺呼叫服务", True),
        ("安诺", False),
        ("ANNUO call", True),
        ("none", False),
    ],
)
def test_a_text_is_filtered_by_what_it_says(asked: str, found: bool, cast: Any, sign_in: Any, client: Any) -> None:
    register = register_named("nonconformity")
    entry = an_entry(register, cast.supervisor, supplier="Annuo Call" if asked.isascii() else "安诺呼叫服务")
    an_entry(register, cast.supervisor, supplier="别家")
    sign_in(cast.supervisor)
    address = reverse("registers:list", args=["nonconformity"])
    page = client.get(address, {"supplier": asked}).content.decode()
    assert numbers_in(page) == ({entry.number} if found else set())
    file = client.get(reverse("registers:export", args=["nonconformity", "csv"]), {"supplier": asked})
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))[1:]
    assert {row[0] for row in rows} == ({entry.number} if found else set())
    token = issue_token(
        actor=automation("test", cast.organisation_id), name="x", scopes=["registers:read"], roles=cast.supervisor.actor.roles, acts_for=cast.supervisor.id
    )[1]  # fmt: skip
    answer = client.get(
        "/api/v1/registers/nonconformity", {"supplier": asked}, headers={"Authorization": f"Bearer {token}"}
    )
    assert [one["number"] for one in answer.json()["items"]] == ([entry.number] if found else [])


@pytest.mark.parametrize("spelled", [str.upper, str.lower, lambda number: number[:7].lower()])
def test_a_number_is_found_whole_or_begun_in_capitals_or_small(spelled: Any, cast: Any, sign_in: Any) -> None:
    entry = an_entry(register_named("nonconformity"), cast.supervisor)
    address = reverse("registers:list", args=["nonconformity"])
    page = sign_in(cast.supervisor).get(address, {"q": spelled(entry.number)})
    assert numbers_in(page.content.decode()) == {entry.number}


def test_the_text_that_is_asked_for_stands_in_the_filter_and_its_chip(cast: Any, sign_in: Any, client: Any) -> None:
    an_entry(register_named("nonconformity"), cast.supervisor, supplier="安诺呼叫服务")
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:list", args=["nonconformity"]), {"supplier": "安诺 呼叫服务"}).content.decode()
    assert re.search(r'<input[^>]*name="supplier"[^>]*value="安诺呼叫服务"', page)
    assert "<b>安诺呼叫服务</b>" in page


@pytest.mark.parametrize("name", ["nonconformity", "contact", "evidence"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_step_says_what_it_is_about(name: str, language: str, cast: Any, sign_in: Any, client: Any) -> None:
    register = register_named(name)
    entry = an_entry(register, cast.supervisor)
    sign_in(cast.supervisor)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    step = next(one for one in register.process.values() if entry.state in one.sources and one.name not in {"approve"})
    for answer in (
        client.get(reverse("registers:step", args=[name, entry.number, step.name])),
        client.post(reverse("registers:step", args=[name, entry.number, step.name]), {"version": "99"}),
    ):
        page = answer.content.decode()
        assert 'id="about-title"' in page
        about = page[page.index('id="about-title"') : page.index("</section>", page.index('id="about-title"'))]
        assert entry.number in about
        assert WORDS in about
        with override(language):
            assert str(register.state_by_code[entry.state].label) in about
        assert "3001" in about
    assert 'id="about-title"' not in client.get(reverse("registers:new", args=[name])).content.decode()


def test_a_contact_is_no_complaint_and_an_owner_has_one_name() -> None:
    with override("zh-hans"):
        assert str(register_named("contact").by_name["mode"].label) == "联系渠道"
        assert str(register_named("nonconformity").by_name["owner"].label) == "负责人"


def test_a_refusal_stands_below_the_hint_and_is_read_after_it(cast: Any, sign_in: Any, client: Any) -> None:
    sign_in(cast.supervisor)
    page = client.post(reverse("registers:new", args=["evidence"]), {"statement": "x"}).content.decode()
    assert 'aria-describedby="f-speaks_of_hint f-speaks_of_error"' in page
    assert page.index('id="f-speaks_of_hint"') < page.index('id="f-speaks_of_error"')


def test_many_suppliers_cost_no_more_questions_than_six(cast: Any, sign_in: Any, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(directory, "CACHE_SECONDS", 3600.0)
    monkeypatch.setattr(organisations, "KEEP_SECONDS", 3600.0)
    register, address = register_named("nonconformity"), reverse("registers:list", args=["nonconformity"])
    sign_in(cast.supervisor)
    costs = []
    for number in range(14):
        an_entry(register, cast.supervisor, supplier=f"供应商 {number}")
        if number in {6, 13}:
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            costs.append(len(asked))
    assert costs[0] == costs[1] <= 35
