"""How a GraphQL document is executed. Knows no feature."""
