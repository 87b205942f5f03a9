#include "counting.hpp"

#include <algorithm>
#include <bit>

namespace cisterna {
namespace {

constexpr int together = 4;  // rows: enough for values of one line of the cache, few enough for their counts to stay in it

template <int Rows>
void count_rows(const Counted& counted, int row, unsigned* counts, double* least, double* most) {
    double low[Rows], high[Rows];
    std::copy_n(least + row, Rows, low);
    std::copy_n(most + row, Rows, high);
    const double* values = counted.values + row * counted.row_stride;
    for (int patient = 0; patient < counted.patients; ++patient, values += counted.patient_stride)
        for (int own = 0; own < Rows; ++own) {
            const double value = std::max(values[own * counted.row_stride], 0.0);
            low[own] = std::min(low[own], value);
            high[own] = std::max(high[own], value);
            const long long part = (std::bit_cast<long long>(value) >> counted.shift) - counted.first + 1;
            ++counts[(row + own) * counted.parts + std::clamp(part, 0LL, counted.parts - 1)];
        }
    std::copy_n(low, Rows, least + row);
    std::copy_n(high, Rows, most + row);
}

}  // namespace

void count(const Counted& counted, unsigned* counts, double* least, double* most) {
    int row = 0;
    for (; row + together <= counted.rows; row += together) count_rows<together>(counted, row, counts, least, most);
    for (; row < counted.rows; ++row) count_rows<1>(counted, row, counts, least, most);
}

}  // namespace cisterna
