"""What the assessments keep."""
