"""The server's entry: `gunicorn shop.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

application = get_wsgi_application()

# All that has been loaded stays: the collector, which would walk through it time and again, is not to look at it any
# more, nor at what a page makes before the page is done. It was a twentieth of what pages cost.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
