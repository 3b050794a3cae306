"""Everything that can still be read of an organisation: each row of each table, opened where a key is left, and every file."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel import crypto
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantModel, current_organisation_id
from tingsu.privacy.log import purposes
from tingsu.privacy.models import AccessEntry


def everything() -> dict[str, str]:
    """Table or file → all that stands in it, in the clear where a key is left."""
    keys = {pk: bytes(wrapped) for pk, wrapped in Stream.objects.values_list("pk", "wrapped_key") if wrapped}
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        if not issubclass(model, TenantModel) and model._meta.app_label not in {"procrastinate", "sessions"}:
            continue
        for row in model._default_manager.all():
            told = found.setdefault(model._meta.db_table, [])
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                told.append(
                    _opened(row, field.attname, bytes(value), keys)
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                )
    found["purposes"] = list(purposes(AccessEntry.objects.all()).values())
    for file in StoredFile.objects.filter(erased_at=None):
        found.setdefault("files", []).append(store.open_file(file).decode("utf-8", "replace"))
    for path in Path(settings.HOME).joinpath("files", str(current_organisation_id())).rglob("*"):
        if path.is_file():
            found.setdefault("disk", []).append(path.name)
            found["disk"].append(path.read_bytes().decode("utf-8", "replace"))
    return {place: "\n".join(told) for place, told in found.items()}


def where(canary: str, dump: dict[str, str]) -> list[str]:
    """The places in which a value can be read."""
    return sorted(place for place, told in dump.items() if canary in told)


def _opened(row: Model, column: str, sealed: bytes, keys: dict[Any, bytes]) -> str:
    names = (row._meta.model_name, "event", "entry", "letter", "file", "portaldraft", "complaint", "party", "demand")
    contexts = [f"{name}:{row.pk}{rest}" for name in names for rest in ("", f":{column}", ":texts", ":name")]
    own = getattr(row, "wrapped_key", None)
    of = (getattr(row, name, None) for name in ("stream_id", "complaint_id", "entry_id", "pk"))
    for wrapped in [bytes(own)] if own else [keys[one] for one in of if one in keys]:
        for context in contexts:
            try:
                return crypto.data_key(current_organisation_id(), wrapped).open(sealed, context)
            except TingsuError:
                continue
    return sealed.decode("utf-8", "replace")
