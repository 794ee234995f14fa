"""Coming back: a code by mail proves an address, then Cliniko tells whose it is. Nothing outlives the draft."""
