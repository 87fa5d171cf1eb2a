mod jsonpath_suite;
