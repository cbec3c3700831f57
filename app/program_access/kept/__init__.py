"""How an agreement is kept: what scorecards and the gates of incentives read, measured in one place."""
