"""The engine's side of SPIFFs: what is claimed is decided, and what came back is taken back."""
