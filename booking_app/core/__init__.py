"""What every package stands on: database, clock, settings, sealing, failures, logging, dates, mail, outbound HTTP."""
