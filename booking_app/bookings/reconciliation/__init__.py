"""Comparing what is noted here with what stands in Cliniko and the CRMs, and fixing what may be fixed."""
