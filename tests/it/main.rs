mod code_pages;
mod custom_targets;
mod jsonpath_suite;
mod report;
mod schemas;
mod snap;
mod targets;
