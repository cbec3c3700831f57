"""What the demo's people do with programmes, deals and funds, scene by scene."""
