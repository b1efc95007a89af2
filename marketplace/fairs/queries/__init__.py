"""Questions asked of fairs and their places."""
