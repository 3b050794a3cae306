"""How statements are written: Django's own way, but for the columns of a whole row, which are written once a table.

A complaint has more than a hundred columns, and writing them one by one for each question was three quarters of the making
of a statement.
"""

from typing import Any

from django.db import models
from django.db.backends.postgresql import compiler
from django.db.models.sql.compiler import SQLAggregateCompiler, SQLDeleteCompiler, SQLUpdateCompiler

SQLInsertCompiler = compiler.SQLInsertCompiler
__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

_written: dict[tuple[type[models.Model], str], tuple[list[Any], list[int]]] = {}


class SQLCompiler(compiler.SQLCompiler):
    def get_select(self, with_col_aliases: bool = False) -> Any:
        """What a query selects, what it makes of it, and its annotations."""
        if with_col_aliases or not self._whole_row_alone():
            return super().get_select(with_col_aliases)
        query: Any = self.query
        model = query.model
        key = (model, query.get_initial_alias())
        if key not in _written:
            whole: Any = super().get_select()
            _written[key] = (whole[0], whole[1]["select_fields"])
        select, fields = _written[key]
        return list(select), {"model": model, "select_fields": list(fields)}, {}

    def _whole_row_alone(self) -> bool:
        """Whether a query asks for every column of one table and for nothing else."""
        query: Any = self.query
        return bool(
            query.default_cols
            and query.selected is None
            and not query.select_related
            and not query.extra_select
            and not query.annotation_select
            and query.deferred_loading == (frozenset(), True)
            and not query.model._meta.parents
            and query.model.__module__ != "__fake__"  # of a migration, which has a class of its own for each state
        )
