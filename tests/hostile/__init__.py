"""What whoever means harm, or errs, may send: one question a file."""
