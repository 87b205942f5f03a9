// How many values fall into which part of their range, for quantiles without keeping a value.
#pragma once

namespace cisterna {

// Values of `patients` in `rows` quantities, so far apart; the part of a value is its bits without the last `shift`,
// counted from `first` on, 0 for what lies below, the last for what lies above.
struct Counted {
    int patients = 0, rows = 0;
    const double* values = nullptr;
    long long patient_stride = 0, row_stride = 1;
    int shift = 0;
    long long first = 0, parts = 0;
};

// Adds to `counts` (rows, parts) and widens `least` and `most` (rows).
void count(const Counted& counted, unsigned* counts, double* least, double* most);

}  // namespace cisterna
