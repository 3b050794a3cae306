"""The API keeps to its own OpenAPI description, whatever is thrown at it (schemathesis)."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.actor import automation
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry
from tingsu.registers.tests.test_every_register import opener_of
from tingsu.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def described(cast: Cast) -> Iterator[object]:
    complaint = registered(cast)
    numbers = {name: an_entry(one, opener_of(one, cast)).number for name, one in registers().items()}
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id),
        name="fuzz",
        scopes=["complaints:read", "complaints:write", "complaints:decide", "registers:read", "registers:write"],
        roles=["supervisor"],
        acts_for=cast.supervisor.id,
    )
    # As Django's own test client does: a request must not close the connection that holds the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    config = SchemathesisConfig.from_dict({"headers": {"Authorization": f"Bearer {token}"}})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)
    yield (
        schema,
        {
            "complaints": complaint.number,
            "exports": numbers["export"],
            "hotlines": numbers["channel"],
            **numbers,
        },
        token,
    )
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_endpoint_answers_as_described(described: tuple) -> None:
    schema, numbers, token = described
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 60
    assert set(numbers) <= {part for operation in operations for part in operation.path.split("/")}
    for operation in operations:

        @settings(
            max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(), known=st.booleans())
        def answers(case: object, known: bool) -> None:
            if known and "number" in case.path_parameters:
                case.path_parameters["number"] = next(
                    numbers[part] for part in case.operation.path.split("/") if part in numbers
                )
            response = case.call(headers={"Authorization": f"Bearer {token}"})
            case.validate_response(response, checks=CHECKS)

        answers()
