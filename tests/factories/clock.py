"""The moment at which tests happen unless they say otherwise: a Monday morning in Manaus."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
