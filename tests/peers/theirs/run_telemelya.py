"""Starts telemelya with what it stands on: a pretend Redis and a pretend S3, all on free ports of this machine.

Run by the peers' own venv. telemelya tells its address on standard error, as uvicorn does.
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

from fakeredis import TcpFakeServer


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as keeps a file and gives it back."""

    kept: ClassVar[dict[str, bytes]] = {}
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer(200)

    def do_PUT(self) -> None:
        self.kept[self.path] = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200)

    def do_GET(self) -> None:
        body = self.kept.get(self.path)
        self.answer(404 if body is None else 200, body or b"")

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    redis, bucket = TcpFakeServer(("127.0.0.1", 0)), ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    for server in (redis, bucket):
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
    os.environ |= {
        "REDIS_URL": f"redis://127.0.0.1:{redis.server_address[1]}/0",
        "MINIO_ENDPOINT": f"127.0.0.1:{bucket.server_address[1]}",
        "MOCK_SERVER_HOST": "127.0.0.1",
        "MOCK_SERVER_PORT": "0",
        "STRICT_EDIT": "true",  # an edit of what was never sent is refused, as Telegram does
    }
    from telemelya.server.app import main as serve  # reads the settings when it is imported

    serve()


if __name__ == "__main__":
    main()
