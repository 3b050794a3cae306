"""The schema is made once a process and not sent to whoever has it (IG-01)."""

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api import api as module


@pytest.mark.req("IG-01")
def test_the_schema_is_made_once_in_each_language_and_not_sent_twice(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(module, "SCHEMAS", {})
    monkeypatch.setattr(module.api, "get_openapi_schema", lambda **given: made.append(given) or {"openapi": len(made)})
    first = client.get("/api/v1/openapi.json")
    assert first.json() == client.get("/api/v1/openapi.json").json() == {"openapi": 1}
    tag = first.headers["ETag"]
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = client.get("/api/v1/openapi.json", headers={"If-None-Match": tag, "Accept-Language": "en"})
    assert (other.status_code, other.json(), len(made)) == (200, {"openapi": 2}, 2)


@pytest.mark.req("IG-01")
def test_its_paths_lead_to_the_organisation_below_whose_address_it_was_read(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SCHEMAS", {})
    monkeypatch.setattr(module, "MOST_SCHEMAS", 1)
    for prefix in ("/o/test", "", "/o/test"):
        paths = client.get(f"{prefix}/api/v1/openapi.json").json()["paths"]
        assert all(path.startswith(f"{prefix}/api/v1/") for path in paths), prefix
        assert len(module.SCHEMAS) == 1, "no more are kept than there may be"
