"""Deal registration: how resellers protect what they bring, and how the vendor decides."""
