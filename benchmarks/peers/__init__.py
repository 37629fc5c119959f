"""The servers that Kärki is compared with, each run as a process of its own."""
