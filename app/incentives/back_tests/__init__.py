"""What a rule would have paid over history, before anybody is offered it."""
