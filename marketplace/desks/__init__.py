"""The first page of each working role, and pages that need several features."""
