"""What happens at a payment vendor for a deposit: one module a task, each looking before it acts again."""
