"""Who may do what: the role matrix, the actor behind a token, the guard of the graph, the authorization server."""
