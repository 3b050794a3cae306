"""Files that no scanner has seen yet: asked about again, and locked away where they lie when something is found (PS-03)."""

from tingsu.files import scanner, store
from tingsu.files.errors import FileDamaged
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now


def scan_waiting(most: int = 200) -> int:
    """Ask the scanner about files of this organisation that it has not seen, newest first, and lock away what it finds:
    how many. Stops when it does not answer.
    """
    waiting = StoredFile.objects.filter(scanned_at__isnull=True, quarantined_at__isnull=True, erased_at__isnull=True)
    found = 0
    for file in waiting.order_by("-received_at")[:most]:
        try:
            content = store.open_file(file)
        except FileDamaged:
            continue  # found and told by `verify`
        verdict = scanner.scan(content)
        if not verdict.scanned:
            break
        at = now()
        StoredFile.objects.filter(pk=file.pk).update(scanned_at=at, quarantined_at=at if verdict.found else None)
        if verdict.found:
            found += 1
            for suffix in ("thumb", "clean"):
                store.place(file.pk, file.organisation_id, suffix).unlink(missing_ok=True)
    return found
