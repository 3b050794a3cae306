"""What an address may ask besides its path: a name that the endpoint does not know is refused, saying which it knows.

So a slip of the pen never gives the whole archive, at whichever endpoint (IG-01).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.process.values import shown_name

if TYPE_CHECKING:
    from ninja.operation import Operation


def refuse_unknown(request: HttpRequest) -> None:
    """Raises InvalidInput for a name that the endpoint is not asked with, or one that is given twice."""
    if not request.META.get("QUERY_STRING") or request.resolver_match is None:
        return
    operations = operations_by_place()
    known = operations.get((request.method or "", request.resolver_match.route.partition("v1/")[2]))
    if known is None:
        return
    wrong: dict[str, Any] = {}
    for name, values in request.GET.lists():
        if name not in known:
            wrong[shown_name(name)] = unknown_name(known)
        elif len(values) > 1:
            wrong[shown_name(name)] = InvalidValue(_("This was given more than once."), code="given_twice")
    if wrong:
        raise InvalidInput(wrong)


def unknown_name(known: tuple[str, ...]) -> InvalidValue:
    """The refusal of a name, with those that are known."""
    if not known:
        return InvalidValue(_("Nothing can be asked for here besides the path."), code="unknown_field")
    sentence = _("This is not known here. What can be asked for: %(known)s.")
    return InvalidValue(sentence, code="unknown_field", known=", ".join(known))


@cache
def operations_by_place() -> dict[tuple[str, str], tuple[str, ...]]:
    """Names that each endpoint is asked with, by method and path as the addresses have it."""
    from tingsu.api.api import api

    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for path, view in api.default_router.path_operations.items():
        for one in view.operations:
            place = path.strip("/").replace("{", "<").replace("}", ">")
            found |= {(method, place): names_of(one) for method in one.methods}
    return found


def names_of(operation: "Operation") -> tuple[str, ...]:
    """What an endpoint is asked with, in the order of its description."""
    names: list[str] = []
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            names += getattr(model, "__ninja_flatten_map__", None) or model.model_fields
    extra: Any = (operation.openapi_extra or {}).get("parameters", ())
    return tuple(dict.fromkeys([*names, *(one["name"] for one in extra if one["in"] == "query")]))
