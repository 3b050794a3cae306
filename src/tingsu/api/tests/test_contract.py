"""What programs may rely on, written down beside the tests: every address, parameter, field, limit and answer.

A difference that is meant is written anew with TINGSU_WRITE_STORIES=1 and read before it is committed: what goes away or
becomes narrower breaks somebody's program.
"""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.api import api
from tingsu.api.models import ApiToken
from tingsu.api.tokens import issue_token, revoke_token
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.verify import Tally, verify_organisation

WRITTEN = Path(__file__).parent / "contract.txt"
BORING = {"title", "description", "operationId", "summary", "tags", "security", "$defs"}


def _type(said: dict[str, Any]) -> str:
    """A schema on one line."""
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    for many in ("anyOf", "oneOf", "allOf"):
        if many in said:
            return " | ".join(_type(one) for one in said[many])
    kind = str(said.get("type", "any"))
    if kind == "array":
        kind = f"[{_type(said.get('items', {}))}]"
    elif kind == "object" and "properties" in said:
        must = set(said.get("required", ()))
        inner = (f"{name}{'' if name in must else '?'}: {_type(one)}" for name, one in said["properties"].items())
        kind = "{" + ", ".join(inner) + "}"
    rest = {
        name: value for name, value in said.items() if name not in {"type", "items", "properties", "required", *BORING}
    }
    return kind + "".join(f" {name}={value}" for name, value in sorted(rest.items()))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    for path, methods in sorted(document["paths"].items()):
        for method, told in methods.items():
            yield f"{method.upper()} {path}"
            for one in told.get("parameters", ()):
                must = "" if one.get("required") else "?"
                yield f"   {one['in']} {one['name']}{must}: {_type(one['schema'])}"
            for media, body in told.get("requestBody", {}).get("content", {}).items():
                yield f"   body {media}: {_type(body.get('schema', {}))}"
            for status, answer in told["responses"].items():
                kinds = [
                    f"{media} {_type(body.get('schema', {}))}" for media, body in answer.get("content", {}).items()
                ]
                yield f"   {status} {', '.join(kinds) or 'nothing'}"
    for name, said in sorted(document["components"]["schemas"].items()):
        yield f"SCHEMA {name}"
        must = set(said.get("required", ()))
        if "properties" not in said:
            yield f"   {_type(said)}"
        for field, one in said.get("properties", {}).items():
            yield f"   {field}{'' if field in must else '?'}: {_type(one)}"


@pytest.mark.req("IG-01")
def test_programs_find_what_was_promised_to_them(client: Client, cast: Cast) -> None:
    told = "\n".join(_lines(client.get("/api/v1/openapi.json").json())) + "\n"
    if os.environ.get("TINGSU_WRITE_STORIES"):
        WRITTEN.write_text(told)
    written = WRITTEN.read_text()
    assert told == written, "\n".join(difflib.unified_diff(written.splitlines(), told.splitlines(), lineterm="", n=2))


def test_verify_knows_what_stands_in_the_row_of_a_token_and_when_it_ended(cast: Cast) -> None:
    values = {"scopes": ["complaints:read"], "roles": ["specialist"], "acts_for": cast.specialist.id}
    kept, ended = (
        issue_token(actor=automation("test", cast.organisation_id), name=name, **values)[0]
        for name in ("kept", "ended")
    )
    revoke_token(actor=cast.mgmt_rep.actor, token_id=ended.pk)
    assert list(verify_organisation(Tally())) == []
    for row, change in (
        (kept, {"scopes": ["complaints:write"]}), (kept, {"roles": ["supervisor"]}), (kept, {"acts_for_id": cast.supervisor.id}),
        (kept, {"expires_at": now()}), (ended, {"revoked_at": None}),
    ):  # fmt: skip
        rows = ApiToken.objects.filter(pk=row.pk)
        before = rows.values(*change).get()
        rows.update(**change)
        found = [(one.table, one.row) for one in verify_organisation(Tally())]
        assert found == [("api_apitoken", str(row.pk))], change
        rows.update(**before)
    assert list(verify_organisation(Tally())) == []


def test_an_endpoint_declares_its_answer_alone() -> None:
    """Each state that is declared costs a class at every start of a web process; refusals are written by one handler."""
    declared = [
        len(operation.response_models)
        for _prefix, router in api._routers
        for path in router.path_operations.values()
        for operation in path.operations
    ]
    assert len(declared) > 200
    assert set(declared) == {1}
