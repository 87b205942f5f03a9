#include "pace.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace cisterna {
namespace {

constexpr double settled = 45;  // time constants after which e^-45, 3e-20, of a mode is left

void fill(const Settling& modes, double duration, Factors& made) {
    made.duration = duration;
    made.active = modes.always;
    while (made.active < modes.states && modes.rates[made.active] * duration > -settled) ++made.active;
    made.decay.resize(made.active);
    made.filling.resize(made.active);
    made.passed.resize(modes.always);
    for (int at = 0; at < made.active; ++at) {
        const double rate = modes.rates[at], exponent = rate * duration;
        if (exponent < -1) {
            made.decay[at] = std::exp(exponent);
            made.filling[at] = (made.decay[at] - 1) / rate;
        } else {
            const double gained = std::expm1(exponent);
            made.decay[at] = gained + 1;
            made.filling[at] = rate == 0 ? duration : gained / rate;
        }
    }
    for (int at = 0; at < modes.always; ++at) made.passed[at] = modes.passing[at] * duration * made.decay[at];
}

}  // namespace

const Factors& Pace::over(double duration) {
    const std::uint64_t mixed = std::bit_cast<std::uint64_t>(duration) * 0x9E3779B97F4A7C15u;
    Factors& kept = kept_[mixed >> (64 - bits)];
    if (kept.duration != duration) fill(modes_, duration, kept);
    return kept;
}

}  // namespace cisterna
