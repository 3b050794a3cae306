"""A firm begins with texts that it can adopt in an afternoon (DI-01)."""

import pytest

from tingsu.documents import catalogue
from tingsu.documents.writing import blocks, left_to_fill


@pytest.mark.req("DI-01")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_document_that_is_asked_for_has_a_template_in_both_languages(language: str) -> None:
    for topic in catalogue.TOPICS:
        text = catalogue.template_of(topic, language)
        found = blocks(text)
        assert sum(one.kind == "heading" for one in found) >= 3, topic
        assert len(text) > (350 if language == "zh" else 900), topic
        assert left_to_fill(text), f"{topic}: nothing says what the firm has to fill in"
        han = sum("\u4e00" <= sign <= "\u9fff" for sign in text)
        assert (han > 250) if language == "zh" else (han == 0), topic
