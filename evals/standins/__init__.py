"""Local servers that speak the protocols of vendors and models over real sockets: tests, demo and evals share them."""
