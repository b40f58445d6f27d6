"""What we compare with: the least that does the same work with the same tools. Not part of the product."""
