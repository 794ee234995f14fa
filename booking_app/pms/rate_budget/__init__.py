"""The request budget: what a remote system allows in a while, shared by every process, people first."""
