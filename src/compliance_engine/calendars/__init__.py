"""Which days are business days: shipped tables of holidays, worksite calendars, counting in Python and in SQL."""
