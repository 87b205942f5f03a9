// The part of the module that follows cohorts; see module.cpp.
#pragma once

#include <nanobind/nanobind.h>

void add_cohorts(nanobind::module_& module);
