#include "residual.hpp"

// Sums of products to twice the digits of a double (Dekker 1971, Numer Math 18:224), so that what large terms
// leave of one another is known. Compiled without contraction: a product that is fused with a sum would
// break the pairs of sum and error.

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

// What `product`, the rounded one, lacks of one * other, exactly.
inline double error_of(double one, double other, double product) {
#if defined(__FMA__) || defined(__aarch64__)
    return __builtin_fma(one, other, -product);
#else
    constexpr double half = 134217729;  // 2^27 + 1 cuts a double into two halves
    const double one_far = half * one, other_far = half * other;
    const double one_high = one_far - (one_far - one), other_high = other_far - (other_far - other);
    const double one_low = one - one_high, other_low = other - other_high;
    return ((one_high * other_high - product) + one_high * other_low + one_low * other_high) + one_low * other_low;
#endif
}

inline void add_product(double one, double other, double& sum, double& rest) {
    const double product = one * other, before = sum;
    sum = before + product;
    const double added = sum - before;
    rest += ((before - (sum - added)) + (product - added)) + error_of(one, other, product);
}

}  // namespace

void residual(const Rows& matrix, int columns, const double* values, const double* vectors, double* sums,
              double* rests) {
    for (int row = 0; row < matrix.count; ++row, sums += columns) {
        for (int column = 0; column < columns; ++column) sums[column] = rests[column] = 0;
        for (int term = matrix.begins[row]; term < matrix.begins[row + 1]; ++term) {
            const double factor = matrix.factors[term];
            const double* other = vectors + matrix.places[term] * columns;
            for (int column = 0; column < columns; ++column)
                add_product(factor, other[column], sums[column], rests[column]);
        }
        const double* own = vectors + row * columns;
        for (int column = 0; column < columns; ++column) {
            add_product(-values[column], own[column], sums[column], rests[column]);
            sums[column] += rests[column];
        }
    }
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
