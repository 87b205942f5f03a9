// A network followed over time under input that is constant between instants.
#pragma once

#include "network.hpp"

namespace cisterna {

// What happens in one run: `instants` (k + 1) in ticks, ascending, and `inputs` (k, m) constant between them,
// distributed over the states by `input_matrix` (n, m); `additions` (a, n) at instants `places` (a),
// ascending; `initial` (n) is the state before the first instant.
struct Program {
    int steps = 0;
    int inputs = 0;
    int additions = 0;
    const long long* instants = nullptr;
    double ticks_per_hour = 1;
    const double* input_matrix = nullptr;
    const double* input = nullptr;
    const long long* places = nullptr;
    const double* added = nullptr;
    const double* initial = nullptr;
};

// What is read of it: `outputs` sums of states with the weights `read` (outputs, n), at the instants `rows`,
// ascending, into `values` (rows, outputs); and the last state into `last` (n).
struct Reading {
    int outputs = 0;
    int count = 0;
    const double* read = nullptr;
    const long long* rows = nullptr;
    double* values = nullptr;
    double* last = nullptr;
};

// False where rounding, as bounded from the sizes of the modes, may reach `tolerance` of the largest value of
// any output; what was read is then not to be used.
bool follow(const Settling& modes, const Program& program, const Reading& reading, double tolerance);

}  // namespace cisterna
