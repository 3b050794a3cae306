"""Parties outside."""

import uuid


def ask_all(statement_id: uuid.UUID) -> int:
    return 0
