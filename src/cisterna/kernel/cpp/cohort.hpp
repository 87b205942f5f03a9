// Many ladders, each with rates and happenings of its own, followed on one even grid.
#pragma once

#include "channel.hpp"
#include "ladder.hpp"

namespace cisterna {

// Arrays of `patients`, row after row. `rates` (patients, rates_of(nodes) + 2) in the order of Ladder, then gut
// and skin; `entries` (patients, kinds, nodes), `weights` (patients, terms). Happenings of patient i are those from
// offsets[i] to offsets[i + 1]; their kinds are those of channel_of.
struct Cohort {
    int patients = 0, nodes = 0, leaves = 0, kinds = 0, outputs = 0, terms = 0;
    const double* rates = nullptr;
    const double* entries = nullptr;
    const int* of_output = nullptr;
    const int* of_state = nullptr;
    const double* weights = nullptr;
    const long long *change_offsets = nullptr, *change_ticks = nullptr, *change_kinds = nullptr;
    const double* change_rates = nullptr;
    const long long *dose_offsets = nullptr, *dose_ticks = nullptr, *dose_kinds = nullptr;
    const double* dose_amounts = nullptr;
};

// What is wanted of each patient, or null: `grid` (patients, outputs, steps + 1), `means`, `peaks`
// and `troughs` (patients, outputs, days), `at` (patients, outputs, count), `integrals` (patients, integrated, steps + 1) of the
// outputs `of_integrals` over time from the begin of the grid on.
struct Answers {
    double *grid = nullptr, *means = nullptr, *peaks = nullptr, *troughs = nullptr, *at = nullptr;
    int count = 0;
    const long long* ticks = nullptr;
    bool repeats = false;
    int integrated = 0;
    const int* of_integrals = nullptr;
    double* integrals = nullptr;
    unsigned char* left = nullptr;  // (patients) 1 where the kernel cannot answer for its rounding
};

constexpr int most_kinds = 8;

// Rates of a ladder; those of gut and skin come after them.
constexpr int rates_of(int nodes) { return 5 * nodes + 2; }

void follow_cohort(const Cohort& cohort, const Grid& grid, const Answers& answers, double tolerance);

}  // namespace cisterna
