"""How long accounts keep what lets people in."""

from marketplace.accounts.models import LoginSession, OneTimeCode
from marketplace.core.retention import keep

keep(
    LoginSession,
    LoginSession.seen_at,
    183,
    why="who was logged in, when and on which device",
    source="Marco Civil (Lei 12.965/2014), art. 15: six months",
)
keep(
    OneTimeCode,
    OneTimeCode.expires_at,
    30,
    why="who gave whom a code to get in",
    source="LGPD art. 16: its purpose ends with the code; a month to look into misuse",
)
