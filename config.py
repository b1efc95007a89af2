"""Settings of the marketplace, read once from the environment when the program starts."""

import os
import re
from pathlib import Path

SECRET_BYTES = 32
PAYER_FACTS = {
    "bank": r"[0-9]{3}",
    "agreement": r"[0-9A-Za-z]{1,20}",
    "branch": r"[0-9]{1,5}-?[0-9Xx]?",
    "account": r"[0-9]{1,12}-[0-9Xx]",
    "tax_id": r"[0-9]{11}|[0-9A-Z]{12}[0-9]{2}",
    "holder": r".+",
}
VAR = Path(os.environ.get("PANEIRO_DATA", "var")).resolve()


def env(name: str, default: str | None = None) -> str:
    """Return an environment variable, or what stands in the file that ``<NAME>_FILE`` names.

    :raises RuntimeError: if it is neither set nor given a default.
    """
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    if (value := os.environ.get(name, default)) is None:
        raise RuntimeError(f"{name} is not set")
    return value


def translated(name: str, language: str, ours: str) -> str:
    """Return a setting's words in another language: as told, or ours where all words are ours."""
    told = name in os.environ or f"{name}_FILE" in os.environ
    return env(f"{name}_{language}", "" if told else ours)


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated environment variable as a list."""
    return [word.strip() for word in env(name, default).split(",") if word.strip()]


def rates(told: list[str]) -> dict[str, tuple[int, int]]:
    """Return what each way of paying online costs: ``card=399+39`` is 3,99 % and 39 centavos.

    :raises RuntimeError: for what is not written so.
    """
    found = {}
    for each in told:
        name, _equals, rate = each.partition("=")
        parts, _plus, fixed = rate.partition("+")
        if not (parts.isdecimal() and (fixed or "0").isdecimal()):
            raise RuntimeError(f"STRIPE_METHODS: {name} needs a rate, as in card=399+39")
        found[name] = int(parts), int(fixed or "0")
    return found


def payer(told: list[str]) -> dict[str, str]:
    """Return the account that pays out: ``bank=001``, ``branch=1234-5``, each fact by its name.

    :raises RuntimeError: for a fact that lacks or is not written so.
    """
    found = {name: value for name, _equals, value in (one.partition("=") for one in told)}
    for name, form in PAYER_FACTS.items() if told else ():
        if not re.fullmatch(form, found.get(name, "")):
            raise RuntimeError(f"BANK_PAYER: {name} is missing, or not as in {form}")
    return found


def one_of(known: str, word: str) -> str:
    """Return a word that is one of those known.

    :raises RuntimeError: for any other.
    """
    if word not in known.split():
        raise RuntimeError(f"{word!r} is none of: {known}")
    return word


class Config:
    SITE_NAME = env("SITE_NAME", "Paneiro")
    SITE_TAGLINE = env("SITE_TAGLINE", "feira solidária de Manaus")
    SITE_TAGLINE_ES = translated("SITE_TAGLINE", "ES", "feria solidaria de Manaus")
    SITE_TAGLINE_EN = translated("SITE_TAGLINE", "EN", "solidarity fair of Manaus")
    ORG_NAME = env("ORG_NAME", "Prefeitura de Manaus")
    ORG_DEPARTMENT = env("ORG_DEPARTMENT", "Semtrad · Divisão de Economia Solidária")
    ORG_PHONE = env("ORG_PHONE", "0800 000 0000")
    ORG_HOURS = env("ORG_HOURS", "segunda a sexta, das 8h às 17h")
    ORG_HOURS_ES = translated("ORG_HOURS", "ES", "lunes a viernes, de 8 a 17 h")
    ORG_HOURS_EN = translated("ORG_HOURS", "EN", "Monday to Friday, 8 am to 5 pm")
    BASE_URL = env("BASE_URL", "http://127.0.0.1:8000")
    TRUSTED_HOSTS = words("TRUSTED_HOSTS") or None
    PROXY_COUNT = int(env("PROXY_COUNT", "0"))

    THREADS = int(env("THREADS", "8"))  # of one process; its database pool has as many connections
    DRAIN_SECONDS = float(env("DRAIN_SECONDS", "0"))  # of saying not ready before the door closes
    SQLALCHEMY_DATABASE_URI = env("DATABASE_URL", f"sqlite:///{VAR / 'paneiro.db'}")
    MEDIA_URL = env("MEDIA_URL", f"file://{VAR / 'media'}")
    S3_ENDPOINT = env("S3_ENDPOINT", "")  # of a server that is not Amazon's
    S3_REGION = env("S3_REGION", "us-east-1")
    S3_KEY_ID, S3_SECRET = env("S3_KEY_ID", ""), env("S3_SECRET", "")
    SMTP_URL = env("SMTP_URL", f"file://{VAR / 'mail'}")
    ERASURES_FILE = env("ERASURES_FILE", str(VAR / "erasures.txt"))  # kept beside the backups
    MAIL_FROM = env("MAIL_FROM", "nao-responda@localhost")

    PAGE_CACHE_BYTES = int(
        env("PAGE_CACHE_BYTES", str(64 * 1024 * 1024))
    )  # of one process; 0: none

    METRICS_TOKEN = env("METRICS_TOKEN", "")  # without one, only this machine may ask

    STRIPE_KEY = env("STRIPE_KEY", "")  # secret; without one nothing is paid online
    STRIPE_METHODS = rates(words("STRIPE_METHODS"))  # offered, and what each is reckoned to cost
    STRIPE_WEBHOOK_SECRETS = words("STRIPE_WEBHOOK_SECRETS")  # two while one is changed
    STRIPE_ACCOUNTS_SECRETS = words("STRIPE_ACCOUNTS_SECRETS")  # of news of connected accounts
    STRIPE_THIN_SECRETS = words("STRIPE_THIN_SECRETS")  # of news that only names an account
    STRIPE_CONNECT = one_of("on off", env("STRIPE_CONNECT", "off")) == "on"  # accounts there
    RELEASE_FROM = one_of("hand_over payment", env("RELEASE_FROM", "hand_over"))
    RELEASE_DAYS = int(env("RELEASE_DAYS", "7"))  # since then, until a share may be paid out
    PAYOUT_LEAST_CENTS = int(env("PAYOUT_LEAST_CENTS", "1000"))  # less waits for the next batch
    PAYOUT_DEBT_PERCENT = min(int(env("PAYOUT_DEBT_PERCENT", "30")), 90)  # of one, to a debt
    PAYOUT_WEEKDAY = int(env("PAYOUT_WEEKDAY", "4")) % 7  # of the batch: Monday is 0
    BANK_PAYER = payer(words("BANK_PAYER"))  # the account of the bank's own file of payouts
    STRIPE_API = env("STRIPE_API", "https://api.stripe.com")  # or where the sandbox listens

    BABEL_DEFAULT_LOCALE = "pt_BR"
    LANGUAGES = ("pt_BR", "es", "en")
    SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")  # former keys: they verify, never sign
    BASKET_COOKIE_NAME = "cesta"
    DEVICE_COOKIE_NAME = "aparelho"
    SESSION_COOKIE_NAME = "session"
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_HTTPONLY = True
    SESSION_REFRESH_EACH_REQUEST = False
    PERMANENT_SESSION_LIFETIME = 14 * 24 * 3600  # as long as a login can last
    WTF_CSRF_ENABLED = False  # `core.csrf` guards every unsafe request, forms or not
    MAX_CONTENT_LENGTH = 8 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 128 * 1024  # a piece of 64 kB read, and what is left of the one before
    MAX_FORM_PARTS = 100
    CHECKOUTS_AN_HOUR = int(env("CHECKOUTS_AN_HOUR", "20"))  # tries to order, of one basket
    LOOKUPS_AN_HOUR = int(env("LOOKUPS_AN_HOUR", "30"))  # of lost orders, from one address
    LETTERS_A_DAY = int(env("LETTERS_A_DAY", "5"))  # with a code, for one number
    DEMO = False


EXAMPLE_PAYER = [
    *("bank=001", "agreement=000123456", "branch=1234-5", "account=98765-X"),
    *("tax_id=11222333000181", "holder=Associação Exemplo"),
]


class Development(Config):
    SECRET_KEY = "not a secret: development only"  # noqa: S105 - says so itself


class Demo(Development):
    DEMO = True
    BANK_PAYER = payer(EXAMPLE_PAYER)
    STRIPE_METHODS = rates(["pix=119", "card=399+39", "boleto=0+345"])  # at the sandbox beside
    STRIPE_CONNECT = True


class Testing(Config):
    TESTING = True
    BANK_PAYER = payer(EXAMPLE_PAYER)
    SECRET_KEY = "not a secret: tests only"  # noqa: S105 - says so itself
    SQLALCHEMY_DATABASE_URI = env("TEST_DATABASE_URL", "sqlite://")
    BABEL_DEFAULT_LOCALE = "en"
    BASE_URL = "http://localhost"
    TRUSTED_HOSTS = None


class Production(Config):
    """What people use: everything that matters must be told, nothing of the workshop is on."""

    SESSION_COOKIE_SECURE = True

    def __init__(self) -> None:
        self.SECRET_KEY = env("SECRET_KEY")
        self.SQLALCHEMY_DATABASE_URI = env("DATABASE_URL")
        self.BASE_URL = env("BASE_URL")
        if not (hosts := words("TRUSTED_HOSTS")):
            raise RuntimeError("TRUSTED_HOSTS is not set")
        self.TRUSTED_HOSTS = hosts
        self._refuse_the_workshop()
        self._refuse_half_a_store()
        self._refuse_play_money()
        if self.BASE_URL.startswith("https://"):
            self.BASKET_COOKIE_NAME, self.SESSION_COOKIE_NAME = "__Host-cesta", "__Host-session"
            self.DEVICE_COOKIE_NAME = "__Host-aparelho"
        else:
            self.SESSION_COOKIE_SECURE = False  # no browser would send it

    def _refuse_the_workshop(self) -> None:
        for key in (self.SECRET_KEY, *self.SECRET_KEY_FALLBACKS):
            if len(key.encode()) < SECRET_BYTES or "not a secret" in key:
                raise RuntimeError(f"SECRET_KEY is shorter than {SECRET_BYTES} bytes, or public")
        if os.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
            raise RuntimeError("FLASK_DEBUG is on")

    def _refuse_half_a_store(self) -> None:
        scheme = self.MEDIA_URL.partition("://")[0]
        if scheme not in ("file", "s3"):
            raise RuntimeError(f"MEDIA_URL: {scheme}: is not supported, use file:// or s3://")
        for name in ("S3_KEY_ID", "S3_SECRET"):
            if scheme == "s3" and not getattr(self, name):
                raise RuntimeError(f"{name} is not set")

    def _refuse_play_money(self) -> None:
        if self.STRIPE_KEY and not self.STRIPE_API.startswith("https://"):
            raise RuntimeError("STRIPE_API is not https: the sandbox is no place for real money")
        if self.STRIPE_KEY and not self.STRIPE_WEBHOOK_SECRETS:
            raise RuntimeError("STRIPE_WEBHOOK_SECRETS is not set")
        if self.STRIPE_CONNECT and not (self.STRIPE_ACCOUNTS_SECRETS and self.STRIPE_THIN_SECRETS):
            raise RuntimeError("STRIPE_ACCOUNTS_SECRETS or STRIPE_THIN_SECRETS is not set")
