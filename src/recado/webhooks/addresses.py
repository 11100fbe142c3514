"""Which addresses may be called. Pure: what a name leads to is looked up elsewhere, and judged here.

A clinic's administrator writes the address, and the server that calls it stands in a network with doors of its own: the
cloud's metadata, the database, a printer. So nothing but public addresses is called, over https, unless whoever runs the server
has named a network (`RECADO_WEBHOOK_NETWORKS`); and never what hands out a machine's own credentials.
"""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST = 500
# Link-local (169.254.169.254 hands out credentials in most clouds) and the addresses that some clouds use in its place.
NEVER: tuple[Network, ...] = (
    ip_network("169.254.0.0/16"),
    ip_network("fe80::/10"),
    ip_network("fd00:ec2::254/128"),
    ip_network("100.100.100.200/32"),
    ip_network("168.63.129.16/32"),
    ip_network("192.0.0.192/32"),
)
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks or single addresses, with commas between them. Raises ValueError."""
    return tuple(ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())


def fault(url: str, networks: Sequence[Network]) -> str:
    """What is wrong with an address as somebody writes it: a key of `types.ADDRESS_FAULTS`; empty: it may be kept. What its
    name leads to is asked each time it is called."""
    if len(url) > LONGEST:
        return "too_long"
    if not url.isascii() or any(letter <= " " or letter == "\\" for letter in url):
        return "unreadable"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "unreadable"
    if parts.scheme != "https" and not (parts.scheme == "http" and networks):
        return "not_https"
    if not parts.hostname or port == 0:
        return "unreadable"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "has_login"
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return ""
    return "" if may_be_called(literal, parts.scheme, networks) else "private"


def may_be_called(address: Address, scheme: str, networks: Sequence[Network]) -> bool:
    """Whether a connection to this address may be opened. Plain http only into a network that the operator has named."""
    meant = tuple(_meant(address))
    if any(one in network for one in meant for network in NEVER):
        return False
    if all(any(one in network for network in networks) for one in meant):
        return True
    return scheme == "https" and all(_is_public(one) for one in meant)


def allowed(found: Iterable[str], scheme: str, networks: Sequence[Network]) -> list[str]:
    """The addresses to call among those that a name leads to, in their order; none: one of them is not allowed, and so none is
    called: a name that leads here and there at once is made to slip through."""
    addresses = [ip_address(one.partition("%")[0]) for one in found]
    if not all(may_be_called(one, scheme, networks) for one in addresses):
        return []
    return [str(one) for one in addresses]


def _meant(address: Address) -> Iterator[Address]:
    """The address, and those that hide inside an IPv6 one: IPv4 mapped into it, 6to4, Teredo and NAT64."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if not isinstance(address, IPv6Address):
        return
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _is_public(address: Address) -> bool:
    if address in NAT64:
        return True  # the address inside is asked by itself
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not is_special
