"""Find the news of one payment without reading all of it."""

from alembic import op

revision = "2026_11_26_2000_find_events"
down_revision = "2026_11_26_1940_release"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_provider_events_object_id", "provider_events", ["object_id"])


def downgrade() -> None:
    op.drop_index("ix_provider_events_object_id", table_name="provider_events")
