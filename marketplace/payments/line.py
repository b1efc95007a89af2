"""What carries calls to the provider for its library: connections that stay open.

The library's own way, package ``requests``, costs each call more than the call itself.

**Source:** package ``stripe`` 16.1, ``HTTPClient`` (what it asks of who carries its calls) and
``RequestsClient`` (which failures may be tried again); urllib3 documentation, "Advanced Usage".
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import stripe
import urllib3
from urllib3.exceptions import DecodeError, HTTPError, LocationValueError, ProtocolError, SSLError

FINAL = (SSLError, DecodeError, LocationValueError)  # the same call would fail the same way


class Line(stripe.HTTPClient):
    """So many connections to one place, by the environment's proxy: asked once, not at each call.

    It follows nobody elsewhere: a redirection is an answer like others.
    """

    name = "urllib3"

    def __init__(self, base: str, *, limits: tuple[float, float], connections: int) -> None:
        super().__init__()
        connect, read = limits
        how: dict[str, Any] = {
            "timeout": urllib3.Timeout(connect=connect, read=read),
            "maxsize": connections,
            "ca_certs": stripe.ca_bundle_path,
            "cert_reqs": "CERT_REQUIRED",
        }
        self._pool: urllib3.PoolManager
        if proxy := _proxy_to(base):
            self._pool = urllib3.ProxyManager(proxy, proxy_headers=_known_as(proxy), **how)
        else:
            self._pool = urllib3.PoolManager(**how)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: object = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Make one call; the library sees to whether it is made again.

        :raises stripe.APIConnectionError: if no whole answer came.
        """
        how: dict[str, Any] = {"headers": headers, "retries": False, "redirect": False}
        final: tuple[type[HTTPError], ...] = FINAL
        try:
            answer = self._pool.urlopen(
                method.upper(), url, body=post_data, preload_content=False, **how
            )
            final = (*FINAL, ProtocolError)  # it was done, and its answer is cut off
            body = answer.data
        except HTTPError as error:
            failure: Any = stripe.APIConnectionError
            again = not isinstance(error, final)
            raise failure(type(error).__name__, should_retry=again) from error
        return body, answer.status, answer.headers

    def close(self) -> None:
        self._pool.clear()


def _proxy_to(base: str) -> str | None:
    there = urlsplit(base)
    if proxy_bypass(there.netloc):
        return None
    known = getproxies()
    proxy = known.get(there.scheme) or known.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _known_as(proxy: str) -> Mapping[str, str]:
    """Return the header that tells a proxy who asks, where its address says that."""
    there = urlsplit(proxy)
    if there.username is None:
        return {}
    name, word = unquote(there.username), unquote(there.password or "")
    return urllib3.make_headers(proxy_basic_auth=f"{name}:{word}")
