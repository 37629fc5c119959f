"""What the development group takes along: exports of what is stored."""
