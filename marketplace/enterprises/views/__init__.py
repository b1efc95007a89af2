"""The enterprises' doors: registration, vetting, the group's own pages, import."""
