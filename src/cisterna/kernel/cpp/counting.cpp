#include "counting.hpp"

#include <algorithm>
#include <bit>

namespace cisterna {
namespace {

constexpr int together = 4;  // rows: enough for values of one line of the cache, few enough for their counts to stay in it

template <bool Even>
long long part_of(double value, const Parts& parts) {
    if constexpr (Even) {
        const double place = (value - parts.low) * parts.per_unit;
        return place < 0 ? 0 : static_cast<long long>(std::min(place, static_cast<double>(parts.count))) + 1;
    }
    return (std::bit_cast<long long>(value) >> parts.shift) - parts.first + 1;
}

template <int Rows, bool Even>
void count_rows(const std::vector<Values>& values, int row, const Parts& parts, unsigned* counts, double* least, double* most) {
    double low[Rows], high[Rows];
    std::copy_n(least + row, Rows, low);
    std::copy_n(most + row, Rows, high);
    for (const Values& some : values) {
        const double* of_patient = some.first + row * some.row_stride;
        for (int patient = 0; patient < some.patients; ++patient, of_patient += some.patient_stride)
            for (int own = 0; own < Rows; ++own) {
                const double value = std::max(of_patient[own * some.row_stride], 0.0);
                low[own] = std::min(low[own], value);
                high[own] = std::max(high[own], value);
                ++counts[(row + own) * parts.count + std::clamp(part_of<Even>(value, parts), 0LL, parts.count - 1)];
            }
    }
    std::copy_n(low, Rows, least + row);
    std::copy_n(high, Rows, most + row);
}

template <bool Even>
void count_all(const std::vector<Values>& values, int rows, const Parts& parts, unsigned* counts, double* least, double* most) {
    int row = 0;
    for (; row + together <= rows; row += together) count_rows<together, Even>(values, row, parts, counts, least, most);
    for (; row < rows; ++row) count_rows<1, Even>(values, row, parts, counts, least, most);
}

}  // namespace

void count(const std::vector<Values>& values, int rows, const Parts& parts, unsigned* counts, double* least, double* most) {
    if (parts.per_unit > 0) count_all<true>(values, rows, parts, counts, least, most);
    else count_all<false>(values, rows, parts, counts, least, most);
}

}  // namespace cisterna
