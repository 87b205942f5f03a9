// Slow modes of the core made exact to rounding.
#pragma once

#include "network.hpp"

namespace cisterna {

// One step of Newton on the slow modes of the core, in `modes`: what a solver leaves of an error, some units in
// the last place of the fastest rate, is many of a slow one. False where they lie too far off for that.
bool sharpen_slow_modes(const double* rate_matrix, Modes& modes);

}  // namespace cisterna
