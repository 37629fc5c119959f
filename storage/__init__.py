"""What Kärki remembers: records, the Store's promises, and one engine per kind of database."""
