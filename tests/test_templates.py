"""Templates are code: lines that people can read, and floors like any import."""

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "src" / "tingsu"
TEMPLATES = sorted(path for kind in ("templates", "compiled") for path in SOURCES.glob(f"*/{kind}/**/*.html"))
LONGEST = 200
FLOORS = [
    set(re.findall(r"[a-z]+", row))
    for row in re.search(r"layers =\n(.*?)\n#", (SOURCES.parents[1] / ".importlinter").read_text(), re.S)[1].split("\n")
]
HEIGHT = {room: len(FLOORS) - number for number, rooms in enumerate(FLOORS) for room in rooms}
LIBRARIES = {path.stem: room_of for path in SOURCES.glob("*/templatetags/*.py") for room_of in [path.parts[-3]]}
STATIC = sorted(path for path in SOURCES.glob("*/static/**/*") if path.suffix in {".css", ".js"})
FILES = sorted(path for path in SOURCES.glob("*/**/*.py") if not {"tests", "migrations"} & set(path.parts))


def room(path):
    return path.relative_to(SOURCES).parts[0]


def owner(template):
    """The room in which a template stands, by its name; None for one of another package."""
    found = [path for kind in ("templates", "compiled") for path in SOURCES.glob(f"*/{kind}/{template}")]
    return room(found[0]) if found else None


def needed(path):
    """What a file names of other rooms, though it imports none: templates, tag libraries, sheets, scripts, models by name."""
    text = path.read_text(encoding="utf-8")
    for name, there in re.findall(r"""["'](?:/static/|(?:\.\./)+)?(([a-z]+)/[\w/.-]+\.(?:css|js|svg))["']""", text):
        yield name, there if there in HEIGHT else None
    if path.suffix in {".css", ".js"}:
        return
    if path.suffix == ".html":
        for name in re.findall(r'{% *(?:extends|include) "([^"]+)"', text):
            yield name, owner(name)
        for names in re.findall(r"{% *load ([^%]*?) *%}", text):
            yield from ((name, LIBRARIES.get(name)) for name in names.split())
        return
    for name in re.findall(r'"([\w/]+\.html)"', text):
        yield name, owner(name)
    for name in re.findall(r'"([a-z]+)\.[A-Z]\w+"', text):
        yield f"a model of {name}", name if name in HEIGHT else None


def upward(path):
    here = room(path)
    return [
        f"{path.relative_to(SOURCES)} in {here} needs {name} of {there}"
        for name, there in needed(path)
        if there and there != here and HEIGHT[there] >= HEIGHT[here]
    ]


def test_there_are_templates_to_read():
    assert len(TEMPLATES) > 100


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_line_of_a_template_is_too_long_to_read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_a_template_holds_no_script_and_no_style_of_its_own(path):
    """The content policy would refuse them."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))", text)


def test_what_is_listed_has_the_marks_of_the_language():
    """`join:", "` puts an English comma between Chinese words; `listed` knows both."""
    english = re.compile(r"""join:["'][,;] ?["']|forloop\.last %\}[,;] \{%""")
    assert [path.name for path in TEMPLATES if english.search(path.read_text(encoding="utf-8"))] == []


def test_what_follows_a_label_follows_the_colon_of_the_language():
    """`{{ label }}: {{ words }}` puts an English colon between Chinese words; the context "after a label" and `labelled` know both."""
    bare = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
    texts = {path.name: bare.sub("", path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert [name for name, text in texts.items() if re.search(r"[%}]\}:\s+(?=[{<])|\}\}:$", text, re.MULTILINE)] == []


def test_a_section_does_not_repeat_the_name_of_its_table():
    """A table is a region of its name already (`pages.table`): who jumps by regions would hear a section of the same name twice."""
    sections = re.compile(r'<section\b[^>]* aria-labelledby="([^"]+)"[^>]*>(.*?)</section>', re.DOTALL)
    words = re.compile(r'{% translate ("[^"]*")(?: context "[^"]*")? %}|{{ ([\w.]+) }}')
    found = []
    for path in TEMPLATES:
        for name, body in sections.findall(path.read_text(encoding="utf-8")):
            head = re.search(rf'<h\d[^>]* id="{re.escape(name)}"[^>]*>(.*?)</h\d>', body, re.DOTALL)
            said = head and words.fullmatch(head[1].strip())
            tables = re.findall(r'{% table (_\("[^"]*"\)|[\w.]+)', body)
            if said and (f"_({said[1]})" if said[1] else said[2]) in tables:
                found.append(f"{path.relative_to(SOURCES)}: {name}")
    assert found == []


def test_a_class_has_a_rule_or_a_script_that_looks_for_it():
    """A class nobody knows styles nothing: long addresses did not wrap, and a small button was no button."""
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", "".join(path.read_text(encoding="utf-8") for path in STATIC)))
    assert {"btn-compact", "wrap-anywhere", "qr"} <= known
    unknown = set()
    for path in TEMPLATES:
        text = re.sub(r"\{%.*?%\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for classes in re.findall(r'class="([^"]*)"', re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", text)):
            unknown |= {f"{path.relative_to(SOURCES)}: {name}" for name in classes.split() if name not in known}
    assert sorted(unknown) == []


def test_templates_and_names_obey_the_floors():
    """import-linter sees imports only; a template that extends one from above would carry the house upside down."""
    assert {"pages", "desk", "people", "kernel"} <= set(HEIGHT)
    assert HEIGHT["kernel"] < HEIGHT["pages"] < HEIGHT["people"] < HEIGHT["complaints"] < HEIGHT["desk"]
    assert LIBRARIES["tingsu_ui"] == "pages"
    assert [found for path in [*TEMPLATES, *STATIC, *FILES] for found in upward(path)] == []


def test_what_stands_upside_down_is_found(tmp_path, monkeypatch):
    """A template, a tag library and a model of a room above, each from a room below."""
    monkeypatch.setitem(globals(), "SOURCES", tmp_path)
    for name, text in {
        "desk/templates/desk/x.html": "",
        "people/templates/people/y.html": '{% extends "desk/x.html" %}{% load i18n case_ui %}',
        "people/templates/people/z.html": """<link href="{% static "desk/css/x.css" %}">""",
        "people/static/people/z.css": 'p { background: url("../../desk/x.svg"); }',
        "people/static/people/z.js": 'import { x } from "../../desk/js/x.js";',
        "people/models.py": 'a = "complaints.Complaint"; b = render("desk/x.html")',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    names = (
        "templates/people/y.html",
        "templates/people/z.html",
        "static/people/z.css",
        "static/people/z.js",
        "models.py",
    )
    found = [one for name in names for one in upward(tmp_path / "people" / name)]
    assert [one.rpartition("needs ")[2] for one in found] == [
        "desk/x.html of desk",
        "case_ui of desk",
        "desk/css/x.css of desk",
        "desk/x.svg of desk",
        "desk/js/x.js of desk",
        "desk/x.html of desk",
        "a model of complaints of complaints",
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_a_list_stays_a_list(path):
    """A list with another role is none any more, and its items belong to nothing for who hears the page."""
    roles = re.findall(r"<[uo]l[^>]*role=\"([a-z]+)\"", path.read_text(encoding="utf-8"))
    assert set(roles) <= {"list", "menu", "listbox", "tablist", "tree"}
