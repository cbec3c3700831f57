"""Claims on SPIFFs: filed by the firm of a representative, decided by the engine, taken back by returns."""
