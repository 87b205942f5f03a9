// What eigenvectors lack, to twice the digits of a double. Compiled for several vector widths; see loops.hpp.
#pragma once

namespace cisterna {

// The entries of a square matrix that are not 0: those of row i are `factors` from begins[i] to begins[i + 1],
// each in the column of the same number in `places`.
struct Rows {
    int count;
    const int* begins;
    const int* places;
    const double* factors;
};

#ifdef CISTERNA_WIDTH
namespace CISTERNA_WIDTH {
// sums (count, columns) = matrix vectors - vectors values, `vectors` (count, columns) being columns with
// `values` (columns). `rests` holds one row.
void residual(const Rows& matrix, int columns, const double* values, const double* vectors, double* sums,
              double* rests);
}  // namespace CISTERNA_WIDTH
#endif

}  // namespace cisterna
