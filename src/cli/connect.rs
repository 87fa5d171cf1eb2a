//! Flags to sources and sinks: the only file that names concrete ones.
