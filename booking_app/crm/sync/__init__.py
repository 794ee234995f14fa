"""What goes to a CRM: the fewest facts that are of use there, and only about adults."""
