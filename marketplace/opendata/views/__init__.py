"""Pages and files of the open accounts, for anybody."""
