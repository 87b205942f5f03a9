// A network read at even times, where that is what is asked for.
#pragma once

#include "course.hpp"

namespace cisterna {

// False where the rows do not lie evenly, or are so few, or so much happens at so many distances from them, that one
// instant after the other is the better way, and where rounding may reach `tolerance`.
bool follow_evenly(const Settling& modes, const Program& program, const Reading& reading, double tolerance);

}  // namespace cisterna
