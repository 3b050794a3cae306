"""Templates are loaded once a language, and say in each what they would say unfolded."""

import pytest
from django.template import Context, Engine, Template, engines
from django.template.base import TextNode
from django.template.defaulttags import IfNode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from tingsu.pages.folding import ValueNode, fold

LANGUAGES = ("zh-hans", "en")
LOAD = "{% load i18n l10n static tingsu_ui %}"
SAMPLES = {
    "sentence": '{% translate "Sign out" %}',
    "with its place": '{% translate "Register" context "button" %}',
    "block": "{% blocktranslate trimmed %}\n  Sign out\n{% endblocktranslate %}",
    "a block with a value": "{% blocktranslate with name=word %}Remove filter {{ name }}{% endblocktranslate %}",
    "a block with a number": "{% blocktranslate count n=number %}Notices, {{ n }} unread{% plural %}Notices, {{ n }} unread{% endblocktranslate %}",
    "kept for later": '{% translate "Sign out" as kept %}[{{ kept }}]',
    "of a value": "{% translate word %}",
    "of a value with a filter": '{% translate "Sign out"|upper %}',
    "icon": '{% icon "plus" "small" %}',
    "neighbours": 'a {% translate "Save" %} b{% icon "plus" %}c',
    "icon by value": "{% icon name %}",
    "file": '{% static "pages/css/base.css" %}',
    "file for later": '{% static "pages/css/base.css" as kept %}{{ kept }}',
    "inside": '{% if number %}{% translate "Sign out" %}{% else %}{% translate "Save" %}{% endif %}'
    '{% for one in several %}{{ one }}{% icon "plus" %}{% empty %}{% translate "Save" %}{% endfor %}',
    "another language inside": '{% language "en" %}{% translate "Sign out" %}{% endlanguage %}',
    "values": "{{ word }} {{ safe }} {{ number }} {{ big }} {{ none }} {{ missing }} {{ lazy }} {{ word|upper }} {{ 'a<b' }}",
    "bare values": "{% autoescape off %}{{ word }}{% translate 'Save' %}{% endautoescape %}",
}
VALUES = {
    "word": "<b>\"Sign\" 'out' & more</b>",
    "safe": mark_safe("<b>bold</b>"),
    "name": "plus",
    "number": 2,
    "big": 12345.5,
    "none": None,
    "lazy": gettext_lazy("Save"),
    "several": ["<", "b"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_folded_template_draws_what_it_drew(source, language):
    with override(language):
        plain, folded = engine().from_string(LOAD + source), engine().from_string(LOAD + source)
        fold(folded)
        assert folded.render(Context(VALUES)) == plain.render(Context(VALUES))


def test_what_is_constant_becomes_one_piece_of_text():
    template = engine().from_string(
        LOAD + 'a {% translate "Save" %} {% icon "plus" %} {% static "pages/css/base.css" %}'
        "{% if number %}{% blocktranslate %}Save{% endblocktranslate %} b{% endif %}{{ word }}"
    )
    with override("zh-hans"):
        fold(template)
    text, condition, value = template.nodelist[1:]
    assert isinstance(text, TextNode)
    assert "保存" in text.s
    assert isinstance(condition, IfNode)
    assert [type(one) for one in condition.conditions_nodelists[0][1]] == [TextNode]
    assert isinstance(value, ValueNode)


def test_a_template_is_kept_once_a_language():
    kept = {}
    for language in LANGUAGES:
        with override(language):
            kept[language] = loaded("pages/parts/pager.html")
            assert loaded("pages/parts/pager.html") is kept[language]
    assert kept["en"] is not kept["zh-hans"]


def test_an_error_in_a_folded_template_is_told_with_its_place():
    template = Engine(debug=True, libraries={"tingsu_ui": "tingsu.pages.templatetags.tingsu_ui"}).from_string(
        "{% load tingsu_ui %}\n{% icon name %}\n{{ word.broken }}"
    )
    fold(template)
    with pytest.raises(ZeroDivisionError) as raised:
        template.render(Context({"name": "plus", "word": Broken()}))
    assert raised.value.template_debug["line"] == 3


class Broken:
    @property
    def broken(self):
        return 1 / 0


def engine() -> Engine:
    return engines["django"].engine


def loaded(name: str) -> Template:
    return engines["django"].get_template(name).template
