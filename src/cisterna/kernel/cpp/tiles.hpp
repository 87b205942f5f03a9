// Products of dense matrices, row after row, by tiles that fit into registers: a compiler left alone shuffles rows and
// columns of a small tile.
#pragma once

#include "eights.hpp"

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr int tile_rows = 4, tile_columns = 32, narrow_rows = 8, narrow_columns = 8;

// Left (Rows, inner), rows `stride` apart, times right (inner, Columns); rows of right and product `width` apart.
template <int Rows, int Columns>
void tile(int inner, int stride, int width, const double* left, const double* right, double* product) {
    constexpr int vectors = Columns / 8;
    Loose sums[Rows][vectors] = {};
    for (int k = 0; k < inner; ++k) {
        const Loose* own = reinterpret_cast<const Loose*>(right + static_cast<long long>(k) * width);
        for (int row = 0; row < Rows; ++row)
            for (int vector = 0; vector < vectors; ++vector) sums[row][vector] += left[row * stride + k] * own[vector];
    }
    for (int row = 0; row < Rows; ++row)
        for (int vector = 0; vector < vectors; ++vector)
            reinterpret_cast<Loose*>(product + static_cast<long long>(row) * width)[vector] = sums[row][vector];
}

template <int Rows, int Columns>
void tiles(int rows, int inner, int stride, int width, const double* left, const double* right, double* product) {
    int row = 0;
    for (; row + Rows <= rows; row += Rows)
        tile<Rows, Columns>(inner, stride, width, left + static_cast<long long>(row) * stride, right,
                            product + static_cast<long long>(row) * width);
    if constexpr (Rows > 4)
        for (; row + 4 <= rows; row += 4)
            tile<4, Columns>(inner, stride, width, left + static_cast<long long>(row) * stride, right,
                             product + static_cast<long long>(row) * width);
    for (; row < rows; ++row)
        tile<1, Columns>(inner, stride, width, left + static_cast<long long>(row) * stride, right,
                         product + static_cast<long long>(row) * width);
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
