"""A news site of any size on loopback, as fast as Python serves: `origin.py PAGES`.

Prints its address and serves until it is ended. Each page has 6.5 KB, a headline, a
byline, a date, twelve paragraphs and the usual furniture. With a second argument, a
folder of data sets, so many of their pages are served in place of these.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
from pathlib import Path

from aiohttp import web

PARAGRAPH = (
    "The council met on Monday and spoke at length of the bridge, the road that leads "
    "to it, the money that both will cost, and the people who wait for them, story {n} "
    "of many, paragraph {p}, as the minutes of that evening tell whoever reads them."
)
LINK = "<li><a href='/story/{n}/'>Another story</a></li>"
FURNITURE = "".join(LINK.format(n=n) for n in range(40))


def page(n: int) -> bytes:
    """The n-th page."""
    text = "".join(f"<p>{PARAGRAPH.format(n=n, p=p)}</p>" for p in range(12))
    return (
        f"<html lang=en><head><title>Story {n} of the bridge</title></head><body>"
        f"<nav><ul>{FURNITURE}</ul></nav><main><article>"
        f"<h1>Story {n} of the bridge</h1>"
        f"<p class=byline>By Amina Otieno</p><time datetime='2026-02-{n % 28 + 1:02d}"
        f"T08:00:00Z'></time><div class=entry-content>{text}</div></article></main>"
        "<footer><p>All rights reserved.</p></footer></body></html>"
    ).encode()


def real(data: Path, count: int) -> list[bytes]:
    """Read about `count` of the pages there are, some of each set."""
    files = sorted(data.glob("*/pages/*.html.gz"))
    step = max(1, len(files) // count)
    return [gzip.decompress(file.read_bytes()) for file in files[::step][:count]]


async def serve(bodies: list[bytes]) -> None:
    """Serve pages and their sitemap on a free port."""
    pages = {f"/story/{n}/": body for n, body in enumerate(bodies)}

    async def story(request: web.Request) -> web.Response:
        return web.Response(body=pages[request.path], content_type="text/html")

    async def sitemap(request: web.Request) -> web.Response:
        base = f"http://{request.host}"
        lines = "".join(f"<url><loc>{base}{path}</loc></url>" for path in pages)
        head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        return web.Response(
            text=f"{head}{lines}</urlset>", content_type="application/xml"
        )

    app = web.Application()
    app.router.add_get("/sitemap.xml", sitemap)
    app.router.add_get("/story/{n}/", story)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    if len(sys.argv) > 2:
        asyncio.run(serve(real(Path(sys.argv[2]), wanted)))
    else:
        asyncio.run(serve([page(n) for n in range(wanted)]))
