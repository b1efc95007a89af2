"""How the marketplace is started: the demonstration, the web server, the worker, the commands."""
