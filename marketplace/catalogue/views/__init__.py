"""The doors of the catalogue: the producer's pages, and the staff's."""

from marketplace.catalogue.views import (
    categories,
    editor,
    photos,
    prices,
    products,
    sheets,
    staff,
    stock,
)

rooms = (sheets, products, editor, prices, photos, stock, categories, staff)
blueprints = [room.bp for room in rooms]
