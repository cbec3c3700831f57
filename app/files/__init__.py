"""Files that partners hand in as evidence: uploads taken up by what they are, looked at for harm, and given back."""
