mod jsonpath_suite;
mod custom_targets;
mod targets;
