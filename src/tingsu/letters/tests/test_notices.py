"""Every notice says how it reads: the app that sends it declares it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

import tingsu
from tests.cast import Cast
from tingsu.letters.models import Notice
from tingsu.letters.notices import UndeclaredNotice, address_of, declare, notify, words_of

SENDERS = {"notify", "notices_for", "tell"}


def name_of(call: ast.Call) -> str:
    """What is called: a function, or a method of whatever thing."""
    return str(getattr(call.func, "id", "") or getattr(call.func, "attr", ""))


def sent() -> Iterator[tuple[str, str]]:
    """Kinds of notices that the code names where it sends them, with the app that does."""
    home = Path(tingsu.__file__).parent
    for path in sorted(home.glob("*/**/*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name_of(node) in SENDERS and len(node.args) > 1:
                kind = node.args[1]
                if isinstance(kind, ast.Constant) and isinstance(kind.value, str) and "." in kind.value:
                    yield path.relative_to(home).parts[0], kind.value


def test_every_notice_that_is_sent_is_declared() -> None:
    found = set(sent())
    assert len(found) > 20
    assert not [(app, kind) for app, kind in found if words_of(kind) is None]


def test_a_step_tells_by_its_case_which_leaves_out_who_took_it() -> None:
    home = Path(tingsu.__file__).parent
    steps = [path for path in home.glob("*/steps/*.py") if "tests" not in path.parts]
    calls = [
        (path, name_of(node))
        for path in steps
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    assert len([path for path, name in calls if name == "tell"]) > 20
    assert not [str(path) for path, name in calls if name == "notify"]


def test_a_notice_that_nobody_declared_is_refused(cast: Cast) -> None:
    notify([cast.frontline.id], "case.new_facts", None, {})
    with pytest.raises(UndeclaredNotice):
        notify([cast.frontline.id], "case.nonsense", None, {})
    assert [one.kind for one in Notice.objects.filter(member_id=cast.frontline.id)] == ["case.new_facts"]


def test_a_notice_has_one_owner() -> None:
    with pytest.raises(UndeclaredNotice):
        declare({"post.given": ("x", "user")})


def test_where_a_notice_about_no_case_leads() -> None:
    assert address_of("post.given") == reverse("people:mine")
    assert address_of("case.new_facts") == address_of("no such notice") == ""
