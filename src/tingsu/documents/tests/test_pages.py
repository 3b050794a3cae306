"""What is asked for at a glance, templates, guides at the step, cover on page, print and PDF, comparison, terms (DI-01, DI-06, DI-08, MS-30, OG-14)."""

import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from tests.cast import Cast
from tingsu.complaints.process import PROCESS
from tingsu.documents import catalogue, queries, shown, terms
from tingsu.documents.tests.given import AT, approve, drafted, in_force, revision, step, to_approve
from tingsu.documents.versions import NAME, version_of
from tingsu.files import checks
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples
from tingsu.governance import aging
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.tests.samples import an_entry

pytestmark = [pytest.mark.django_db]
LIST = f"/desk/records/{NAME}/"


def standing(code: str) -> str:
    return next(one.state for one in queries.standings() if one.topic.code == code)


@pytest.mark.req("DI-01")
def test_every_document_that_is_asked_for_is_listed_with_how_it_stands(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    asked = """CTS 4.3; CTS 4.4.2; CTS 4.2; CTS 5.2; CTS 6.2; CTS 6.1; CTS 7.2; CTS 7.4; CTS 8.1; CTS 8.2; CTS 8.4; CTS 8.7; CTS 9.1.1;
        CTS 9.1.2; CTS 9.2; CTS 9.3; CTS 10.1""".replace("\n", "").split(";")
    named = {clause for one in catalogue.TOPICS.values() if one.part == "cts" for clause in one.clauses}
    assert {one.strip() for one in asked} <= named
    assert sum(one.part == "cts" for one in catalogue.TOPICS.values()) == 18
    assert standing("handling") == "missing"
    entry = drafted(cast)
    assert standing("handling") == "draft"
    to_approve(cast, entry)
    approve(cast, entry)
    with travel_to(AT):
        assert standing("handling") == "in_force"
    sign_in(cast.qa)
    page = client.get(LIST).content.decode()
    assert "客户投诉管理体系范围" in page
    assert entry.number in page
    sign_in(cast.frontline)
    assert "要求的文件及现状" in page
    assert "要求的文件及现状" not in client.get(LIST).content.decode()


@pytest.mark.req("MS-04", "XR-06")
@pytest.mark.parametrize(
    ("topic", "clauses", "held"),
    [
        ("scope", ("CTS 4.3",), {"zh": "组织 部门 过程 产品和服务 地点 不适用的要求 内部和外部因素 相关方的要求",
                                 "en": "Organisation|Departments|Processes|Products and services|Places|do not apply|external issues|interested parties"}),
        ("disputes", ("SZ 7", "SZ 4(2)"), {"zh": "外溢 复核 调解 责任人 完成日期 结果", 
                                               "en": "spill|Look again|Mediate|who answers for it|the day by which|its result"}),
    ],
)  # fmt: skip
def test_boundaries_and_the_way_out_of_a_dispute_are_documents_with_all_that_is_asked(
    cast: Cast, topic: str, clauses: tuple[str, ...], held: dict[str, str]
) -> None:
    assert catalogue.TOPICS[topic].clauses == clauses
    for language, words in held.items():
        text = catalogue.template_of(topic, language)
        for word in words.split("|") if "|" in words else words.split():
            assert word in text, (language, word)
    assert standing(topic) == "missing"
    in_force(cast, topic=topic, title=str(catalogue.TOPICS[topic].title))
    with travel_to(AT):
        assert standing(topic) == "in_force"


@pytest.mark.req("DI-01")
def test_what_does_not_apply_is_not_missing(cast: Cast) -> None:
    assert standing("plan") == "missing"
    Organisation.objects.filter(slug="test").update(enterprise={"documents": ["cts"]})
    forget_organisations()
    assert (standing("plan"), standing("scope")) == ("apart", "missing")


@pytest.mark.req("DI-01")
def test_what_records_of_ours_show_is_not_missing(cast: Cast) -> None:
    assert standing("correction") == "missing"
    an_entry(registers()["nonconformity"], cast.supervisor)
    assert standing("correction") == "records"
    assert "correction" not in {one.code for one in queries.missing()}


@pytest.mark.req("DI-01", "VL-14")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_becomes_a_draft_of_the_firm(cast: Cast, sign_in: Any, client: Client, language: str) -> None:
    sign_in(cast.qa)
    answer = client.post(reverse("documents:adopt"), {"topic": "plan", "language": language})
    entry = Entry.objects.get()
    assert answer.headers["Location"].endswith(f"/{entry.number}/")
    texts = entry.written()
    assert texts["purpose"] == catalogue.PURPOSE[language]
    assert ("测试公司" if language == "zh" else "Test company") in texts["body"]
    assert texts["title"] == (
        "服务业客户投诉处理预案" if language == "zh" else "Complaint plan of a service enterprise"
    )
    assert entry.codes["kind"] == "plan"
    sign_in(cast.frontline)
    assert client.post(reverse("documents:adopt"), {"topic": "scope", "language": language}).status_code == 403


@pytest.mark.req("DI-01")
def test_all_that_are_missing_are_taken_over_at_once_and_only_once(cast: Cast, sign_in: Any, client: Client) -> None:
    drafted(cast)
    sign_in(cast.supervisor)
    client.post(reverse("documents:adopt"), {"language": "zh", "once": "one"})
    client.post(reverse("documents:adopt"), {"language": "zh", "once": "two"})
    made = [row.codes["topic"] for row in Entry.objects.filter(register=NAME)]
    assert sorted(made) == sorted(set(catalogue.TOPICS) - {"guide"})
    assert {one.code for one in queries.missing()} == set(catalogue.TOPICS)


@pytest.mark.req("OG-14", "DI-07")
def test_the_system_documents_and_the_rules_of_k_04_stand_with_what_is_in_force(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    assert [one.code for one in catalogue.TOPICS.values() if one.part == "system"] == [
        "channels",
        "classes",
        "handling",
    ]
    made = {code: in_force(cast, topic=code, title=f"制度 {code}") for code in ("channels", "handling", "aftersales")}
    assert not queries.rules_in_force()
    made["mechanism"] = in_force(cast, topic="mechanism", title="处理机制")
    assert queries.rules_in_force()
    sign_in(cast.auditor)
    page = client.get(LIST).content.decode()
    checklist = page.partition("投诉处理制度文件（ISC 5.3.1）")[2].partition("</details>")[0]
    assert "3 项中 2 项已有" in checklist
    assert made["channels"].number in checklist
    assert "2 项中 2 项已有" in page.partition("必须现行有效的制度（K-04）")[2].partition("</details>")[0]
    assert [one.number for one in queries.in_force("SZ 5(3)")] == [made["aftersales"].number, made["mechanism"].number]
    step(cast.supervisor, made["mechanism"], "withdraw", reason="重写")
    assert not queries.rules_in_force()


@pytest.mark.req("DI-06")
def test_the_guide_in_force_is_a_link_where_the_step_is_taken(cast: Cast, sign_in: Any, client: Client) -> None:
    case = registered(cast)
    name = "note"
    assert PROCESS[name]
    guide = in_force(cast, topic="guide", title="备注操作指南", steps=[name])
    drafted(cast, topic="guide", title="还没有批准的指南", steps=[name])
    sign_in(cast.frontline)
    address = reverse("desk:step", args=[case.number, name])
    page = client.get(address).content.decode()
    assert "备注操作指南" in page
    assert reverse("registers:entry", args=[NAME, guide.number]) in page
    assert "还没有批准的指南" not in page
    other = next(one.name for one in PROCESS.values() if one.guide and one.name != name)
    assert [one.number for one in queries.in_force(step=name)] == [guide.number]
    assert queries.in_force(step=other) == []
    step(cast.supervisor, guide, "withdraw", reason="停用")
    assert "备注操作指南" not in client.get(address).content.decode()


@pytest.mark.req("DI-08", "DI-02")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_cover_stands_on_page_print_and_pdf(cast: Cast, sign_in: Any, client: Client, language: str) -> None:
    first = in_force(cast, code="TS-CX-01")
    second = revision(cast, first)
    to_approve(cast, second, by=cast.mgmt_rep, change="受理时限改短")
    approve(cast, second)
    sign_in(cast.qa)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    labels = {
        "zh-hans": ["受控状态", "编写", "审核", "批准", "首次发布", "首次实施", "修订日期", "修订实施日期", "版本"],
        "en": ["Controlled status", "Written by", "Reviewed by", "Approved by", "First issue", "First effective date", "Revision",
               "Effective date of the revision", "Version"],
    }[language]  # fmt: skip
    over = {"zh-hans": "作废", "en": "Superseded"}[language]
    for row, old in ((second, False), (first, True)):
        page = client.get(reverse("registers:entry", args=[NAME, row.number])).content.decode()
        printed = client.get(reverse("documents:print", args=[row.number])).content.decode()
        answer = client.get(reverse("documents:pdf", args=[row.number]))
        paper = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
        for text in (page, printed, re.sub(r"\s+", " ", paper)):
            wanted = labels if not old else [one for one in labels if "evision" not in one and "修订" not in one]
            bare = re.sub(r"\s+", "", text)
            assert all(re.sub(r"\s+", "", one) in bare for one in [*wanted, "TS-CX-01"])
            assert "受理2小时" in bare or "<td>2小时" in bare  # the table of the text
            assert (over in text) is old or not old


@pytest.mark.req("DI-04")
def test_two_versions_stand_side_by_side_for_those_who_control_documents(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    first = in_force(cast)
    second = revision(cast, first)
    kept = {
        name: value for name, value in second.codes.items() if name in {"kind", "language", "interval", "for_members"}
    }
    texts = second.written()
    step(cast.mgmt_rep, second, "write", **kept, title=texts["title"], body=texts["body"].replace("2 小时", "1 小时"))
    address = reverse("documents:compare", args=[first.number, second.number])
    sign_in(cast.qa)
    page = client.get(address).content.decode()
    assert "<del>2</del>" in page
    assert "<ins>1</ins>" in page
    stranger = drafted(cast, topic="classes", title="另一份")
    assert client.get(reverse("documents:compare", args=[first.number, stranger.number])).status_code == 404
    sign_in(cast.frontline)
    assert client.get(address).status_code == 404


@pytest.mark.req("DI-02", "DI-03")
def test_a_file_with_macros_or_far_too_large_is_refused_and_nothing_typed_is_lost(
    cast: Cast, sign_in: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(cast.specialist)
    values = {"topic": "other", "title": "外来合同范本", "kind": "external", "language": "zh", "interval": "yearly"}
    page = client.post(
        f"{LIST}new/",
        {
            **values,
            "file__new": SimpleUploadedFile("范本.docx", samples.office("word", **{"word/vbaProject.bin": b"x"})),
        },
    )
    assert page.status_code == 422
    assert "外来合同范本" in page.content.decode()
    monkeypatch.setattr(checks, "SIZE_LIMIT", 100)
    page = client.post(
        f"{LIST}new/", {**values, "file__new": SimpleUploadedFile("范本.pdf", b"%PDF-1.7 " + b"x" * 200)}
    )
    assert page.status_code == 422
    assert not Entry.objects.exists()


@pytest.mark.req("DI-02")
def test_a_picture_among_its_files_stands_in_the_text_on_page_and_paper(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    sign_in(cast.qa)
    values = {"topic": "other", "title": "受理流程图", "kind": "procedure", "language": "zh", "interval": "yearly"}
    body = "# 流程\n![受理流程](flow.png)\n![没有这张图](other.png)"
    answer = client.post(
        f"{LIST}new/", {**values, "body": body, "file__new": SimpleUploadedFile("flow.png", picture.getvalue())}
    )
    entry = Entry.objects.get()
    page = client.get(answer.headers["Location"]).content.decode()
    text = page.partition("document-text")[2].partition("</section>")[0]
    assert text.count("<img ") == 1
    assert entry.codes["file"][0] in text
    assert "没有这张图 (other.png)" in text
    paper = PdfReader(io.BytesIO(client.get(reverse("documents:pdf", args=[entry.number])).content))
    assert "受理流程" in "".join(one.extract_text() for one in paper.pages)
    assert any("/XObject" in (one.get("/Resources") or {}) for one in paper.pages)


@pytest.mark.req("DI-02", "DI-04")
def test_a_picture_that_is_added_after_approval_takes_no_place_in_what_was_signed(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    def add(colour: str) -> str:
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(picture, "PNG")
        address = reverse("registers:files", args=[NAME, entry.number])
        assert client.post(address, {"files": SimpleUploadedFile("flow.png", picture.getvalue())}).status_code == 303
        return str(StoredFile.objects.filter(stream_id=entry.pk).latest("received_at", "pk").pk)

    def drawn() -> Any:
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        return next(one.file for one in shown.drawn(cast.qa.actor, row, row.written()["body"]) if one.kind == "picture")

    entry = drafted(cast, body="# 流程\n![受理流程](flow.png)")
    sign_in(cast.qa)
    first = add("white")
    assert str(drawn()) == first, "a picture beside the draft"
    to_approve(cast, entry)
    approve(cast, entry)
    assert Entry.objects.get(pk=entry.pk).codes["file"] == [first], "signed with the text"
    assert add("black") != first
    assert str(drawn()) == first


@pytest.mark.req("DI-04")
def test_a_superseded_version_is_kept_as_long_as_it_says_and_one_in_force_for_ever(cast: Cast) -> None:
    first = in_force(cast, keep_years=5)
    second = revision(cast, first)
    to_approve(cast, second, by=cast.mgmt_rep, change="换版")
    approve(cast, second)
    first, second = Entry.objects.get(pk=first.pk), Entry.objects.get(pk=second.pk)
    years = {NAME: 3}
    assert aging.ends_on(second, years) is None
    assert str(aging.ends_on(first, years)) == "2031-03-03"
    assert aging._kept_longer(first, 3)


@pytest.mark.req("DI-02", "DI-03")
def test_its_author_writes_on_with_hotlines_in_it_and_the_history_does_not_repeat_the_whole_text(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    body = "# 渠道\n热线 400-000-0188，值班 13800002210。\n" + "要求。" * 300 + "\n文末"
    entry = drafted(cast, by=cast.dept, body=body)
    sign_in(cast.dept)
    form = client.get(f"{LIST}{entry.number}/steps/write/").content.decode()
    assert "400-000-0188" in form
    assert "13800002210" in form
    page = client.get(f"{LIST}{entry.number}/").content.decode()
    assert page.count("文末") == 1


@pytest.mark.req("DI-04")
def test_a_new_version_is_begun_on_the_page_and_the_old_one_waits_for_nobody(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    first = in_force(cast)
    sign_in(cast.qa)
    address = f"{LIST}{first.number}/steps/revise/"
    assert 'name="next_size"' in client.get(address).content.decode()
    assert client.post(address, {"next_size": "edition", "version": str(first.version), "once": "x"}).status_code == 303
    draft = Entry.objects.get(state="draft")
    assert (draft.codes["size"], "next_size" in Entry.objects.get(pk=first.pk).codes) == ("edition", False)
    step(cast.mgmt_rep, draft, "submit", reviewer=str(cast.auditor.id), approver=str(cast.supervisor.id), change="换版")
    step(cast.auditor, draft, "review", opinion="合用")
    assert version_of(approve(cast, draft).codes) == "B/0"
    page = client.get(f"{LIST}{first.number}/").content.decode()
    assert "作废 · 仅留存备查，不得使用" in page
    assert "未确认：" not in page


@pytest.mark.req("MS-30")
def test_the_terms_of_the_documents_are_told_in_both_languages_with_their_clauses(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    asked = (
        "complaint complainant handling_process response closure satisfaction top_management user complaint_handler feedback organisation "
        "internet_enterprise customer interested_party quality customer_service spill_over csi"
    )
    assert [one.code for one in terms.TERMS] == asked.split()
    assert all(one.means_zh and one.means_en and one.sources for one in terms.TERMS)
    sign_in(cast.frontline)
    page = client.get(reverse("documents:glossary")).content.decode()
    for one in terms.TERMS:
        assert one.zh in page
        assert one.en in page


@pytest.mark.req("DI-01")
def test_the_list_asks_the_same_questions_however_many_documents_there_are(
    cast: Cast, sign_in: Any, client: Client
) -> None:
    sign_in(cast.qa)
    in_force(cast)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for code in ("classes", "channels", "scope"):
        in_force(cast, topic=code, title=code)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few)
