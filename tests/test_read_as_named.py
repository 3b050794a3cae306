"""Every template drawn as named, each branch of it, compared with what was written down (tests/naming.py, tests/pages/named_*.txt)."""

import difflib
import os

import pytest

from tests.naming import as_named, branches, draw, templates, told_as_named, told_where_empty
from tests.reading import FOLDER

HOMES = sorted({name.partition("/")[0] if "/" in name else "errors" for name in templates()})


@pytest.mark.parametrize("home", HOMES)
def test_templates_say_what_was_written_down(home: str) -> None:
    names = [name for name in templates() if (name.partition("/")[0] if "/" in name else "errors") == home]
    with as_named():
        told = "\n".join(line for name in names for line in told_as_named(name)) + "\n"
    compare(f"named_{home}", told)


def test_where_a_list_is_empty_the_page_says_what_was_written_down() -> None:
    with as_named():
        told = "\n".join(line for name in templates() for line in told_where_empty(name)) + "\n"
    compare("named_where_empty", told)


def compare(name: str, told: str) -> None:
    """What is told now with what was written down; written anew where that is asked."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("TINGSU_WRITE_STORIES"):
        path.write_text(told)
    written = path.read_text() if path.exists() else ""
    assert written == told, (
        "Read what changed, and write it anew if that is meant:\n"
        + "\n".join(difflib.unified_diff(written.splitlines(), told.splitlines(), "written", "now", lineterm="", n=1))[
            :6000
        ]
    )


def test_an_inverted_condition_another_name_and_a_lost_field_are_seen() -> None:
    """What the drawing is for, tried on a template of its own."""
    from django.template import engines

    def lines(source: str) -> list[list[str]]:
        template = engines["django"].engine.from_string(source)  # type: ignore[attr-defined]
        found = [draw(template, template.nodelist, {})]
        return found + [
            draw(template, template.nodelist, inside) for _words, _around, inside in branches(template.nodelist, {})
        ]

    whole = (
        '{% if a and not b %}<p>{{ a.x }}</p>{% elif c == "k" %}<b class="late">{{ c }}</b>{% else %}'
        '{% for one in d %}<a href="{{ one.url }}">{{ one }}</a>{% endfor %}{% endif %}<input type="hidden" name="v" value="{{ v }}">'
    )
    with as_named():
        good = lines(whole)
        for old, new in (
            ("a and not b", "a or not b"), ("not b", "b"), ("a.x", "a.y"), ('c == "k"', 'c != "k"'), ("one.url", "d.url"), ("{% else %}", ""),
            ('name="v"', 'name="w"'), ('<input type="hidden" name="v" value="{{ v }}">', ""), ("in d %}", "in e %}"),
        ):  # fmt: skip
            assert lines(whole.replace(old, new)) != good, old
