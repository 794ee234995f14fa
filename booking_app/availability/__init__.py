"""When something can be booked: windows of start times, cached, coalesced and marked with their age."""
