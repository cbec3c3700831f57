"""The daily digest: one mail with what somebody has to act on."""
