//! What stops a run: Ctrl-C.
