"""What distributors did to enable their resellers."""
