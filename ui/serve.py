"""Serve the page on this machine.

The page is mounted in an application of our own and run by uvicorn, which Gradio brings: Gradio's own ``launch`` asks
itself over HTTP through whatever proxy the environment names, and reads more of the environment than we want.
"""

from __future__ import annotations

import os
import socket
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import UsageError

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag import Assistant

_HERE = Path(__file__).parent
_PORTS_TRIED = 100
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The browser itself then refuses whatever would be loaded from another host."""


def serve(assistant: Assistant, host: str, port: int, open_browser: bool = False) -> None:
    """Serve the page until Ctrl-C; its address is printed on stdout once it can be opened.

    Raises:
        UsageError: the address cannot be served on.
    """
    with closing(listen(host, port)) as listener:
        server = make_server(assistant, host)
        address = address_of(listener)
        try:
            print(f"citetrail is at {address}   (Ctrl-C stops it)", flush=True)
            if open_browser:
                webbrowser.open(address)
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            print("Stopped.")


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``port``, or on the next free one after it.

    Raises:
        UsageError: the host is not an address of this machine, or no port is free.
    """
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(f"There is no address {host!r} to serve on ({error}).", "Use --host 127.0.0.1.") from error
    refused = ""
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # so that a port left a moment ago is free; on Windows it would share one in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((place[0], candidate))
            listener.listen(128)
            return listener
        except OSError as error:
            listener.close()
            refused = error.strerror or str(error)
    mend = "Name another with --port, or another address with --host."
    raise UsageError(f"No port from {port} on can be served on at {host!r}: {refused}.", mend)


def address_of(listener: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def make_server(assistant: Assistant, host: str) -> uvicorn.Server:
    """Return a server of the page, not yet running."""
    import uvicorn

    class Patient(uvicorn.Server):
        """Ends in order when Ctrl-C comes twice, too: cut short, it would print a traceback, and it takes a second."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            super().handle_exit(sig, frame)
            self.force_exit = False

    app = make_app(assistant, host)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    return Patient(config)


def make_app(assistant: Assistant, host: str) -> FastAPI:
    """Return the page as an application.

    On loopback only requests that name this machine are answered, so that no page elsewhere can have its own name
    resolved to it and read the library through the visitor's browser.
    """
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.page import build_page

    page = build_page(assistant)
    app = FastAPI(openapi_url=None)
    if host in ("127.0.0.1", "localhost"):
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.add_middleware(SafeHeaders)
    gr.mount_gradio_app(
        app, page, path="/", server_name=host, theme=_theme(), css_paths=_HERE / "page.css",
        js=(_HERE / "page.js").read_text(encoding="utf-8"), favicon_path=str(_HERE / "icon.svg"),
        footer_links=[], run_history=False, show_error=False, ssr_mode=False, mcp_server=False, pwa=False,
        enable_monitoring=False, root_path="",
    )  # fmt: skip
    return app


class SafeHeaders:
    """Adds our headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _theme() -> object:
    """Return a plain theme in the system's own fonts: none is loaded from anywhere."""
    import gradio as gr

    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "monospace"],
    )
