"""One module per noun of the Cliniko API."""
