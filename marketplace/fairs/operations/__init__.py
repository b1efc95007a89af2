"""Things that can be done with fairs and their places."""
