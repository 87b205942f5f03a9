// The part of the module that responds to levels and counts values; see module.cpp.
#pragma once

#include <nanobind/nanobind.h>

void add_responses(nanobind::module_& module);
