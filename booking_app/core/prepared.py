"""A query that is asked very often: compiled once, sent to the driver as it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import SelectBase
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import SQLAlchemyError

from booking_app.core.db import Database


class PreparedQuery:
    """Compiling and preparing a statement costs several times what SQLite needs for it; here that is done once.

    A parameter that changes is given a value in the query too. The rows are the driver's own: the same while the
    database says the same, and not made into our types.
    """

    def __init__(self, database: Database, query: SelectBase) -> None:
        self._engine = database.engine
        dialect = self._engine.dialect
        compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._sql = str(compiled)
        self._processors = {name: _processor(bind.type, dialect) for name, bind in compiled.binds.items()}
        given = compiled.construct_params()
        self._values = {name: self._processed(name, value) for name, value in given.items()}
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None

    def rows(self, **values: object) -> list[tuple[Any, ...]]:
        """The rows with these parameters; asks the database each time. Raises SQLAlchemyError."""
        named = {**self._values, **{name: self._processed(name, value) for name, value in values.items()}}
        parameters: Any = named if self._order is None else tuple(named[name] for name in self._order)
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self._sql, parameters)
            return [tuple(row) for row in cursor.fetchall()]
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise SQLAlchemyError(f"a prepared query failed: {type(error).__name__}") from error
        finally:
            connection.close()

    def _processed(self, name: str, value: Any) -> Any:
        processor = self._processors.get(name)
        return value if processor is None or value is None else processor(value)


def _processor(type_: Any, dialect: Dialect) -> Any:
    return type_.dialect_impl(dialect).bind_processor(dialect)
