"""Where fairs are planned and their places given."""
