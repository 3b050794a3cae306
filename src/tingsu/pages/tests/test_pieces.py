"""The pieces of a page are drawn in one place: badges, cards with a title, tables, heads, empty lists."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template

import tingsu

SOURCE = Path(tingsu.__file__).parent
OWN = re.compile(
    r'<span class="badge|<div class="head">|<div class="head-line">|<div class="table-scroll|<div class="empty">'
)


def drawn(text: str, **given: object) -> str:
    return Template("{% load tingsu_ui %}" + text).render(Context(given))


@pytest.mark.parametrize(
    ("tone", "css"), [("done", "badge badge-done"), ("late", "badge badge-late"), ("plain", "badge"), ("", "badge")]
)
def test_a_badge_has_its_tone_and_escapes_its_words(tone, css):
    words = drawn("{% badge tone %} {{ words }} {% endbadge %}", tone=tone, words="a < b")
    assert words == f'<span class="{css}">a &lt; b</span>'


def test_a_card_has_its_title_and_its_classes():
    assert drawn("{% card title %}<p>{{ words }}</p>{% endcard %}", title="R & D", words="<i>") == (
        '<section class="card"><div class="card-head"><h2>R &amp; D</h2></div>'
        '<div class="card-body"><p>&lt;i&gt;</p></div></section>'
    )
    assert drawn('{% card "x" body="stack" css="form-narrow" %}{% endcard %}') == (
        '<section class="card form-narrow"><div class="card-head"><h2>x</h2></div><div class="card-body stack"></div></section>'
    )


def test_a_table_says_what_it_is_to_those_who_do_not_see_it_and_scrolls_by_key():
    assert drawn("{% table title %}<tbody></tbody>{% endtable %}", title='"A"') == (
        '<div class="table-scroll" tabindex="0" role="region" aria-label="&quot;A&quot;">'
        '<table class="table table-plain"><caption class="hidden-text">&quot;A&quot;</caption><tbody></tbody></table></div>'
    )
    assert '<table class="table table-plain table-wide records">' in drawn(
        '{% table "A" "plain wide records" %}{% endtable %}'
    )


def test_rows_of_many_columns_are_cards_on_telephones_and_each_cell_says_what_it_is():
    head = "<thead><tr><th>A<th scope=col>B &amp; b</th><th><span>C</span></th><th>D</th><th>E</th></tr></thead>"
    body = '<tbody><tr><th>one</th><td class="number">2<td></td><td data-label="own">4</td><td>\n</td></tr><tr><td colspan="5">none</td></tr></tbody>'
    shown = drawn('{% table "T" "wide" %}' + head + body + "{% endtable %}")
    assert 'class="table table-wide table-stack table-cards"' in shown
    assert head in shown
    assert '<td class="number" data-label="B &amp; b">2' in shown
    assert '<td data-label="C" data-blank></td>' in shown, "what is empty is left out"
    assert '<td data-label="own">4' in shown
    assert '<td colspan="5">none' in shown
    assert 'class="table table-stack table-cards"' in drawn('{% table "T" "stack" %}' + head + body + "{% endtable %}")
    many = "<thead><tr>" + "<th>x</th>" * 11 + "</tr></thead>"
    assert "table-many" in drawn('{% table "T" %}' + many + "{% endtable %}")
    for looks in ("plain records", "stack", "stack board-load", "wide heat"):
        assert body in drawn('{% table "T" "' + looks + '" %}' + head + body + "{% endtable %}"), looks
    few = "<thead><tr><th>A</th><th>B</th><th>C</th></tr></thead><tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody>"
    assert few in drawn('{% table "T" "wide" %}' + few + "{% endtable %}")


def test_an_empty_list_says_the_fact_and_the_way_on():
    bare = drawn('{% empty_state "Nothing." %}')
    assert (bare.count("<p"), "<a" in bare, "<svg" in bare) == (1, False, False)
    full = drawn('{% empty_state "Nothing." next="Wait." url="/x/" action="Go" mark="checks" %}')
    assert re.findall(r">([^<>]+)</(?:p|a)>", full) == ["Nothing.", "Wait.", "Go"]
    assert 'href="/x/"' in full
    assert "<svg" in full


def test_no_other_template_draws_one_of_its_own():
    paths = [path for path in SOURCE.glob("*/templates/**/*.html") if "pages/templates" not in path.as_posix()]
    assert len(paths) > 100
    assert {path.name: OWN.findall(path.read_text()) for path in paths if OWN.search(path.read_text())} == {}


def test_words_that_code_lists_have_the_mark_of_the_language_between_them():
    """`listed` knows it; the file of a year writes both languages at once."""
    told = re.compile(r'"、"\.join\(|join:"、"')
    paths = [path for end in ("html", "py") for path in SOURCE.glob(f"*/**/*.{end}") if "tests" not in path.parts]
    assert len(paths) > 500
    found = {path.name for path in paths if told.search(path.read_text())}
    assert found == {"year_text.py"}


@pytest.mark.parametrize("app", ["appraisal", "protection"])
def test_a_section_does_not_say_the_name_of_its_table_a_second_time(app):
    """Its table is a region of that name already: who jumps by regions would hear it twice."""
    section = re.compile(r'<section\b[^>]* aria-labelledby="([\w-]+)".*?</section>', re.DOTALL)
    for path in (SOURCE / app / "templates").glob("**/*.html"):
        for found in section.finditer(path.read_text()):
            head = re.search(rf'id="{found[1]}">\{{% translate ("[^"]+") %\}}', found[0])
            assert head is None or f"{{% table _({head[1]})" not in found[0], (path.name, found[1])
