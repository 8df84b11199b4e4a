"""The Celery app and its lanes."""

from __future__ import annotations

import os
from datetime import timedelta

from celery import Celery

LANES = ("cpu-now", "cpu-later", "gpu-now", "gpu-later")

app = Celery("prosopa", include=["tasks.jobs"])
app.conf.update(
    broker_url=os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    # A short visibility timeout runs long jobs again and again; lost ones are the reaper's task.
    broker_transport_options={"visibility_timeout": int(timedelta(days=1).total_seconds())},
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,  # results live in the database
    task_default_queue="cpu-later",
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)
