"""Comparing what is noted here with what stands in Cliniko and the CRMs, and mending what may be mended."""
