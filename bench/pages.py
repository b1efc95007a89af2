"""What a page costs, beside handing out bytes that are known already."""

from collections.abc import Callable

from flask import Flask

from bench.measure import Figure, Size, bare_get_ms, get_ms

PAGES = {"page.not_there": "/nao-existe"}


def page(name: str, path: str) -> Callable[[Flask, Size], Figure]:
    def taken(app: Flask, _size: Size) -> Figure:
        return Figure(name, get_ms(app, path), "ms CPU/page", bare_get_ms(app, path))

    return taken


FIGURES = {name: page(name, path) for name, path in PAGES.items()}
