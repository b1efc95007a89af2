"""Addresses as they are counted: whoever has one has its neighbours too."""

import ipaddress

COUNTED_BITS = {4: 24, 6: 64}


def network_of(address: str) -> str:
    """Return the network an address is counted with: its /24, for IPv6 its /64."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{address}/{COUNTED_BITS[version]}", strict=False))
