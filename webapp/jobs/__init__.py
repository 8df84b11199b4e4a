"""From a job's row to its results: what workers see of the database."""
