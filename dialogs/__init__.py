"""Everything Kärki can do, with no Teams in it: a turn goes in, replies come out."""
