"""The question tree of the general door: what may be published, where it leads, what is counted (IN-13)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.complaints import lists
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.portal import answers, tree, tree_counts
from tingsu.portal.models import FormRun, TreeCount
from tingsu.portal.tests.test_submit import CONTACT, STORY
from tingsu.settlement.tests.journey import MONDAY

pytestmark = pytest.mark.req("IN-13")
BOTH = {"zh-Hans": "中", "en": "e"}


def row(code: str, under: str = "", **more: Any) -> dict[str, Any]:
    return {"code": code, "under": under, "name": BOTH, "question": BOTH, "answer": BOTH, **more}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entries", "wrong"),
    [
        ([row("aa")], set()),
        ([row("aa"), row("bb", "aa"), row("cc", "bb"), row("dd", "cc")], set()),
        ([], set()),
        ([row("aa"), row("bb", "aa"), row("cc", "bb"), row("dd", "cc"), row("ee", "dd")], {"entries.5.under"}),
        ([row("aa", "bb"), row("bb", "aa")], {"entries.1.under", "entries.2.under"}),
        ([row("aa", "aa")], {"entries.1.under"}),
        ([row("aa"), row("bb", "gone")], {"entries.2.under"}),
        ([row("aa"), row("aa")], {"entries.1.code", "entries.2.code"}),
        ([row("A-a")], {"entries.1.code"}),
        ([row("aa", answer={})], {"entries.1.answer"}),
        ([row("aa", answer={"zh-Hans": "只有中文", "en": ""})], {"entries.1.answer"}),
        ([row("aa", answer={}), row("bb", "aa")], set()),
        ([row("aa", question={}), row("bb", "aa")], {"entries.1.question"}),
        ([row("aa", answer={"zh-Hans": "长" * 1201, "en": "e"})], {"entries.1.answer"}),
        ([row("aa", name={})], {"entries.1.name"}),
        ([row("aa", problem_type="gone")], {"entries.1.problem_type"}),
        ([row("aa", cause="gone")], {"entries.1.cause"}),
        ([row("aa", way="pigeon")], {"entries.1.way"}),
        ([row(f"a{n}") for n in range(10)], {f"entries.{n}.under" for n in range(1, 11)}),
    ],
)  # fmt: skip
def test_a_tree_that_leads_nowhere_or_round_is_refused_at_its_entry(
    cast: Cast, entries: list[Any], wrong: set[str]
) -> None:
    if not wrong:
        return tree.check({"entries": entries})
    with pytest.raises(InvalidInput) as refused:
        tree.check({"entries": entries})
    assert set(refused.value.fields) == wrong
    return None


@pytest.mark.django_db
def test_a_few_taps_lead_to_the_answer_and_its_way_in_or_to_the_form_that_holds_the_choice(
    cast: Cast, client: Client
) -> None:
    with travel_to(MONDAY):
        for leaf in (one["code"] for one in tree.shipped()["entries"] if not tree.below(one["code"])):
            chosen = tree.choice_of(leaf)
            assert chosen is not None
            assert chosen.answer
            assert len(chosen.trail) <= 2
        assert 'href="/ask/"' in client.get("/").content.decode()
        first = client.get("/ask/").content.decode()
        assert 'href="/ask/goods/"' in first
        assert 'href="/ask/broken/"' in client.get("/ask/goods/").content.decode()
        answer = client.get("/ask/broken/").content.decode()
        assert "请先停止使用" in answer
        assert 'href="/callback/"' in client.get("/ask/rude/").content.decode()
        assert client.get("/ask/gone/").headers["Location"] == "/ask/"
        assert client.post("/ask/broken/leave/", {"go": "register"}).headers["Location"] == "/submit/story/"
        assert "退款与售后" in client.get("/submit/story/").content.decode()
        client.post("/submit/story/", {**STORY, "cause": "refund"})
        client.post("/submit/contact/", CONTACT)
        client.post("/submit/check/", {"go": "on"})
        assert Complaint.objects.get().problem_type == "product", "the tree knew better than the card"
        assert FormRun.objects.get().filled == "tree"
        # Another card chosen afterwards: what the tree found is no word about that.
        other = Client()
        other.post("/ask/broken/leave/", {"go": "register"})
        other.post("/submit/story/", {**STORY, "cause": "charges"})
        other.post("/submit/contact/", CONTACT)
        other.post("/submit/check/", {"go": "on"})
        assert Complaint.objects.latest("pk").problem_type == "operation"
        assert client.post("/ask/leave/", {"go": "register"}).headers["Location"] == "/submit/story/?cause=other"


@pytest.mark.django_db
def test_words_written_before_stay_when_the_tree_is_asked_in_between(cast: Cast, client: Client) -> None:
    client.post("/submit/story/", {"cause": "delivery", "description": "先写的话", "go": "on"})
    client.post("/ask/renewal/leave/", {"go": "register"})
    page = client.get("/submit/story/").content.decode()
    assert "先写的话" in page
    assert 'name="cause" value="charges"' in page


@pytest.mark.django_db
@pytest.mark.req("IN-10")
def test_what_became_of_each_answer_is_counted_by_day_and_names_nobody(cast: Cast, sign_in: Any) -> None:
    with travel_to(MONDAY):
        for _time in range(3):
            Client().get("/ask/renewal/")
        Client().head("/ask/renewal/")
        Client().get("/ask/money/")
        assert Client().post("/ask/renewal/leave/", {"go": "helped"}).headers["Location"] == "/ask/renewal/?helped=1"
        for _time in range(3):
            Client().post("/ask/renewal/leave/", {"go": "register"})
        Client().post("/ask/gone/leave/", {"go": "helped"})
        day = MONDAY.date()
        found = {one.entry: (one.shown, one.helped, one.registered, one.ended) for one in tree_counts.lines(day, day)}
        assert found == {"renewal": (3, 1, 3, 25), "": (0, 0, 1, 0)}
        assert tree_counts.lines(day + timedelta(days=1), day + timedelta(days=2)) == []
        assert {one.name for one in TreeCount._meta.fields} == {
            "id",
            "organisation_id",
            "day",
            "entry",
            "shown",
            "helped",
            "registered",
        }
        page = sign_in(cast.qa).get("/desk/effort/").content.decode()
        assert "付款、扣费、退款 › 自动续费、不明扣费" in page
        assert "25 %" in page


@pytest.mark.django_db
def test_a_problem_type_that_was_dropped_since_registers_under_its_card(cast: Cast, client: Client) -> None:
    own = {"code": "rental", "name": BOTH, "like": "product", "letters": ""}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=lists.KIND, body={**lists.shipped(), "problem_types": [own]})
    body = {"entries": [row("aa", cause="refund", problem_type="rental")]}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=tree.KIND, body=body)
    found = tree.choice_of("aa")
    assert found is not None
    assert found.problem_type == "rental"
    client.post("/ask/aa/leave/", {"go": "register"})
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=lists.KIND, body=lists.shipped())
    later = tree.choice_of("aa")
    assert later is not None
    assert later.problem_type == ""
    client.post("/submit/story/", {**STORY, "cause": "refund"})
    client.post("/submit/contact/", CONTACT)
    client.post("/submit/check/", {"go": "on"})
    assert Complaint.objects.get().problem_type == "consumer"


@pytest.mark.django_db
def test_an_entry_has_from_the_nearest_above_it_what_it_does_not_say_itself(cast: Cast) -> None:
    entries = [
        row("aa", way="phone", cause="refund", product=BOTH, product_type="fresh"), row("bb", "aa", cause="delivery", way="email"),
        row("cc", "bb", way="callback"), row("dd", "bb"),
    ]  # fmt: skip
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=tree.KIND, body={"entries": entries})
    for code, trail, way, cause, product in (
        ("aa", [], "phone", "refund", "中"), ("bb", ["aa"], "email", "delivery", "中"), ("cc", ["aa", "bb"], "callback", "delivery", "中"),
        ("dd", ["aa", "bb"], "email", "delivery", "中"),
    ):  # fmt: skip
        found = tree.choice_of(code)
        assert found is not None
        assert found.product_type == "fresh", code
        assert ([above for above, _name in found.trail], found.way, found.cause, found.product) == (
            trail,
            way,
            cause,
            product,
        )


@pytest.mark.django_db
@pytest.mark.req("SK-07")
def test_answers_are_found_by_words_in_either_language_and_stand_beside_the_form_without_blocking_it(
    cast: Cast, client: Client
) -> None:
    assert answers.pieces("退款 Refund 慢!") == ["refund", "退款", "慢"]
    assert answers.pieces("！？ a") == []
    for words in ("发票", "  发  票 ", "INVOICES"):
        assert answers.search(words)[0].code == "invoice", words
    assert "broken" in {one.code for one in answers.search("收到的东西坏了")}
    assert answers.search("潜水艇 quantum") == []
    assert len(answers.search("的 我 请 you")) <= answers.MOST
    page = client.post("/ask/", {"words": "发票"})
    assert page.status_code == 200
    assert 'href="/ask/invoice/"' in page.content.decode()
    nothing = client.post("/ask/", {"words": "潜水艇\x00" * 40})
    assert nothing.status_code == 200
    assert not nothing.context["found"]
    assert 'value="register"' in nothing.content.decode(), "the form is reached from here all the same"
    assert not TreeCount.objects.exists(), "what was searched for is not counted"
    # Beside the form stand the answers of the card, and the form is whole.
    cause = tree.choice_of("invoice").cause
    form = client.get(f"/submit/story/?cause={cause}")
    assert 0 < len(form.context["help"]) <= answers.BESIDE
    for leaf in ("invoice", "rude", "stolen"):
        mine = tree.choice_of(leaf).cause
        assert answers.beside(mine)
        assert {tree.choice_of(one.code).cause for one in answers.beside(mine)} == {mine}
    assert 'name="description"' in form.content.decode()
