"""A template is shown as its receiver reads it, in both languages, with every place named."""

import pytest
from django.urls import reverse

from tingsu.letters.preview import NAMES, previews
from tingsu.letters.shipped import SHIPPED
from tingsu.letters.templates_book import EVERYWHERE, TEMPLATES


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_no_place_of_any_letter_is_without_a_name(name):
    assert TEMPLATES[name].places | EVERYWHERE <= set(NAMES)
    for one in previews(SHIPPED[name]):
        assert "{" not in one.subject + one.body
        assert one.body


@pytest.mark.req("AK-02")
def test_the_settings_page_shows_both_languages_and_a_draft_shows_itself_and_its_errors_beside_the_field(sign_in, cast):
    client = sign_in(cast.top_mgmt)
    page = client.get(reverse("complaints:letter_feedback")).content.decode()
    assert "〔答复人写的内容〕" in page
    assert "〔the words of whoever writes〕" in page
    typed = {
        "entry-0-subject-zh-Hans": "进展",
        "entry-0-subject-en": "News",
        "entry-0-body-zh-Hans": "您好 {content} {salary}",
    }
    typed |= {"entry-0-body-en": "{content} {handler}", "based_on": "0", "check": "1"}
    refused = client.post(reverse("complaints:edit_letter_feedback"), typed)
    assert refused.status_code == 422
    cells = refused.context["entries"][0]["cells"]
    assert [cell.name for cell in cells if cell.error] == ["entry-0-body-zh-Hans"]
    assert "您好 〔答复人写的内容〕" in refused.content.decode()
