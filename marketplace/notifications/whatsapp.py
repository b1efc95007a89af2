"""Ready texts that a person sends with their own WhatsApp; the product sends none.

**Source:** WhatsApp Help Center, "How to use click to chat".
"""

from urllib.parse import quote


def link(mobile: str, text: str) -> str:
    """Return an address that opens WhatsApp with a text to somebody (E.164), ready to be sent."""
    return f"https://wa.me/{mobile.lstrip('+')}?text={quote(text)}"
