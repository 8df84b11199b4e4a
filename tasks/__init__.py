"""Runs ml pipelines on Celery workers. Knows jobs only through the JobStore port; never Django."""
