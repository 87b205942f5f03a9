// The exponential and the logarithm of eight numbers, right to a few units in the last place.
#pragma once

#include "eights.hpp"

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double log_of_two_high = 0x1.62e42feep-1, log_of_two_low = 0x1.a39ef35793c76p-33;
constexpr double farthest = 700;  // e^700 is still a number; what lies beyond is taken as this

// e^x, and the same less 1 to as many digits: 2^n times a series for what is left, at most log(2) / 2.
inline void exp_of(const Eight& x, Eight& made, Eight& less_one) {
    constexpr double magic = 0x1.8p52;  // a sum with it is rounded to whole numbers, its lowest bits
    const Eight kept = x < -farthest ? Eight{} - farthest : x > farthest ? Eight{} + farthest : x;
    const Eight shifted = kept * 0x1.71547652b82fep0 + magic, whole = shifted - magic;
    const Eight rest = (kept - whole * log_of_two_high) - whole * log_of_two_low;
    Eight sum = Eight{} + 1.0 / 6227020800.0;  // of rest^13
    constexpr double terms[] = {1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0,
                                1.0 / 720.0,       1.0 / 120.0,      1.0 / 24.0,      1.0 / 6.0,      0.5,           1.0};
    for (const double term : terms) sum = sum * rest + term;
    const Whole power = ((Whole)shifted << 52) + (1023LL << 52);
    made = (sum * rest + 1.0) * (Eight)power;
    less_one = whole == 0.0 ? sum * rest : made - 1.0;
}

// Takes x, above 0, to log x: the exponent, and 2 artanh((m - 1) / (m + 1)) of the digits m about 1.
inline void to_log(Eight& x) {
    constexpr long long digits = (1LL << 52) - 1, half = 0x3fe6a09e667f3bcdLL;  // the root of one half
    const Whole bits = (Whole)x - half;
    const Whole exponent = bits >> 52;
    const Eight whole = (Eight)(exponent + 0x4338000000000000LL) - 0x1.8p52;
    const Eight m = (Eight)((bits & digits) + half);
    const Eight share = (m - 1.0) / (m + 1.0), square = share * share;
    Eight sum = Eight{} + 1.0 / 19;
    for (int odd = 17; odd >= 1; odd -= 2) sum = sum * square + 1.0 / odd;
    x = whole * log_of_two_high + (2 * share * sum + whole * log_of_two_low);
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
