"""The Division's sheets: the sales volume, and a fair's report."""
