//! iCalendar (RFC 5545), which calendars import and subscribe to. `dry-run --format ics` writes the file.

pub mod event;
