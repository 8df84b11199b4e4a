"""The Django project and its one app: pages, REST, admin, and the rows behind them."""
