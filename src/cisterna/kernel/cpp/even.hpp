// A network read at even times, where that is what is asked for.
#pragma once

#include "course.hpp"

namespace cisterna {

enum class Even { followed, drowned, none };

// `none` where the rows do not lie evenly, or are so few, or so much happens at so many distances from them, that
// one instant after the other is the better way; `drowned` where rounding may reach `tolerance`.
Even follow_evenly(const Settling& modes, const Program& program, const Reading& reading, double tolerance);

}  // namespace cisterna
