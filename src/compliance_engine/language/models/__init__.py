"""The shape of rule files and policies: which keys there are and what stands behind each."""
