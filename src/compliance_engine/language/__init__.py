"""The rule language: from the text of rule files to a checked rule set."""
