"""GSM-7 as it travels on the air: eight septets in seven octets (TS 23.038, 6.1.2.1). Some carriers want it so already."""

CARRIAGE_RETURN = 0x0D


def fill_bits(header: int) -> int:
    """Bits between a header of so many octets and the first septet, which begins on a septet's edge."""
    return -header * 8 % 7


def pack(septets: bytes, header: int = 0) -> bytes:
    """Septets as octets, behind a header of `header` octets.

    Where seven bits would be left over they hold a carriage return, so that nobody reads an @ there (6.1.2.3.1).
    """
    fill = fill_bits(header)
    if (fill + 7 * len(septets)) % 8 == 1:
        septets += bytes((CARRIAGE_RETURN,))
    number, shift = 0, fill
    for septet in septets:
        number |= (septet & 0x7F) << shift
        shift += 7
    return number.to_bytes((shift + 7) // 8, "little") if septets else b""


def unpack(octets: bytes, header: int = 0) -> bytes:
    """Octets as septets. A carriage return that fills the last octet whole is left out. Never raises."""
    fill = fill_bits(header)
    number = int.from_bytes(octets, "little") >> fill
    count = max(0, (8 * len(octets) - fill) // 7)
    septets = bytes((number >> 7 * place) & 0x7F for place in range(count))
    is_full = (8 * len(octets) - fill) % 7 == 0
    return septets[:-1] if is_full and septets.endswith(b"\r") else septets
