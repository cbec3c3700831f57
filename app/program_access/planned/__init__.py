"""How the targets of joint business plans stand, from the same figures as everything else, measured in one place."""
