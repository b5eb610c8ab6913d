"""Rules as SQL: expressions to fragments, fragments to layers, layers to one statement a chunk of rules."""
