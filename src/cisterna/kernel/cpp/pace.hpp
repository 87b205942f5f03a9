// What a duration does to modes.
#pragma once

#include <array>

#include "loops.hpp"
#include "network.hpp"

namespace cisterna {

// Factors over one duration: of each mode, of a constant input into it, and of what a chain passes on. From
// `active` on the modes have settled: they are what the input of the duration makes of them.
struct Factors {
    double duration = -1;
    int active = 0;
    std::vector<double> decay, filling, passed;
};

// The factors of the durations of one run; those of the last few are kept.
class Pace {
  public:
    explicit Pace(const Settling& modes) : modes_(modes) {}

    const Factors& over(double duration);

  private:
    static constexpr int bits = 6;
    const Settling& modes_;
    std::array<Factors, 1 << bits> kept_;
};

}  // namespace cisterna
