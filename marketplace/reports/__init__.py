"""The Division's sheets and dashboards; every figure comes from the facts of sale."""
