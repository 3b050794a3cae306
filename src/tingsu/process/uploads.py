"""New files of a step's form, whatever the step is taken on."""

from typing import Any

from django.http import HttpRequest

from tingsu.files.errors import TooManyFiles
from tingsu.files.store import accept_upload
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.process.steps import Step

MOST = 10
"""New files at once of a field that names no limit of its own."""


def take_in(
    request: HttpRequest, actor: Actor, step: Step, raw: dict[str, Any], *, purpose: str, prefix: str = ""
) -> None:
    """Store them and add their ids to what was chosen; of a field that takes one file, the new one replaces what was ticked.

    Outside the action's transaction. Raises InvalidInput beside the field: also where more are brought than it takes, for none may be lost
    without a word.
    """
    for one in step.fields:
        if one.kind != "files":
            continue
        brought = []
        found, most = request.FILES.getlist(f"{prefix}{one.name}__new"), one.limit or MOST
        if len(found) > most:
            raise InvalidInput({one.name: TooManyFiles(limit=most)})
        for uploaded in found:
            try:
                brought.append(str(accept_upload(uploaded, actor=actor, purpose=purpose).pk))
            except TingsuError as error:
                raise InvalidInput({one.name: error}) from error
        if brought:
            raw[one.name] = brought if one.limit == 1 else [*raw.get(one.name, []), *brought]
