"""Every letter, by every means, in the form that the complainant asked for (IN-18): templates × forms."""

import io
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints import paperwork
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Format
from tingsu.desk import printing
from tingsu.desk.tests.cases import a_case
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter
from tingsu.letters.providers import as_html
from tingsu.letters.templates_book import TEMPLATES
from tingsu.pages.pdf import pdf

pytestmark = pytest.mark.req("IN-18")
HOME = {"address": "幸福路 12 号", "city": "上海", "name": "陈小满"}
FORMS = tuple(Format.values)


@pytest.mark.parametrize("wanted", FORMS)
def test_every_template_leaves_in_the_form_asked_for(cast: Cast, wanted: str) -> None:
    case = a_case(cast.frontline, email="xiaoyu@example.org", format=wanted)
    letter = Letter.objects.get(stream_id=case.pk, template="acknowledgement")
    for language in ("zh-hans", "en"):
        for name in TEMPLATES:
            letter.template, letter.language, letter.channel = name, language, "email"
            message, _version = compose(letter)
            assert message.large is (wanted == "large_print"), (name, language)
            assert ("18pt" in as_html(message)) is (wanted == "large_print"), (name, language)
            assert message.language == ("en" if language == "en" else "zh-Hans")


def test_letters_to_post_are_printed_each_in_its_own_size_and_say_their_form(cast: Cast, sign_in: Any) -> None:
    cases = {one: a_case(cast.frontline, mode="letter", format=one, **HOME) for one in FORMS}
    page = sign_in(cast.supervisor).get(reverse("desk:print_queue"))
    forms = {one.number: str(one.form) for one in page.context["waiting"]}
    assert [forms[cases[one].number] for one in FORMS] == ["", "大字体", "盲文", "手语"]
    assert "大字体" in page.content.decode()
    sheet = printing.sheet(cast.supervisor.actor, [one.pk for one in Letter.objects.filter(channel="post")])
    assert sheet is not None
    assert [part.large for part in sheet.parts[1:]].count(True) == 1
    found = {size for page in pypdf.PdfReader(io.BytesIO(pdf(sheet))).pages for size in sizes_of(page)}
    assert {9.5, 16.5} <= found, "the letter in large print, the others as usual, in one file"


def sizes_of(page: Any) -> set[float]:
    found: set[float] = set()
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, size: found.add(round(abs(size * tm[3]), 1)) if text.strip() else None
    )
    return found


@pytest.mark.parametrize(
    ("code", "wanted", "large"),
    [
        ("registration_form", "large_print", True),
        ("registration_form", "standard", False),
        ("tracking_form", "large_print", False),
    ],
)
def test_what_goes_to_the_complainant_is_large_without_being_asked(
    cast: Cast, code: str, wanted: str, large: bool
) -> None:
    case = a_case(cast.frontline, email="xiaoyu@example.org", format=wanted)
    made = paperwork.make(
        cast.supervisor.actor, Complaint.objects.get(pk=case.pk), code, paperwork.Wanted(language="zh-hans")
    )
    found = {size for page in pypdf.PdfReader(made.file).pages for size in sizes_of(page)}
    assert (13.0 in found) is large
