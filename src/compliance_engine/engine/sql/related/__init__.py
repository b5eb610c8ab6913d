"""Records beside the subject, in SQL: the one, the many, the place of work, and what it means when there are none."""
