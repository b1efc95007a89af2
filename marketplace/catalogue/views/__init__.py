"""The doors of the catalogue: the producer's pages, and the staff's."""

from marketplace.catalogue.views import editor, photos, prices, products, sheets, stock

blueprints = [sheets.bp, products.bp, editor.bp, prices.bp, photos.bp, stock.bp]
