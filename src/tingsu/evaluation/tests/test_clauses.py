"""The clauses of CTS as data: complete, in order, in both languages, and cited as the document prints them."""

import pytest
from django.utils.translation import override

from tingsu.evaluation.clauses import CHAPTERS, CLAUSES, numbers_in
from tingsu.evaluation.questions import QUESTIONS

PRINTED = [
    "4.1",
    "4.2",
    "4.3",
    "4.4.1",
    "4.4.2",
    "5.1",
    "5.2",
    "5.3",
    "6.1",
    "6.2",
    "6.3",
    "7.1",
    "7.2",
    "7.3",
    "7.4",
    "7.5.1",
    "7.5.2",
    "7.5.3",
    "8.1",
    "8.2",
    "8.3",
    "8.4",
    "8.5",
    "8.6",
    "8.7",
    "9.1",
    "9.1.2",
    "9.2",
    "9.3",
    "10.1",
    "10.2",
]


@pytest.mark.req("MS-25", "MS-29")
def test_every_clause_stands_once_in_the_order_of_the_document_with_what_an_auditor_asks():
    assert list(CLAUSES) == PRINTED == list(QUESTIONS)
    assert {one.chapter for one in CLAUSES.values()} == set(CHAPTERS)
    assert CLAUSES["9.2"].cited == "CTS 9.2"
    assert all(QUESTIONS.values())
    for language, title in (("en", "Internal audit"), ("zh-hans", "内部审核")):
        with override(language):
            assert str(CLAUSES["9.2"].title) == title
            words = [str(one.requirement) for one in CLAUSES.values()]
            asked = [str(one) for several in QUESTIONS.values() for one in several]
            assert len(set(words)) == len(words)
            assert len(set(asked)) == len(asked)


@pytest.mark.req("MS-25")
def test_a_citation_leads_to_its_clauses():
    assert numbers_in("CTS 9.2 b; ISC 9.8; CTS 9.1.2") == ("9.2", "9.1.2")
    assert numbers_in("ISC 9.2; CTS 2") == ()
