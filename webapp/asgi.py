"""What the web server runs: Django behind the body limit."""

from __future__ import annotations

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
# Each request has a thread of its own, and PostgreSQL refuses the hundredth connection.
os.environ.setdefault("DATABASE_CONNECTIONS", "20")
django = get_asgi_application()

from django.conf import settings  # noqa: E402

from webapp.body import BodyLimit  # noqa: E402

# WhiteNoise gives Django each static file as an open file, which is read here in one go: right for
# files of some kilobytes, and nothing to tell whoever started the server.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

application = BodyLimit(
    django,
    upload_bytes=settings.MAX_UPLOAD_BYTES,
    other_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    strangers_bytes=1024**2,
    session=settings.SESSION_COOKIE_NAME,
)
