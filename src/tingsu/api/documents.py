"""The documents of a case for programs: what there is, and each as PDF (RC-11, IG-01)."""

from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api.api import actor_of, api
from tingsu.api.schemas import Answer
from tingsu.complaints import access, paperwork
from tingsu.complaints.case_rows import reading
from tingsu.pages.pdf import as_download
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access


class DocumentOut(Answer):
    """A document of a case; `missing` says in words what has to happen before it exists."""

    code: str
    title: str
    item: str
    item_title: str
    missing: str


class DocumentQuery(Schema):
    """How a document is asked for: in which language, which one of several (the newest), in large print or not."""

    language: Literal["zh-hans", "en"] = "zh-hans"
    item: str = Limit("", max_length=60)
    large: bool = False


@api.get("/complaints/{number}/documents", response={200: list[DocumentOut]}, summary="The documents of a complaint")
def list_documents(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, field="documents", door="api")
    with reading(complaint):
        return [
            {
                "code": one.code, "title": str(one.title), "item": one.item, "item_title": str(one.item_words),
                "missing": str(one.missing),
            }
            for one in paperwork.offers(actor, complaint)
        ]  # fmt: skip


@api.get(
    "/complaints/{number}/documents/{code}",
    response={200: bytes},
    summary="A document as PDF",
    openapi_extra={"responses": {200: {"description": "PDF", "content": {"application/pdf": {}}}}},
)
def read_document(request: HttpRequest, number: str, code: str, query: Query[DocumentQuery]) -> HttpResponseBase:
    """Personal data is masked unless the token has `personal:read`; what was written is masked in either case."""
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    wanted = paperwork.Wanted(language=query.language, item=query.item, large=query.large)
    made = paperwork.make(actor, complaint, code, wanted, door="api")
    return as_download(made.name, made.file)
