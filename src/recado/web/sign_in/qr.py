"""A QR code as one path of an SVG, so that no markup made elsewhere is put into a page."""

import qrcode  # type: ignore[import-untyped]


def drawing(text: str) -> tuple[int, str]:
    """The number of squares on a side, and the path that fills the dark ones."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    squares = code.get_matrix()
    runs = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(squares) for x, is_dark in enumerate(row) if is_dark)
    return len(squares), "".join(runs)
