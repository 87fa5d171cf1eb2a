//! The built program over files of changes and requests.
