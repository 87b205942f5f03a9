// The line of a ladder, without its hub, as the sweeps along it read it.
#pragma once

#include "eights.hpp"
#include "ladder.hpp"

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double nearest = 1e-13;  // of the rate of the leaves: nearest to them that a mode is looked for

// Let `a` be how far a mode lies above the leaves: its rate is leaf_back - a. Scaled by the weights under which
// the exchanges are symmetric, a node has the admittance y(a) = own + weight a - leaf leaf_back / a to all but its
// neighbours, and `between` is the conductance to the next node. Divided by the weights it is a symmetric matrix of
// three diagonals: diagonal + a - to_leaf leaf_back / a, and beside it the roots of `crossed`.
struct Line {
    int nodes, leaves;
    double leaf_back, fastest;  // no mode is as fast as `fastest`
    const double* to_leaf;
    double *weight, *of_weight, *own, *leaf, *to_hub, *between, *diagonal, *crossed;
};

Line line_of(const Ladder& ladder, double*& room) {
    const int n = ladder.nodes;
    Line line{n, 0, ladder.leaf_back, ladder.leaf_back, ladder.to_leaf, taken(room, n), taken(room, n),
              taken(room, n), taken(room, n), taken(room, n), taken(room, n), taken(room, n), taken(room, n)};
    for (int i = 0; i < n; ++i) {
        const bool last = i + 1 == n;
        const double exchanged = (i > 0 ? ladder.down[i - 1] : 0.0) + (last ? 0.0 : ladder.up[i]);
        const double lost = ladder.to_leaf[i] + ladder.to_hub[i], out = exchanged + lost;
        line.weight[i] = i == 0 ? 1.0 : line.weight[i - 1] * (ladder.up[i - 1] / ladder.down[i - 1]);
        line.of_weight[i] = 1 / line.weight[i];
        line.to_hub[i] = line.weight[i] * ladder.to_hub[i];
        line.leaf[i] = line.weight[i] * ladder.to_leaf[i];
        line.own[i] = line.weight[i] * (ladder.to_hub[i] - ladder.leaf_back) + line.leaf[i];
        line.between[i] = last ? 0.0 : line.weight[i] * ladder.up[i];
        line.diagonal[i] = exchanged + (lost - ladder.leaf_back);
        line.crossed[i] = last ? 0.0 : ladder.up[i] * ladder.down[i];
        line.leaves += ladder.to_leaf[i] > 0;
        line.fastest = out > line.fastest ? out : line.fastest;
    }
    line.fastest *= 2;  // Gershgorin
    return line;
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
