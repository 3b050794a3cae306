"""The steps of aftercare: notice, rating and callback, closing, archive."""

from tingsu.aftercare.steps import archive, closing, notice, rating
from tingsu.complaints.process import PROCESS

PROCESS.declare(notice, rating, closing, archive)
