"""How the house holds while many use it at once: people come by the clock, and wait."""
