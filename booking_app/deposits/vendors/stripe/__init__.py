"""Stripe: hosted checkout pages whose payments are captured by us, afterwards."""
