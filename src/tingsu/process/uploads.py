"""New files of a step's form, whatever the step is taken on."""

from typing import Any

from django.http import HttpRequest

from tingsu.files.store import accept_upload
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.process.steps import Step

MOST = 10
"""New files of one field at once."""


def take_in(
    request: HttpRequest, actor: Actor, step: Step, raw: dict[str, Any], *, purpose: str, prefix: str = ""
) -> None:
    """Store them and add their ids to what was chosen; of a field that takes one file, the new one replaces what was ticked.

    Outside the action's transaction. Raises InvalidInput beside the field.
    """
    for one in step.fields:
        if one.kind != "files":
            continue
        brought = []
        for uploaded in request.FILES.getlist(f"{prefix}{one.name}__new")[:MOST]:
            try:
                brought.append(str(accept_upload(uploaded, actor=actor, purpose=purpose).pk))
            except TingsuError as error:
                raise InvalidInput({one.name: error}) from error
        if brought:
            raw[one.name] = brought if one.limit == 1 else [*raw.get(one.name, []), *brought]
