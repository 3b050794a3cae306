"""The part of the Python client that is made from the interface's own description: types of what goes in and comes out, and a
function for each endpoint (clients/python). Steps and registers share functions; which there are stands in their types.
"""

import json
import keyword
import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

PLACE = Path("clients/python/tingsu_client/calls.py")
BASE = "/api/v1"
NAMES = {
    "list_complaints": "complaints_page",
    "register": "register",
    "read": "read_complaint",
    "events": "complaint_events",
    "offers": "possible_steps",
    "waiting": "list_escalations",
}
"""Names of functions where the endpoint's own says too little outside its module."""
BY_HAND = frozenset({"upload"})
HEAD = '''"""Made from the interface's description by `./tingsu manage api_client`; not changed by hand.

Amounts are whole fen, instants ISO 8601 in UTC, codes those of the process. `key` is an Idempotency-Key of your own; without
one each call makes its own.
"""
# mypy: disable-error-code="no-any-return"

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict, Unpack
from urllib.parse import quote
'''
CALLS = '''

class Calls:
    """A function for each endpoint. `call` and `pages` are the client's."""

    def call(self, method: str, path: str, *, params: Mapping[str, Any] | None = None,
             body: Mapping[str, Any] | None = None, key: str = "") -> Any:
        """One request; what it answers."""
        raise NotImplementedError

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[Any]:
        """Every item of a list, a page at a time."""
        raise NotImplementedError

    def complaints(self, **filters: Unpack[ComplaintsPageParams]) -> Iterator[ComplaintOut]:
        """Every complaint that fits, newest first, a page at a time."""
        return self.pages("/complaints", filters)

    def take_step(self, number: str, step: Step, values: Mapping[str, Any] | None = None, *,
                  version: int | None = None, key: str = "") -> ComplaintOut:
        """Take a step of the process; `version` refuses it where the case has changed since (409 changed_meanwhile)."""
        body = {"values": dict(values or {})} | ({} if version is None else {"version": version})
        return self.call("POST", f"/complaints/{quote(number, safe='')}/steps/{step}", body=body, key=key)

    def entries(self, register: RegisterName, **filters: str) -> Iterator[EntryOut]:
        """Every entry of a register that fits: state, owner, q, clause and the register's own filters."""
        return self.pages(f"/registers/{register}", filters)

    def open_entry(self, register: RegisterName, values: Mapping[str, Any], *, key: str = "") -> EntryOut:
        """Open an entry."""
        return self.call("POST", f"/registers/{register}", body=values, key=key)

    def read_entry(self, register: RegisterName, number: str) -> EntryDetail:
        """One entry with fields, links, files, comments, history, promises, and the steps that can be taken now."""
        return self.call("GET", f"/registers/{register}/{quote(number, safe='')}")

    def take_entry_step(self, register: RegisterName, number: str, step: str, values: Mapping[str, Any] | None = None, *,
                        version: int | None = None, key: str = "") -> EntryOut:
        """Take a step of an entry; which there are says REGISTER_STEPS."""
        body = {"values": dict(values or {})} | ({} if version is None else {"version": version})
        return self.call("POST", f"/registers/{register}/{quote(number, safe='')}/steps/{step}", body=body, key=key)

    def entries_file(self, register: RegisterName, purpose: str, form: Literal["csv", "jsonl"] = "csv", **filters: str) -> bytes:
        """The list of a register as a file, filtered as the list is."""
        return self.call("GET", f"/exports/registers/{register}", params={"purpose": purpose, "form": form, **filters})

    def comment(self, register: RegisterName, number: str, comment: str, *, key: str = "") -> EntryDetail:
        """Write a comment on an entry."""
        return self.call("POST", f"/registers/{register}/{quote(number, safe='')}/comments", body={"comment": comment}, key=key)

    def link(self, register: RegisterName, number: str, type: str, to: str, *, key: str = "") -> EntryDetail:
        """Link an entry with a complaint, an entry or another record."""
        body = {"type": type, "number": to}
        return self.call("POST", f"/registers/{register}/{quote(number, safe='')}/links", body=body, key=key)

    def unlink(self, register: RegisterName, number: str, link_id: str, *, key: str = "") -> EntryDetail:
        """Take one of its links away."""
        return self.call("DELETE", f"/registers/{register}/{quote(number, safe='')}/links/{quote(link_id, safe='')}", key=key)
'''


def client_text(schema: Mapping[str, Any]) -> str:
    """The whole module, from an OpenAPI description as `api.get_openapi_schema` gives it."""
    schema = json.loads(json.dumps(schema, default=str))  # lazy words and keys that are numbers
    paths = {path.removeprefix(BASE): found for path, found in schema["paths"].items()}
    operations = [(path, method, one) for path, found in paths.items() for method, one in found.items()]
    steps = sorted(
        path.rpartition("/")[2]
        for path, _m, _o in operations
        if re.fullmatch(r"/complaints/\{number\}/steps/\w+", path)
    )
    registers: dict[str, list[str]] = {}
    for path, _method, _one in operations:
        if found := re.fullmatch(r"/registers/(\w+)(?:/\{number\}/steps/(\w+))?", path):
            known = registers.setdefault(found[1], [])
            known += [found[2]] if found[2] else []
    plain = [
        (path, method, one) for path, method, one in operations
        if not path.startswith(("/registers/", "/exports/registers/")) and "/steps/" not in path and name_of(one) not in BY_HAND
    ]  # fmt: skip
    parts = [HEAD, f"\nStep = {literal(steps)}\n\nRegisterName = {literal(sorted(registers))}\n"]
    lines = "".join(
        f'    "{name}": ({" ".join(f"{one!r}," for one in sorted(set(found)))}),\n'
        for name, found in sorted(registers.items())
    )
    parts.append(f"\nREGISTER_STEPS: dict[RegisterName, tuple[str, ...]] = {{\n{lines}}}\n".replace("'", '"'))
    parts += [typed(name, one) for name, one in ordered(schema["components"]["schemas"])]
    parts += [inputs(path, method, one) for path, method, one in plain]
    parts.append(CALLS)
    parts += [function(path, method, one) for path, method, one in plain]
    return "".join(parts)


def renew() -> bool:
    """Write the module anew where it differs; says whether it did."""
    text, path = present(), settings.REPOSITORY / PLACE
    if path.exists() and path.read_text() == text:
        return False
    path.write_text(text)
    return True


def present() -> str:
    """The module as the interface is now, in English."""
    from django.utils.translation import override

    from tingsu.api import urls  # noqa: F401 all endpoints
    from tingsu.api.api import api

    with override("en"):
        return client_text(api.get_openapi_schema(path_prefix=BASE))


def ordered(schemas: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Types that others are made of first; those of queries stand with their function."""
    done: dict[str, Any] = {}

    def add(name: str) -> None:
        if name in done or name.endswith("Query"):
            return
        for other in re.findall(r"#/components/schemas/(\w+)", json.dumps(schemas[name])):
            if other != name:
                add(other)
        done[name] = schemas[name]

    for name in sorted(schemas):
        add(name)
    return done.items()


def name_of(operation: Mapping[str, Any]) -> str:
    """What the function of an endpoint is called."""
    own = re.sub(r"^tingsu_api_[a-z]+?_(?=\w)", "", operation["operationId"])
    return NAMES.get(own, own)


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def literal(values: Iterable[Any]) -> str:
    """A closed list of codes, wrapped as the formatter would."""
    lines: list[str] = []
    line = "   "
    for one in values:
        shown = json.dumps(one, ensure_ascii=False)
        if len(line) + len(shown) > 110:
            lines, line = [*lines, line], "   "
        line += f" {shown},"
    return "Literal[\n" + "\n".join([*lines, line]) + "\n]"


def type_of(one: Mapping[str, Any]) -> str:
    """How a value of a JSON schema is written in Python."""
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if "anyOf" in one:
        kinds = list(dict.fromkeys(type_of(each) for each in one["anyOf"]))
        return " | ".join(kinds)
    if "enum" in one and len(one["enum"]) <= 8:
        return f"Literal[{', '.join(json.dumps(each, ensure_ascii=False) for each in one['enum'])}]"
    if one.get("type") == "array":
        return f"list[{type_of(one.get('items') or {})}]"
    if one.get("type") == "object":
        return "dict[str, Any]"
    if one.get("format") == "binary":
        return "bytes"
    return {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}.get(
        one.get("type", ""), "Any"
    )


def typed(name: str, one: Mapping[str, Any]) -> str:
    """A TypedDict of an object."""
    required = set(one.get("required", ()))
    words = " ".join(str(one.get("description") or f"{name}.").split()).replace("\\", "").replace('"', "'")
    words = "\n    ".join(textwrap.wrap(words, 112))
    fields = {field: type_of(each) for field, each in one.get("properties", {}).items()}
    if any(keyword.iskeyword(field) for field in fields):  # no class can name these
        pairs = [
            f'        "{field}": {kind if field in required else f"NotRequired[{kind}]"},'
            for field, kind in fields.items()
        ]
        return f'\n\n{name} = TypedDict(\n    "{name}",\n    {{\n' + "\n".join(pairs) + f'\n    }},\n)\n"""{words}"""\n'
    lines = [f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}" for field, kind in fields.items()]
    return f'\n\nclass {name}(TypedDict):\n    """{words}"""\n\n' + "\n".join(lines or ["    pass"]) + "\n"


def inputs(path: str, method: str, one: Mapping[str, Any]) -> str:
    """The types of what an endpoint is asked with: its filters, its body."""
    found, name = "", camel(name_of(one))
    if queried := queries(one):
        described = {
            "properties": {each["name"]: each["schema"] for each in queried},
            "description": f"What {name_of(one)} is asked with.",
        }
        described["required"] = [each["name"] for each in queried if each.get("required")]
        found += typed(f"{name}Params", described)
    body = body_of(one)
    if body and "$ref" not in body:
        rows = {}
        for field, each in body.get("properties", {}).items():
            items = each.get("items", {})
            if items.get("type") == "object" and items.get("properties"):
                row = f"{name}{camel(field)}"
                found += typed(row, items | {"description": f"One of `{field}` of {name_of(one)}."})
                rows[field] = {"type": "array", "items": {"$ref": row}}
        found += typed(
            f"{name}Body",
            {
                **body,
                "properties": {**body.get("properties", {}), **rows},
                "description": f"What {name_of(one)} takes.",
            },
        )
    return found


def queries(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in one.get("parameters", ()) if each["in"] == "query"]


def body_of(one: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (
        one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    )
    return found


def function(path: str, method: str, one: Mapping[str, Any]) -> str:
    """One function of the client."""
    name = name_of(one)
    given = ["self"]
    for each in re.findall(r"\{(\w+)\}", path):
        given.append(f"{each}_: str" if keyword.iskeyword(each) else f"{each}: str")
    body = body_of(one)
    if body:
        given.append(f"body: {type_of(body) if '$ref' in body else camel(name) + 'Body'}")
    if method != "get":
        given += ["*", 'key: str = ""']
    if queries(one):
        given.append(f"**params: Unpack[{camel(name)}Params]")
    ok: Mapping[str, Any] = next(
        (one["responses"][status] for status in ("200", "201", "202") if status in one["responses"]), {}
    )
    contents = ok.get("content", {})
    others = set(contents) - {"application/json"}
    kind = "bytes" if others else type_of(contents.get("application/json", {}).get("schema", {}))
    filled = re.sub(r"\{(\w+)\}", r"{quote(\1, safe='')}", path)
    call = [f'"{method.upper()}"', f'f"{filled}"' if "{" in path else f'"{path}"']
    call += ["params=params"] if queries(one) else []
    call += ["body=body"] if body else []
    call += ["key=key"] if method != "get" else []
    words = " ".join(str(one.get("summary") or name).split()).replace('"', "'")
    return f'\n    def {name}({", ".join(given)}) -> {kind}:\n        """{words}."""\n        return self.call({", ".join(call)})\n'
