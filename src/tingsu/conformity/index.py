"""What stands at the head of an evidence pack: the index by clause, as a page and as a table, the list of hashes, the verifier; and the pack
as it is sent, member by member.
"""

import csv
import hashlib
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tingsu.conformity import cited, sheets, view
from tingsu.conformity.models import PackPart
from tingsu.conformity.profiles import clause_of
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.export import BOM, harmless

VERIFIER = Path(__file__).with_name("verify_pack.py")
LIST = "manifest.sha256"
TOGETHER = 1000


def member(name: str) -> zipfile.ZipInfo:
    """A member of a pack: the same bytes whenever it is written."""
    found = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    found.compress_type = zipfile.ZIP_DEFLATED
    found.external_attr = 0o644 << 16
    return found


def parcel(
    document: str, period: tuple[date, date], number: str, listed: list[dict[str, Any]]
) -> tuple[bytes, list[dict[str, Any]]]:
    """The head of a pack as a part of its own: its bytes, and what stands in it."""
    found = view.readiness(document)
    beside = [*sheets.of_clauses(found), *sheets.of_rules(found.profile.clauses[0].document)]
    shown = [{"name": name, **_sum(content), **about} for name, content, about in beside]
    by_clause: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in (*shown, *listed):
        if one["name"].endswith(".json"):
            continue
        for clause in dict.fromkeys(clause_of(place) for place in one.get("clauses", ())):
            by_clause[clause].append(one)
    lines = [
        {"line": line, "records": by_clause.get(line.clause.cited, []), "cited": cited.shown(line.clause.cited)}
        for line in found.lines
    ]
    context = {
        "lines": lines, "readiness": found, "period": period, "number": number, "at": timezone.localtime(now()),
        "firm": in_language(current_organisation().name), "reason": current_organisation().enterprise.get("reason", ""),
        "language": get_language(), "files": len(listed),
    }  # fmt: skip
    page = render_to_string("conformity/pack_index.html", context).encode()
    contents = {
        "index.html": page, "index.csv": _table(lines), "verify_pack.py": VERIFIER.read_bytes(),
        "README.txt": render_to_string("conformity/pack_readme.txt", context).encode(),
    }  # fmt: skip
    out = io.BytesIO()
    told: list[dict[str, Any]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in contents.items():
            packed.writestr(member(name), content)
            told.append({"name": name, **_sum(content)})
        for name, content, _about in beside:
            packed.writestr(member(name), content)
    return out.getvalue(), [*told, *shown]


def _sum(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _table(lines: Iterable[dict[str, Any]]) -> bytes:
    """The index for programs: one line for each clause and record, and for each clause without one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write(BOM)
    heads = (
        _("Clause"), _("Requirement"), _("Standing"), _("Responsible"), _("Register"), _("Number"), _("Day it speaks of"), _("State"), _("File"), "SHA-256",
    )  # fmt: skip
    writer.writerow([harmless(str(one)) for one in heads])
    for one in lines:
        line = one["line"]
        head = [line.clause.cited, line.clause.title, str(line.words), line.name]
        for record in one["records"] or [{}]:
            cells = [*head, *(record.get(name, "") for name in ("register", "number", "on", "state", "name", "sha256"))]
            writer.writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue().encode()


def manifest(listed: Iterable[dict[str, Any]]) -> bytes:
    """The list of hashes, as sha256sum writes and reads it."""
    return "".join(f"{one['sha256']}  {one['name']}\n" for one in sorted(listed, key=lambda one: one["name"])).encode()


def listing(pack_id: Any) -> list[dict[str, Any]]:
    """Everything that stands in a pack."""
    return [one for part in PackPart.objects.filter(run_id=pack_id).order_by("place") for one in part.contents]


def is_whole(pack_id: Any) -> bool:
    """Are all files of a pack still there? A few queries."""
    wanted = set(PackPart.objects.filter(run_id=pack_id).values_list("file_id", flat=True))
    wanted |= {one["file"] for one in listing(pack_id) if one.get("file")}
    ids, there = list(wanted), 0
    for place in range(0, len(ids), TOGETHER):
        some = ids[place : place + TOGETHER]
        there += StoredFile.objects.filter(pk__in=some, erased_at=None, quarantined_at=None).count()
    return bool(ids) and there == len(ids)


class _Sent:
    """Where a ZIP is written that nobody can go back in: what was written is handed on and forgotten."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def write(self, content: bytes) -> int:
        self.kept.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        found = b"".join(self.kept)
        self.kept.clear()
        return found


def stream(pack_id: Any) -> Iterator[bytes]:
    """A whole pack, member by member: no more than one part or one file is in memory at a time."""
    from tingsu.conformity.building import content_of

    sent, listed = _Sent(), listing(pack_id)
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:  # type: ignore[call-overload]
        for place in PackPart.objects.filter(run_id=pack_id).order_by("-place").values_list("pk", flat=True):
            part = PackPart.objects.get(pk=place)
            for name, content in members_of(part):
                packed.writestr(member(name), content)
                yield sent.take()
            for one in part.contents:
                if one.get("file"):
                    packed.writestr(member(one["name"]), content_of(StoredFile.objects.get(pk=one["file"])))
                    yield sent.take()
        packed.writestr(member(LIST), manifest(listed))
    yield sent.take()


def members_of(part: PackPart) -> Iterator[tuple[str, bytes]]:
    """What one sealed part holds."""
    with zipfile.ZipFile(io.BytesIO(store.open_file(StoredFile.objects.get(pk=part.file_id)))) as packed:
        for name in packed.namelist():
            yield name, packed.read(name)


def one_of(pack_id: Any, name: str) -> bytes | None:
    """One record of a pack; None where it holds none of this name."""
    from tingsu.conformity.building import content_of

    for part in PackPart.objects.filter(run_id=pack_id).order_by("place"):
        told = next((one for one in part.contents if one["name"] == name), None)
        if told is None:
            continue
        if told.get("file"):
            return content_of(StoredFile.objects.get(pk=told["file"]))
        return next((content for found, content in members_of(part) if found == name), None)
    return None
