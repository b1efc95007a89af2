"""add cache generations."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_1930_add_cache_generations"
down_revision = "2026_11_24_1920_add_second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cache_generations",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_cache_generations")),
    )


def downgrade() -> None:
    op.drop_table("cache_generations")
