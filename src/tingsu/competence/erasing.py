"""What an erased assessment leaves beside its entry: what the person answered (PS-17). Marks and questions asked stay for the figures."""

import uuid
from datetime import datetime

from tingsu.competence.exams import NAME
from tingsu.competence.models import Paper
from tingsu.kernel.erasing import erases


@erases("answers", NAME)
def answers(entry_id: uuid.UUID, at: datetime) -> int:
    """The answers of every attempt."""
    return Paper.objects.filter(exam_id=entry_id).exclude(answers={}).update(answers={})
