"""Note what the proxy in front of the web servers does."""

import sqlalchemy as sa
from alembic import op

from booking_app.core.db import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proxy_sign",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_proxy_sign")),
    )


def downgrade() -> None:
    op.drop_table("proxy_sign")
