"""Seal where patients came from: with a draft in a column of its own, with a booking beside its other facts.

The old columns stay, empty, for a release before this one that is still at work beside it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from booking_app.core.sealing import Keyring

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

DRAFT = sa.table(
    "draft",
    sa.column("id", sa.Integer),
    sa.column("attribution", sa.JSON),
    sa.column("sealed_attribution", sa.LargeBinary),
)
BOOKING = sa.table(
    "booking", sa.column("id", sa.Integer), sa.column("attribution", sa.JSON), sa.column("sealed_facts", sa.LargeBinary)
)


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_attribution", sa.LargeBinary(), nullable=True))
    for row in _rows(DRAFT):
        if row.attribution:
            _write(DRAFT, row.id, attribution={}, sealed_attribution=_keyring().seal_json(row.attribution))
    for row in _rows(BOOKING):
        if not row.attribution:
            continue
        facts = row.sealed_facts
        if facts is not None:
            facts = _keyring().seal_json({**_keyring().unseal_json(facts), "attribution": row.attribution})
        _write(BOOKING, row.id, attribution={}, sealed_facts=facts)


def downgrade() -> None:
    for row in _rows(DRAFT):
        if row.sealed_attribution is not None:
            _write(DRAFT, row.id, attribution=_keyring().unseal_json(row.sealed_attribution))
    for row in _rows(BOOKING):
        if row.sealed_facts is not None:
            _write(BOOKING, row.id, attribution=_keyring().unseal_json(row.sealed_facts).get("attribution", {}))
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("sealed_attribution")


def _rows(table: sa.TableClause) -> Any:
    return op.get_bind().execute(sa.select(table)).all()


def _write(table: sa.TableClause, row_id: int, **values: Any) -> None:
    op.get_bind().execute(sa.update(table).where(table.c.id == row_id).values(**values))


def _keyring() -> Keyring:
    """The keys of this deployment; needed only where there is anything to seal."""
    keys = context.config.attributes.get("encryption_keys")
    if not keys:
        raise RuntimeError("this revision seals data, so it needs the keys: run booking-app db upgrade")
    return Keyring(keys)
