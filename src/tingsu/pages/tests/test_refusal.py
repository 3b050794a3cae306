"""What an action refuses becomes a page in one place: beside its field, on top of the form, or said on the next page."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse

import tingsu
from tests.cast import Cast
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError
from tingsu.pages.fields import EmailField
from tingsu.pages.refusal import first_of, form_page, refusals_on, sentences_of, told

SOURCE = Path(tingsu.__file__).parent
OWN = SOURCE / "pages" / "refusal.py"


class Refused(TingsuError):
    sentence = "Not now."


class Form(forms.Form):
    title = forms.CharField()

    places = {"name": "title"}


def bound() -> Form:
    form = Form({"title": "typed"})
    assert form.is_valid()
    return form


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (InvalidInput({"title": InvalidValue("Too short.")}), {"title": ["Too short."]}),
        (InvalidInput({"name": InvalidValue("Taken.")}), {"title": ["Taken."]}),
        (InvalidInput({"other": InvalidValue("Wrong.")}), {"__all__": ["Wrong."]}),
        (Refused(), {"__all__": ["Not now."]}),
    ],
)
def test_a_refusal_stands_beside_the_field_it_speaks_of_or_on_top(rf: RequestFactory, error, found):
    form = bound()
    with refusals_on(form):
        raise error
    assert form.errors == found
    assert form["title"].value() == "typed"


def test_the_page_of_a_refused_form_says_422_and_of_an_accepted_one_200(rf: RequestFactory, organisation):
    template = "errors/refused.html"
    refused, well = bound(), bound()
    with refusals_on(refused):
        raise Refused
    with refusals_on(well):
        pass
    about = {"error": "", "status": 0}
    assert form_page(rf.get("/"), template, {"form": well, **about}).status_code == 200
    assert form_page(rf.get("/"), template, {"form": Form(), **about}).status_code == 200
    assert form_page(rf.get("/"), template, {"form": well, "other": refused, **about}).status_code == 422


@pytest.mark.parametrize(
    ("raised", "before", "said"),
    [
        (None, "", [("success", "Done.")]),
        (Refused, "", [("error", "Not now.")]),
        (Refused, "202603-XF-001", [("error", "202603-XF-001：Not now.")]),
        (NotAllowed, "", [("error", str(NotAllowed()))]),
    ],
)
def test_a_button_says_on_the_next_page_what_came_of_it(rf: RequestFactory, raised, before, said):
    request = rf.post("/")
    request._messages = CookieStorage(request)
    with told(request, "Done.", before=before):
        if raised:
            raise raised
    assert [(one.level_tag, str(one)) for one in get_messages(request)] == said


def test_what_is_a_page_of_its_own_goes_through(rf: RequestFactory):
    request = rf.post("/")
    request._messages = CookieStorage(request)
    with pytest.raises(NotFound), told(request):
        raise NotFound
    with pytest.raises(NotAllowed), told(request, but=(NotFound, NotAllowed)):
        raise NotAllowed
    with told(request, but=()):
        raise NotFound
    assert len(get_messages(request)) == 1


def test_sentences_by_field():
    several = InvalidInput({"a": InvalidValue("One."), "b": InvalidValue("Two.")})
    assert sentences_of(several) == {"a": "One.", "b": "Two."}
    assert sentences_of(Refused()) == {"": "Not now."}
    assert (first_of(several), first_of(Refused())) == ("One.", "Not now.")


def own_ways(code: str) -> Iterator[str]:
    """Places that put a refusal on a page by themselves: handlers of refusals that tell it, and functions named so."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef) and node.name in {"show_refusal", "show_refusals"}:
            yield f"{node.lineno} {node.name}"
        caught = ast.unparse(node.type) if isinstance(node, ast.ExceptHandler) and node.type else ""
        if not {"TingsuError", "InvalidInput"} & set(caught.replace("(", "").replace(")", "").replace(",", "").split()):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and (
                inner.attr == "add_error" or ast.unparse(inner.value) == "messages"
            ):
                yield f"{inner.lineno} {ast.unparse(inner)}"


def test_no_app_has_a_way_of_its_own():
    paths = [path for path in SOURCE.rglob("*.py") if path != OWN and "tests" not in path.parts]
    assert len(paths) > 200
    found = {str(path.relative_to(SOURCE)): list(own_ways(path.read_text())) for path in paths}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("try:\n    act()\nexcept TingsuError as error:\n    messages.error(request, str(error))", True),
        ("try:\n    act()\nexcept (InvalidInput, KeyError) as error:\n    form.add_error(None, str(error))", True),
        ("def show_refusal(form, error):\n    pass", True),
        ("try:\n    act()\nexcept TingsuError as error:\n    problem = error", False),
        ("try:\n    act()\nexcept ValueError:\n    messages.error(request, words)", False),
        ("with told(request):\n    act()", False),
    ],
)
def test_the_check_sees_a_way_of_its_own(code, own):
    assert bool(list(own_ways(code))) is own


@pytest.mark.django_db
@pytest.mark.parametrize(("program", "status"), [("\x00", 422), ("a\x00b", 422), ("nobody", 200)])
def test_a_sign_that_no_text_can_hold_is_refused_wherever_it_is_looked_for(
    cast: Cast, sign_in: Callable[..., Client], program: str, status: int
) -> None:
    page = sign_in(cast.auditor).get(reverse("privacy:access_log"), {"program": program})
    assert page.status_code == status
    assert ("控制字符" in page.content.decode()) is (status == 422)


def test_fields_of_the_framework_refuse_in_the_words_of_every_other_door() -> None:
    wanted = {
        "required": (forms.CharField(), ""), "email": (EmailField(), "a@"), "date": (forms.DateField(), "soon"),
        "number": (forms.IntegerField(), "many"), "choice": (forms.ChoiceField(choices=[("a", "A")]), "b"),
    }  # fmt: skip
    for code, (field, typed) in wanted.items():
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        assert refused.value.messages == [str(InvalidValue.SENTENCES[code])], code
    with pytest.raises(ValidationError) as refused:
        forms.MultipleChoiceField(choices=[("a", "A")]).clean(["b"])
    assert refused.value.messages == [str(InvalidValue.SENTENCES["choice"])]
