"""What a first visit costs on a phone with little data, as the browser received it."""

import io
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, Request

from marketplace.catalogue.operations import photos
from marketplace.core import clock, pictures, reference
from marketplace.core.rights import HOUSE
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.journeys.buying import buy
from tests.journeys.conftest import Served

pytestmark = pytest.mark.only("sqlite")  # pages weigh the same on both databases

KB = 1024
PER_PAGE, FAIR = 24, "Feira do Largo"
WANTED = {"Cesto de arumã com tampa 0": 1, "Cesto de arumã com tampa 1": 1, "Mel de jandaíra": 1}


class Scale:
    """Weighs what a page asks for: bytes as they came, by address; photos are left out."""

    def __init__(self, page: Page) -> None:
        self.finished: list[Request] = []
        page.on("requestfinished", lambda request: self.finished.append(request))

    def weights(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for request in self.finished:
            path = urlsplit(request.url).path
            if not path.startswith("/media/"):
                found.setdefault(path, request.sizes()["responseBodySize"])
        return found


@pytest.fixture
def shop(house: Served) -> Served:
    """A house with a page full of products, each with its photo."""
    with house.app.app_context():
        reference.load_all(clock.now())
        group, now = make_enterprise(name="Mulheres do Arumã"), clock.now()
        photo = photo_of_a_basket()
        baskets = [f"Cesto de arumã com tampa {n}" for n in reversed(range(PER_PAGE - 1))]
        for name in (*baskets, "Mel de jandaíra"):
            product = make_published(enterprise=group, name=name, now=now)
            photos.add_photo(product.id, photo, alt=name, by=HOUSE, now=now)
        make_announced(group, days=(soon()["day"],), name=FAIR, now=now)
    return house


def photo_of_a_basket() -> str:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1280, 1280)).convert("RGB").save(file, "JPEG")
    file.seek(0)
    return pictures.take_in(file)


def test_the_first_list_of_products_weighs_at_most_60_kb(shop: Served, phone: Page) -> None:
    scale = Scale(phone)
    phone.goto("/produtos", wait_until="networkidle")
    assert phone.locator("main .pcard").count() == PER_PAGE
    weights = scale.weights()
    kinds = {path.rpartition(".")[2] for path in weights}
    assert {"css", "woff2", "js", "svg", "/produtos"} <= kinds
    assert sum(weights.values()) <= 60 * KB, weights


def test_the_scripts_of_who_buys_weigh_at_most_20_kb(shop: Served, phone: Page) -> None:
    scale = Scale(phone)
    buy(phone, FAIR, WANTED)
    scripts = {path: size for path, size in scale.weights().items() if path.endswith(".js")}
    assert len(scripts) > 1  # of the list, and of ordering
    assert sum(scripts.values()) <= 20 * KB, scripts
