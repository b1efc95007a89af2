"""Pages of oversight, for anybody, for the Division and for its council."""
