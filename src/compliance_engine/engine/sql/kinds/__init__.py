"""From the dates and records of a rule to its state: one module for each kind."""
