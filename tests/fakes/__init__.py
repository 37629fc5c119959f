"""Real servers on this machine that stand for Microsoft's; for tests and benchmarks alike."""
