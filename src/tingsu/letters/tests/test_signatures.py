"""Below a mail stands the signature of the unit of whoever writes; it is seen before, kept in versions, and folded when it comes back."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.actor import automation
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rulebooks import publish, versions
from tingsu.letters import signatures
from tingsu.letters.composing import compose, rehearsed
from tingsu.letters.models import Letter
from tingsu.letters.preview import previews
from tingsu.letters.shipped import SHIPPED
from tingsu.letters.templates_book import TEMPLATES
from tingsu.mail.quotes import parted
from tingsu.people import queries as people

pytestmark = pytest.mark.req("IG-03", "AK-02")
FIRM = {
    "unit": "*",
    "text": {
        "zh-Hans": "{organisation}客户服务\n热线 {hotline}",
        "en": "Customer service of {organisation}\nLine {hotline}",
    },
}


def set_to(cast: Cast, *rows: Any) -> None:
    publish(actor=automation("test", cast.organisation_id), kind=signatures.KIND, body={"signatures": list(rows)})


def of_unit(person: Any, words: str) -> dict[str, Any]:
    return {"unit": people.unit_or_none(person.unit_id).code, "text": {"zh-Hans": words, "en": f"{words} (en)"}}


def mail_of(case: Any) -> Letter:
    letter = Letter.objects.get(stream_id=case.pk, template="acknowledgement")
    letter.channel = "email"
    return letter


def test_a_mail_carries_the_signature_of_its_writers_unit_else_of_one_above_else_the_firms(cast: Cast) -> None:
    case = a_case(cast.frontline, email="xiaoyu@example.org")
    letter, name = mail_of(case), in_language(current_organisation().name, "zh-hans")
    plain = compose(letter)[0].body
    assert signatures.MARK not in plain, "nothing stands below a mail before somebody says so"
    set_to(cast, FIRM)
    assert compose(letter)[0].body == f"{plain.rstrip()}\n\n-- \n{name}客户服务" + (
        f"\n热线 {current_organisation().hotline}" if current_organisation().hotline else ""
    )
    set_to(cast, FIRM, of_unit(cast.frontline, "受理组\n9–21 时"))
    message = compose(letter)[0]
    assert message.body.endswith("\n\n-- \n受理组\n9–21 时")
    assert message.kept_body.endswith("\n\n-- \n受理组\n9–21 时"), "the copy that is kept says what left"
    letter.language = "en"
    assert compose(letter)[0].body.endswith("\n\n-- \n受理组\n9–21 时 (en)")
    set_to(cast, of_unit(cast.legal if hasattr(cast, "legal") else cast.function, "法务"))
    assert signatures.MARK not in compose(letter)[0].body, "another unit's is not ours"


@pytest.mark.parametrize("channel", ["sms", "post", "call", "portal"])
def test_other_means_have_none(cast: Cast, channel: str) -> None:
    letter = mail_of(a_case(cast.frontline, email="xiaoyu@example.org"))
    set_to(cast, FIRM)
    letter.channel = channel
    assert "客户服务" not in compose(letter)[0].body
    letter.channel, letter.member_id = "email", cast.frontline.id
    assert "客户服务" not in compose(letter)[0].body, "colleagues know where they work"


def test_it_is_seen_before_a_mail_leaves_and_below_each_template_in_both_languages(
    cast: Cast, sign_in: Any, client: Any
) -> None:
    letter = mail_of(a_case(cast.frontline, email="xiaoyu@example.org"))
    set_to(cast, FIRM, of_unit(cast.frontline, "受理组"))
    assert rehearsed(letter, "en")[1].endswith("-- \n受理组 (en)")
    assert rehearsed(letter, "zh-hans")[1].endswith("-- \n受理组")
    for name in TEMPLATES:
        chinese, english = previews(SHIPPED[name], signatures.firms)
        assert "-- \n〔" in chinese.body
        assert (
            chinese.body.split("-- \n")[1].startswith("〔公司名称〕客户服务")
            or "客户服务" in chinese.body.split("-- \n")[1]
        )
        assert "Customer service of 〔" in english.body
    sign_in(cast.supervisor)
    page = client.get(reverse("complaints:letter_acknowledgement")).content.decode()
    assert "客户服务" in page
    set_to(cast, of_unit(cast.frontline, "受理组"))
    assert "〔写信人所在部门的签名〕" in client.get(reverse("complaints:letter_acknowledgement")).content.decode()


def test_leaders_write_it_in_settings_and_every_version_stays(cast: Cast, sign_in: Any, client: Any) -> None:
    sign_in(cast.top_mgmt)
    address = reverse("complaints:edit_mail_signatures")
    assert "全公司" in client.get(address).content.decode()
    typed = {
        "entry-0-unit": "*", "entry-0-text-zh-Hans": "{organisation}", "entry-0-text-en": "{salary}", "note": "统一落款", "based_on": "0", "publish": "1",
    }  # fmt: skip
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert refused.context["entries"][0]["cells"][1].value == "{organisation}", "what was typed stays"
    assert client.post(address, {**typed, "entry-0-text-en": "{organisation}"}).status_code == 303
    set_to(cast, FIRM, of_unit(cast.frontline, "受理组"))
    assert [one.version for one in versions(signatures.KIND)] == [2, 1, 0]
    page = client.get(reverse("complaints:mail_signatures")).content.decode()
    assert "受理组" in page
    assert "统一落款" in page, "who changed it when, and why"
    assert sign_in(cast.dept).get(address).status_code == 403


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([{"unit": "nowhere", "text": {"zh-Hans": "甲", "en": "a"}}], "signatures.1.unit"),
        ([FIRM, FIRM], "signatures.1.unit"),
        ([{"unit": "*", "text": {"zh-Hans": "甲", "en": ""}}], "signatures.1.text"),
        ([{"unit": "*", "text": {"zh-Hans": "甲\n" * 11 + "甲", "en": "a"}}], "signatures.1.text"),
        ([{"unit": "*", "text": {"zh-Hans": "甲" * 501, "en": "a"}}], "signatures.1.text"),
        ([{"unit": "*", "text": {"zh-Hans": "{code}", "en": "a"}}], "signatures.1.text"),
        ("x", "signatures"),
    ],
)
def test_what_is_no_signature_is_refused_beside_its_field(cast: Cast, rows: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        signatures.check({"signatures": rows})
    assert field in refused.value.fields


def test_quoted_back_it_is_folded_and_an_answer_below_it_stays_new(cast: Cast) -> None:
    letter = mail_of(a_case(cast.frontline, email="xiaoyu@example.org"))
    set_to(cast, FIRM, of_unit(cast.frontline, "受理组\n9–21 时"))
    sent, ours = compose(letter)[0].body, signatures.ours()
    quoted = "\n".join(f"> {line}" for line in sent.split("\n"))
    new, along = parted(f"还没有到账。\n\n在 2026年3月2日，服务中心 写道：\n{quoted}", ours)
    assert (new.strip(), "受理组" in along) == ("还没有到账。", True)
    new, along = parted(f"还没有到账。\n\n-----原始邮件-----\n{sent}", ours)
    assert (new.strip(), "受理组" in along) == ("还没有到账。", True)
    new, _along = parted(f"{sent}\n\n我的回复写在下面：还没有到账。", ours)
    assert "还没有到账" in new, "words below our unmarked letter are an answer, not a signature"
    new, along = parted("还没有到账。\n-- \n陈小满\n138", ours)
    assert (new.strip(), "陈小满" in along) == ("还没有到账。", True), "their own signature is folded as before"
