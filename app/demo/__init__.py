"""The demo network: two vendors, their distributors and resellers, and two years of what they sold, all of it made up."""
