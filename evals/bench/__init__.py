"""How fast the product is, each figure beside a bare reference that was measured in the same run (`make bench`)."""
