"""The lists that an organisation extends, as programs read them: problem types, objects, scenes, categories (TR-01–TR-03, TR-22)."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema

from tingsu.api.api import actor_of, api
from tingsu.complaints import lists, scope
from tingsu.complaints.fields import case_field
from tingsu.kernel.errors import NotAllowed
from tingsu.people.access import Can, may
from tingsu.privacy.log import log_access
from tingsu.process.steps import options_of


class ListEntryOut(Schema):
    """One entry: its code, its word in the language asked for, the documented entry it counts under, and whether it is still offered."""

    code: str
    label: str
    counts_under: str
    offered: bool


class ScopeEntryOut(Schema):
    """One subject of the scope of acceptance: "in" is handled here, "out" is not, and why (IN-19, IN-20)."""

    code: str
    side: str
    label: str
    why: str


class ListsOut(Schema):
    problem_type: list[ListEntryOut]
    object_type: list[ListEntryOut]
    scene: list[ListEntryOut]
    categories: list[ListEntryOut]
    scope: list[ScopeEntryOut]


def entries(one: lists.OpenList) -> list[dict[str, Any]]:
    """Every entry that a complaint may have; those of earlier versions are no longer offered."""
    offered = lists.codes(one)
    return [
        {"code": code, "label": str(word), "counts_under": lists.counts_under(one, code), "offered": code in offered}
        for code, word in lists.words(one).items()
    ]


def scope_entries() -> list[dict[str, str]]:
    return [
        {"code": one["code"], "side": side, "label": one["name"], "why": one["why"]}
        for side in scope.SIDES
        for one in scope.entries(side)
    ]


@api.get(
    "/lists", response={200: ListsOut}, summary="Problem types, objects, scenes, categories and the scope of acceptance"
)
def read_lists(request: HttpRequest) -> Any:
    """What registration, steps and filters take in these fields: the documents' entries and the organisation's own."""
    actor = actor_of(request)
    if not (may(actor, Can.SEE_QUEUE) or may(actor, Can.REGISTER)):
        raise NotAllowed
    log_access(actor, "listed", field="lists", door="api")
    categories = [
        {"code": str(code), "label": str(word), "counts_under": str(code).partition(".")[0], "offered": True}
        for code, word in options_of(case_field("categories").field)
    ]
    return {**{one.field: entries(one) for one in lists.LISTS}, "categories": categories, "scope": scope_entries()}
