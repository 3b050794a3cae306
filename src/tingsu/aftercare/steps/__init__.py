"""The steps of aftercare: notice, rating and callback, review and mediation, closing, archive."""

from tingsu.aftercare.steps import archive, closing, notice, rating, reviews
from tingsu.complaints.process import PROCESS

PROCESS.declare(notice, rating, reviews, closing, archive)
