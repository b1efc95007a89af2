"""Keep what the payment provider tells of its own accord."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1225_provider_events"
down_revision = "2026_11_26_1220_add_browser_hash"
branch_labels = None
depends_on = None

STATES = ("waiting", "applied", "ignored", "quarantined")


def upgrade() -> None:
    op.create_table(
        "provider_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="eventstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_provider_events_event_id")),
    )
    op.create_index(
        "ix_provider_events_state_received_at", "provider_events", ["state", "received_at"]
    )


def downgrade() -> None:
    op.drop_table("provider_events")
