"""stub"""
def build_examples(entry, keys, base, vocabulary): return (), []
