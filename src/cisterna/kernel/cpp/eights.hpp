// Eight numbers at once, whatever the processor's width, and room for them.
#pragma once

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

// They lie at multiples of their size, and so does all that `taken` gives of a room that begins at one.
typedef double Eight __attribute__((vector_size(64), may_alias));
typedef long long Whole __attribute__((vector_size(64), may_alias));
typedef unsigned long long Bits __attribute__((vector_size(64), may_alias));

[[maybe_unused]] double size_of(double value) { return value < 0 ? -value : value; }

[[maybe_unused]] double* taken(double*& room, long long count) {
    double* found = room;
    room += (count + 7) / 8 * 8;
    return found;
}

// The same bits as numbers, or the same numbers as bits.
template <typename To, typename From>
inline const To& bits_of(const From& from) {
    return reinterpret_cast<const To&>(from);
}

// Adds 1 where two numbers differ in sign.
inline void count_changes(const Eight& one, const Eight& other, Whole& changes) {
    const Bits change = (bits_of<Bits>(one) ^ bits_of<Bits>(other)) >> 63;
    changes += bits_of<Whole>(change);
}

inline void sizes_of(const Eight& values, Eight& sizes) {
    const Whole bits = bits_of<Whole>(values) & 0x7fffffffffffffff;
    sizes = bits_of<Eight>(bits);
}

inline void roots_of(const Eight& values, Eight& roots) {
    const double* from = reinterpret_cast<const double*>(&values);
    double* to = reinterpret_cast<double*>(&roots);
    for (int lane = 0; lane < 8; ++lane) to[lane] = __builtin_sqrt(from[lane]);
}

inline bool none(const Whole& flags) {
    const long long* flag = reinterpret_cast<const long long*>(&flags);
    long long any = 0;
    for (int lane = 0; lane < 8; ++lane) any |= flag[lane];
    return any == 0;
}

// e to the power of x, which is at most 0, to about a unit in the last place, 0 below -700; and the same less 1, to
// as many digits. The power of 2 nearest to it is split off, and the rest, at most ln 2 / 2, goes through the series
// of 14 terms.
inline void exp_of(const Eight& x, Eight& made, Eight& less_one) {
    constexpr double per_octave = 1.4426950408889634, octave = 6.93147180369123816490e-01, octave_rest = 1.90821492927058770002e-10;
    constexpr double whole = 6755399441055744.0;  // 1.5 times 2^52: adding it rounds to a whole number
    const Eight kept = x < -700.0 ? Eight{} - 700.0 : x;
    const Eight shifted = kept * per_octave + whole, octaves = shifted - whole;
    const Eight rest = (kept - octaves * octave) - octaves * octave_rest;
    Eight sum = Eight{} + 1.0 / 6227020800.0;  // 1 / 13!
    constexpr double terms[] = {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1.0};
    for (const double term : terms) sum = sum * rest + term;
    const Whole power = (reinterpret_cast<const Whole&>(shifted) - 0x4338000000000000LL + 1023) << 52;
    made = x < -700.0 ? Eight{} : (sum * rest + 1.0) * reinterpret_cast<const Eight&>(power);
    less_one = octaves == 0.0 ? sum * rest : made - 1.0;
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
