"""Claims against approved requests: filed with proof, decided and paid by the vendor's finance."""
