"""Forms of the enterprises, one file per door."""
