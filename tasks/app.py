"""The Celery app and its lanes."""

from __future__ import annotations

import os
import warnings
from datetime import timedelta

from celery import Celery
from kombu import Exchange, Queue

from tasks.lanes import LANES

# In a container root is usual. What Celery fears are messages that bring code along; ours are ids.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

app = Celery("prosopa", include=["tasks.jobs"])
app.conf.update(
    broker_url=os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    broker_transport_options={
        # A short one runs long jobs again and again; lost messages are the reaper's task.
        "visibility_timeout": int(timedelta(days=1).total_seconds()),
        # Announcing fails at once when the broker is down: the reaper announces later.
        "max_retries": 0,
        "interval_start": 0,
        "socket_connect_timeout": 2,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,  # results live in the database
    # The nameless exchange goes by queue name alone: nothing to lose when the broker is flushed.
    task_queues=[Queue(lane, Exchange(""), routing_key=lane) for lane in LANES],
    task_default_queue="cpu-later",
    task_create_missing_queues=False,
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,  # an idle worker, not a busy one, takes the next job
    worker_proc_alive_timeout=120,  # a child loads its models before it says that it is there
    worker_lost_wait=1.0,  # seconds until the lane goes on after a model killed its process
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
)
