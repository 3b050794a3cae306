"""Background entry points of the store."""

import logging

from procrastinate.contrib.django import app

from tingsu.files import rescanning, scanner, sweeping
from tingsu.kernel.jobs import each_organisation, one_by_one

log = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="files.sweep", queue="default")
@one_by_one
def sweep(timestamp: int) -> None:
    """Each night: remove what nobody attached, what was erased, and what no row names."""
    for organisation in each_organisation():
        if swept := sweeping.sweep_loose():
            log.info("files.sweep %s: %d removed", organisation.slug, swept)


@app.periodic(cron="*/10 * * * *")
@app.task(name="files.scan_later", queue="default")
@one_by_one
def scan_later(timestamp: int) -> None:
    """Every ten minutes: ask the scanner about what it has not seen, because there was none or it did not answer."""
    if not scanner.is_present():
        return
    for organisation in each_organisation():
        if found := rescanning.scan_waiting():
            log.warning("files.scan_later %s: %d locked away", organisation.slug, found)
