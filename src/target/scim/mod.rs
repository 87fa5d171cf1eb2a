//! SCIM 2.0 (RFC 7643). Mappings use flat names; each field knows its place in the nested record.

pub mod user;

/// The URN of the core user (RFC 7643 §4.1).
pub const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URN of the extension for companies (RFC 7643 §4.3).
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
