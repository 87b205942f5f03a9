// How many values fall into which part of their range, for quantiles without keeping a value.
#pragma once

#include <vector>

namespace cisterna {

// Values of `patients` in as many quantities as are counted, so far apart.
struct Values {
    int patients = 0;
    const double* first = nullptr;
    long long patient_stride = 0, row_stride = 1;
};

// The part of a value: where `per_unit` is 0 its bits without the last `shift`, counted from `first` on, else how
// many even parts lie below it from `low` on. Part 0 is for what lies below, the last for what lies above.
struct Parts {
    long long count = 0;
    int shift = 0;
    long long first = 0;
    double low = 0, per_unit = 0;
};

// Adds to `counts` (rows, parts) and widens `least` and `most` (rows).
void count(const std::vector<Values>& values, int rows, const Parts& parts, unsigned* counts, double* least, double* most);

}  // namespace cisterna
