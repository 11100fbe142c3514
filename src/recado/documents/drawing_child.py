"""The process that draws: a PDF on its input, the number of its pages and one of them as PNG on its output."""

import resource
import struct
import sys
import zlib
from typing import Any

WIDTH = 1200  # pixels: sharp on a phone, readable on a desk
MOST_PIXELS = 12_000_000
MEMORY, CPU_SECONDS = 1 << 30, 15


def main() -> int:
    """Draws the page that the command line names, from 1."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import pypdfium2  # after the limits

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    number, pages = int(sys.argv[1]), len(document)
    sys.stdout.buffer.write(b"%d\n" % pages)
    if 1 <= number <= pages:
        sys.stdout.buffer.write(_picture(document[number - 1]))
    sys.stdout.buffer.flush()
    return 0


def _picture(page: Any) -> bytes:
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    return png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels)


def png(raw: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Rows of pixels (grey, RGB or RGBA, 8 bits each) as a PNG file (W3C PNG, third edition)."""
    rows = b"".join(b"\0" + raw[at * stride : at * stride + width * channels] for at in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


if __name__ == "__main__":
    sys.exit(main())
