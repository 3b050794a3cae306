"""Background entry points of the store."""

import logging

from procrastinate.contrib.django import app

from tingsu.files import store
from tingsu.kernel.jobs import each_organisation

log = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="files.sweep", queue="default")
def sweep(timestamp: int) -> None:
    """Each night: remove what nobody attached, what was erased, and what no row names."""
    for organisation in each_organisation():
        if swept := store.sweep_loose():
            log.info("files.sweep %s: %d removed", organisation.slug, swept)
