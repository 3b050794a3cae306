"""An entry and a list on paper: everything of the page, as its reader sees it, and refused like the page itself."""

import csv
import io
import re
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from tests.cast import PEOPLE
from tingsu.privacy.models import AccessEntry
from tingsu.registers import actions
from tingsu.registers.declaration import register_named, registers
from tingsu.registers.tests.samples import WORDS, an_entry
from tingsu.registers.tests.test_every_register import opener_of

pytestmark = pytest.mark.req("RC-06")


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def pdf_of(client: Any, entry: Any) -> Any:
    return client.get(reverse("registers:pdf", args=[entry.register, entry.number]))


@pytest.mark.parametrize("name", sorted(registers()))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pdf_of_an_entry_says_what_its_page_says(name, language, cast, sign_in, client) -> None:
    register = registers()[name]
    opener = cast.supervisor if cast.supervisor.actor.has_role(*register.openers) else opener_of(register, cast)
    entry, other = an_entry(register, opener), an_entry(register, opener)
    actions.comment(actor=opener.actor, register=register, entry=entry, text="已电话核对 #read(1)")
    actions.link_entry(actor=opener.actor, register=register, entry=entry, number=other.number, kind="related")
    sign_in(opener)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = pdf_of(client, entry)
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    with override(language):
        labels = [str(register.one), str(register.state_by_code[entry.state].label)]
        labels += [str(one.label) for one in register.opens.fields if one.required and not one.when]
    for words in (*labels, WORDS, entry.number, other.number, "已电话核对#read(1)", PEOPLE[opener.username][0]):
        assert re.sub(r"\s+", "", words) in text, words
    assert AccessEntry.objects.filter(stream_id=entry.pk, what="downloaded", field="pdf").count() == 1


def test_whoever_does_not_see_an_entry_gets_no_pdf_of_it(cast, sign_in, client) -> None:
    register = register_named("nonconformity")
    entry = an_entry(register, cast.supervisor)
    sign_in(cast.frontline)
    assert pdf_of(client, entry).status_code == 404
    assert not AccessEntry.objects.filter(stream_id=entry.pk, what="downloaded").exists()
    client.logout()
    assert pdf_of(client, entry).status_code in {302, 303, 401}
    sign_in(cast.supervisor)
    assert pdf_of(client, entry).status_code == 200


def test_personal_fields_stand_masked_as_on_the_page(cast, sign_in, client) -> None:
    register = register_named("contact")
    person = {"caller_name": "欧阳致远", "caller_phone": "13800002210"}
    entry = an_entry(register, cast.frontline, **person)
    sign_in(cast.frontline)
    text = text_of(pdf_of(client, entry).content)
    page = client.get(reverse("registers:entry", args=["contact", entry.number])).content.decode()
    for words in person.values():
        assert words not in text
        assert words not in page
    assert "138****2210" in text


def test_the_pdf_of_a_list_holds_exactly_what_the_filter_shows(cast, sign_in, client) -> None:
    register = register_named("contact")
    one = an_entry(register, cast.frontline, kind="praise", caller_name="欧阳致远")
    two = an_entry(register, cast.frontline, kind="feedback")
    address = reverse("registers:export", args=["contact", "pdf"])
    sign_in(cast.supervisor)
    for query, expected in (({}, {one.number, two.number}), ({"kind": "praise"}, {one.number}), ({"q": "没有"}, set())):
        text = text_of(client.get(address, query).content)
        assert set(re.findall(r"LX-\d{4}-\d{3}", text)) == expected, query
        assert "欧阳致远" not in text
    assert AccessEntry.objects.filter(what="exported", field="contact").count() == 3
    sign_in(cast.frontline)
    assert client.get(address).status_code == 403


def test_a_file_keeps_days_and_instants_with_their_year(cast, sign_in, client) -> None:
    register = register_named("contact")
    an_entry(register, cast.frontline, received_at="2026-01-05T09:14")
    sign_in(cast.supervisor)
    answer = client.get(reverse("registers:export", args=["contact", "csv"]))
    heads, line = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    with override("zh-hans"):
        label = str(register.by_name["received_at"].label)
    assert line[heads.index(label)] == "2026-01-05 09:14:00"
