// Eight numbers at once, whatever the processor's width, and room for them.
#pragma once

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

// They lie at multiples of their size, and so does all that `taken` gives of a room that begins at one.
typedef double Eight __attribute__((vector_size(64), may_alias));
typedef long long Whole __attribute__((vector_size(64), may_alias));

[[maybe_unused]] double size_of(double value) { return value < 0 ? -value : value; }

[[maybe_unused]] double* taken(double*& room, long long count) {
    double* found = room;
    room += (count + 7) / 8 * 8;
    return found;
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
