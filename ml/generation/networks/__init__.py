"""Networks of makers that no library has, in torch: imported only where one is loaded."""
