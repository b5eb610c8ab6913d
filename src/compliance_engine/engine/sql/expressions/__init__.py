"""Checked expressions of the rule language → SQL: one small template for each form."""
