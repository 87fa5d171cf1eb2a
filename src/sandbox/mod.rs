//! A HiBob on loopback with an invented company, for demos and tests. Knows nothing of mappings.
