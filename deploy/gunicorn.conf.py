"""Gunicorn's settings; the service starts it with `--config deploy/gunicorn.conf.py`."""

import multiprocessing

bind = "unix:/run/endpaper/gunicorn.sock"
control_socket = "/run/endpaper/gunicorn.ctl"

# Pages are short pieces of CPU work and database work: processes for the one, a few threads for the other.
workers = 2 * multiprocessing.cpu_count() + 1
worker_class = "gthread"
threads = 2

# nginx reads slow clients' requests to the end before it passes them on, so a slow one here is a fault.
timeout = 30
graceful_timeout = 30

# A worker starts afresh now and then, each at its own moment.
max_requests = 10_000
max_requests_jitter = 1_000

accesslog = None  # nginx writes it
errorlog = "-"
