"""Periodic work goes organisation by organisation: one that is broken holds up nobody else."""

import ast
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from tingsu.kernel import jobs
from tingsu.kernel.jobs import each_organisation, one_by_one
from tingsu.kernel.models import Organisation


@pytest.mark.req("RC-03")
def test_what_fails_in_one_organisation_takes_nothing_from_the_others_and_is_told(
    cast: Any, other_organisation: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    """Two loops, as tasks have them: each organisation has its turn in each of them once, whoever fails."""
    everybody = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    first = everybody[0]
    turns: list[tuple[int, uuid.UUID]] = []

    @one_by_one
    def task(timestamp: int) -> None:
        for loop in (1, 2):
            for organisation in each_organisation():
                turns.append((loop, organisation.pk))
                if organisation.pk == first:
                    raise ValueError(f"a strange file in {loop}")

    with pytest.raises(ValueError, match="a strange file in 1"):
        task(0)
    assert turns == [(loop, pk) for loop in (1, 2) for pk in everybody]
    assert len(everybody) > 1
    assert caplog.text.count("the others follow") == 2
    turns.clear()
    with pytest.raises(ValueError, match="a strange file"):
        task(0)
    assert len(turns) == 2 * len(everybody), "nothing is remembered from one time to the next"


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_is_away_ends_the_task_at_once(
    cast: Any, other_organisation: Organisation, away: type[Exception]
) -> None:
    turns: list[uuid.UUID] = []

    @one_by_one
    def task() -> None:
        for organisation in each_organisation():
            turns.append(organisation.pk)
            raise away("server closed the connection")

    with pytest.raises(away):
        task()
    assert len(turns) == 1


def test_a_failure_outside_the_turns_is_the_tasks_own(cast: Any) -> None:
    @one_by_one
    def task() -> None:
        for _organisation in each_organisation():
            pass
        raise ValueError("after all turns")

    with pytest.raises(ValueError, match="after all turns"):
        task()


def test_every_periodic_task_goes_organisation_by_organisation() -> None:
    """A task that loops over all of them and is not `one_by_one` would leave every firm behind the first broken one."""
    bare = []
    for path in sorted(Path(jobs.__file__).parents[1].glob("*/tasks.py")):
        for one in ast.parse(path.read_text()).body:
            if isinstance(one, ast.FunctionDef) and "each_organisation(" in ast.unparse(one):
                marks = [ast.unparse(mark) for mark in one.decorator_list]
                if marks[-1:] != ["one_by_one"]:
                    bare.append(f"{path.parent.name}.{one.name}")
    assert bare == []
