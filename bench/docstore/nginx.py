"""nginx with WebDAV PUT: how fast a file can be received by a server in C that does not hash it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from bench.load.servers import Service, find_free_port

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {folder}/incoming;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location = /health {{ return 200; }}
        location / {{ root {folder}/data; dav_methods PUT; create_full_put_path on; }}
    }}
}}
"""


def find_nginx() -> str | None:
    """The program, from PATH or from where Debian puts it."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def write_service(program: str, folder: Path) -> Service:
    """A service with all of its files below `folder`; nginx reads its port from its configuration."""
    (folder / "data").mkdir(parents=True)
    port = find_free_port()
    # Workers of a root-started nginx are nobody otherwise, who may not write here.
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, user=user))
    return Service((program, "-p", str(folder), "-c", str(configuration)), "/health", port=port)
