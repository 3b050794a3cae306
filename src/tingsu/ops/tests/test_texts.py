"""Catalogues: extraction, keeping what people wrote, and the check that fails the build."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tingsu.ops import texts

PAGE = """{% load i18n %}
  {% translate "Send" %} {% translate "50 % off" %}
    {% blocktranslate trimmed with n=count %}
      We answer within {{ n }} days.
    {% endblocktranslate %}
{% blocktranslate count n=count %}{{ n }} letter{% plural %}{{ n }} letters{% endblocktranslate %}
"""
CODE = """from django.utils.translation import gettext_lazy as _, pgettext
TITLE = _("Title")
pgettext("a verb", "Close")
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with one app that speaks."""
    app = tmp_path / "letterbox"
    (app / "templates" / "letterbox").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "models.py").write_text(CODE)
    (app / "templates" / "letterbox" / "page.html").write_text(PAGE)
    monkeypatch.setattr(texts, "SOURCE", tmp_path)
    return app


def translate(app: Path, **words: str) -> None:
    path = texts.catalogue_path(app.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(f'\nmsgid "{msgid}"\nmsgstr "{msgstr}"\n' for msgid, msgstr in words.items())
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n' + body)


@pytest.mark.req("invariant-12")
def test_every_text_of_code_and_templates_is_asked_for_and_a_missing_one_fails(house):
    found = texts.check("letterbox")
    assert set(found.missing) == {
        "Send",
        "50 %% off",
        "We answer within %(n)s days.",
        "%(n)s letter",
        "Title",
        "Close",
    }
    assert not found.complete
    assert not texts.catalogue_path("letterbox").exists(), "a check writes nothing"


@pytest.mark.req("invariant-12")
def test_an_update_keeps_what_people_wrote_and_remembers_what_is_gone(house):
    translate(house, Title="标题", Gone="已移除")
    found = texts.update("letterbox")
    assert "Title" not in found.missing
    assert found.obsolete == ["Gone"]
    written = texts.catalogue_path("letterbox").read_text()
    assert 'msgstr "标题"' in written
    assert '#~ msgstr "已移除"' in written
    (house / "models.py").write_text(CODE + '_("Gone")\n')
    assert "Gone" not in texts.update("letterbox").missing, "a text that comes back brings its translation back"
    assert texts.update("letterbox") == texts.check("letterbox"), "a second update changes nothing"


def test_a_translation_that_loses_or_invents_a_placeholder_is_broken(house):
    translate(house, **{"We answer within %(n)s days.": "我们会尽快答复。", "Title": "标题 %(who)s"})
    broken = texts.check("letterbox").broken
    assert any("lost placeholder n" in line for line in broken)
    assert any("unknown placeholder who" in line for line in broken)
    translate(house, **{"We answer within %(n)s days.": "我们将在 %(n)s 天内答复。", "Title": "标题"})
    assert texts.check("letterbox").broken == []


def test_catalogues_are_compiled_when_they_changed_and_only_then(house):
    translate(house, Title="标题")
    assert texts.compile_catalogues() == 1
    assert texts.compile_catalogues() == 0
    with open(texts.catalogue_path("letterbox").with_suffix(".mo"), "rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Title") == "标题"


def test_a_broken_catalogue_is_named_and_stops_nobody_but_the_check(house, capsys):
    translate(house, Title="标题")
    texts.compile_catalogues()
    path = texts.catalogue_path("letterbox")
    path.write_text(path.read_text() + '\nmsgid "Half\n')
    assert texts.compile_catalogues() == 0
    assert "cannot be read" in capsys.readouterr().err
    assert path.with_suffix(".mo").exists()
    assert texts.check("letterbox").broken


@pytest.mark.req("invariant-12")
def test_two_apps_that_translate_one_text_differently_are_named_and_fail(house):
    (house / "models.py").unlink()
    (house / "templates" / "letterbox" / "page.html").unlink()
    other = house.parent / "counter"
    other.mkdir()
    (other / "__init__.py").touch()
    translate(house, Title="标题")
    translate(other, Title="称谓")
    assert texts.conflicts() == ["'Title': 称谓 (counter); 标题 (letterbox)"]
    with pytest.raises(CommandError, match="differently"):
        call_command("texts", "--check")
    translate(other, Title="标题")
    assert texts.conflicts() == []
    call_command("texts", "--check")


@pytest.mark.req("invariant-12")
@pytest.mark.parametrize("above", ["tests", "migrations", "static"])
def test_texts_are_found_wherever_the_checkout_lies(tmp_path, monkeypatch, above):
    """A folder above the sources that happens to be called like one of ours hides nothing; below them tests stay out."""
    source = tmp_path / above / "tingsu"
    for folder in ("room", "room/tests"):
        (source / folder).mkdir(parents=True, exist_ok=True)
        (source / folder / "words.py").write_text("_('A text')\n")
    monkeypatch.setattr(texts, "SOURCE", source)
    assert list(texts._files("room")) == [source / "room" / "words.py"]


def test_no_text_stands_inside_an_f_string_where_extraction_does_not_see_it():
    inside = re.compile(r"""\{(_|gettext|gettext_lazy|pgettext)\(["']""")
    found = [
        path for path in texts.SOURCE.rglob("*.py") if "tests" not in path.parts and inside.search(path.read_text())
    ]
    assert found == []
