// Eight numbers at once, whatever the processor's width, and room for them.
#pragma once

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

// They lie at multiples of their size, and so does all that `taken` gives of a room that begins at one.
typedef double Eight __attribute__((vector_size(64), may_alias));
typedef long long Whole __attribute__((vector_size(64), may_alias));
typedef double Loose __attribute__((vector_size(64), aligned(8), may_alias));  // lies anywhere
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

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
