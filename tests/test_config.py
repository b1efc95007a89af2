import pytest

from config import EXAMPLE_PAYER, Config, Production, env, one_of, payer, rates, translated
from marketplace import create_app

COMPLETE = {
    "SECRET_KEY": "k" * 32,
    "DATABASE_URL": "sqlite://",
    "BASE_URL": "https://feira.example",
    "TRUSTED_HOSTS": "feira.example, www.feira.example",
}


@pytest.fixture
def complete(monkeypatch):
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)


class TestConfig:
    def test_knows_no_time_zone_of_its_own(self):
        assert not [name for name in vars(Config) if "TIMEZONE" in name]


class TestEnv:
    def test_reads_a_secret_from_a_file(self, monkeypatch, tmp_path):
        (tmp_path / "secret").write_text("kept apart\n")
        monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))

        assert env("SECRET_KEY") == "kept apart"


class TestTranslated:
    def test_keeps_our_words_while_nobody_has_chosen_others(self):
        assert translated("SITE_TAGLINE", "ES", "feria de Manaus") == "feria de Manaus"

    def test_never_puts_our_words_beside_those_of_an_installation(self, monkeypatch):
        monkeypatch.setenv("SITE_TAGLINE", "feira de Guajará-Mirim")
        assert translated("SITE_TAGLINE", "ES", "feria de Manaus") == ""

        monkeypatch.setenv("SITE_TAGLINE_ES", "feria de Guajará-Mirim")
        assert translated("SITE_TAGLINE", "ES", "feria de Manaus") == "feria de Guajará-Mirim"


class TestRates:
    def test_reads_the_share_and_what_comes_on_top(self):
        assert rates(["pix=119", "card=399+39"]) == {"pix": (119, 0), "card": (399, 39)}

    @pytest.mark.parametrize("told", ["pix", "pix=", "pix=1.19", "card=399+x"])
    def test_refuses_what_is_not_written_so(self, told):
        with pytest.raises(RuntimeError, match="needs a rate"):
            rates([told])


class TestProduction:
    @pytest.mark.parametrize("name", COMPLETE)
    def test_refuses_to_start_naming_what_is_missing(self, monkeypatch, complete, name):
        monkeypatch.delenv(name)

        with pytest.raises(RuntimeError, match=f"{name} is not set"):
            create_app("config.Production")

    @pytest.mark.parametrize("key", ["k" * 31, "not a secret: development only, never mind"])
    def test_refuses_a_key_that_is_short_or_public(self, monkeypatch, complete, key):
        monkeypatch.setenv("SECRET_KEY", key)

        with pytest.raises(RuntimeError, match="SECRET_KEY is shorter"):
            Production()

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"MEDIA_URL": "ftp://somewhere"}, "ftp: is not supported"),
            ({"MEDIA_URL": "s3://feira"}, "S3_KEY_ID is not set"),
            ({"MEDIA_URL": "s3://feira", "S3_KEY_ID": "k"}, "S3_SECRET is not set"),
        ],
    )
    def test_refuses_a_place_for_pictures_that_it_cannot_reach(
        self, monkeypatch, complete, given, said
    ):
        for name, value in given.items():
            monkeypatch.setattr(Config, name, value)

        with pytest.raises(RuntimeError, match=said):
            Production()

    def test_refuses_the_sandbox_as_a_place_for_money(self, monkeypatch, complete):
        monkeypatch.setattr(Config, "STRIPE_KEY", "sk_live_1")
        monkeypatch.setattr(Config, "STRIPE_API", "http://127.0.0.1:12111")

        with pytest.raises(RuntimeError, match="STRIPE_API is not https"):
            Production()

    def test_refuses_to_take_money_without_hearing_of_it(self, monkeypatch, complete):
        monkeypatch.setattr(Config, "STRIPE_KEY", "sk_live_1")

        with pytest.raises(RuntimeError, match="STRIPE_WEBHOOK_SECRETS is not set"):
            Production()

    def test_refuses_to_be_debugged(self, monkeypatch, complete):
        monkeypatch.setenv("FLASK_DEBUG", "1")

        with pytest.raises(RuntimeError, match="FLASK_DEBUG is on"):
            Production()

    def test_binds_its_cookies_to_the_host_where_there_is_https(self, complete):
        settings = Production()

        assert (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE) == (
            "__Host-session",
            True,
        )
        assert settings.TRUSTED_HOSTS == ["feira.example", "www.feira.example"]

    def test_names_them_plainly_where_there_is_none(self, monkeypatch, complete):
        monkeypatch.setenv("BASE_URL", "http://127.0.0.1:8000")

        settings = Production()

        assert (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE) == ("session", False)
        assert settings.BASKET_COOKIE_NAME == "cesta"


def test_knows_its_own_words_alone():
    assert one_of("hand_over payment", "payment") == "payment"
    with pytest.raises(RuntimeError, match="'pay' is none of: hand_over payment"):
        one_of("hand_over payment", "pay")


class TestPayer:
    def test_is_nobody_where_nothing_is_told(self):
        assert payer([]) == {}

    def test_is_each_fact_by_its_name(self):
        told = payer([*EXAMPLE_PAYER, "holder=Rede = Sol"])
        assert (told["branch"], told["holder"]) == ("1234-5", "Rede = Sol")

    @pytest.mark.parametrize(
        "wrong", ["bank=1", "account=12345", "branch=", "tax_id=11.222.333/0001-81", "holder="]
    )
    def test_refuses_what_the_bank_could_not_read(self, wrong):
        with pytest.raises(RuntimeError, match="BANK_PAYER"):
            payer([*EXAMPLE_PAYER, wrong])
