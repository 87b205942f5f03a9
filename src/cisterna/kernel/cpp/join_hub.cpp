#include "eights.hpp"
#include "ladder.hpp"

// The hub turns the modes of the line into poles of the whole: l = l_k + d with d = w_k / F_k(l), where
// F_k(l) = l + (what the hub loses) - (what its side gives back) - sum over the other modes of w_j / (l - l_j),
// and w is what a mode gives to the hub times what it takes from it. Each equation is solved in the distance d,
// so that no digit is lost where the hub hardly matters; the two poles of hub and side come from Newton's method.

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr int most_turns = 12;
constexpr double precision = 1e-16, nearly = 1e-14, small = 1e-10;

// What hub and side are at a rate of -`rate`, less the modes: value, slope, and what the side holds of the hub.
struct Hub {
    Eight value, slope, side;

    Hub(const Ladder& ladder, double loss, const Eight& growth) {
        side = ladder.hub_to_side / (growth + ladder.side_to_hub);
        value = growth + loss - side * ladder.side_to_hub;
        slope = 1 + side * ladder.side_to_hub / (growth + ladder.side_to_hub);
    }
};

double loss_of(const Ladder& ladder) {
    double loss = ladder.hub_out + ladder.hub_to_side;
    for (int i = 0; i < ladder.nodes; ++i) loss += ladder.from_hub[i];
    return loss;
}

struct Weights {
    double* of_hub;   // (outputs) what is read of the hub itself
    double* of_side;  // (outputs)
};

void read_hub(const Ladder& ladder, const Ends& ends, const Weights& weights) {
    for (int output = 0; output < ends.outputs; ++output) weights.of_hub[output] = weights.of_side[output] = 0;
    for (int term = 0; term < ends.terms; ++term) {
        const int beyond = ends.of_state[term] - 2 * ladder.nodes;
        if (beyond == 0) weights.of_hub[ends.of_output[term]] += ends.weights[term];
        if (beyond == 1) weights.of_side[ends.of_output[term]] += ends.weights[term];
    }
}

// Eight poles near the modes of block `at`: their shifts, F and its slope; by Newton's method.
bool shift(const Ladder& ladder, const LineModes& modes, double loss, const double* weight, int at, Eight& shifted,
           Eight& others, Eight& slope) {
    const Eight own = reinterpret_cast<const Eight*>(modes.above)[at];
    const Eight held = reinterpret_cast<const Eight*>(weight)[at];
    Whole index;
    for (int lane = 0; lane < 8; ++lane) index[lane] = 8 * at + lane;
    shifted = Eight{};
    for (int turn = 0; turn < most_turns; ++turn) {
        const Hub hub(ladder, loss, own - ladder.leaf_back + shifted);
        others = hub.value;
        slope = hub.slope;
        for (int j = 0; j < modes.count; ++j) {
            const Eight share = (index == j) ? Eight{} : 1 / ((own - modes.above[j]) + shifted);
            const Eight part = weight[j] * share;
            others -= part;
            slope += part * share;
        }
        const Eight moved = (held - shifted * others) / (others + shifted * slope), next = shifted + moved;
        shifted = next;
        // What the next step would move, for Newton's method squares the error.
        const Eight rest = moved * moved * slope / others;
        others += slope * moved;
        bool all = true;
        for (int lane = 0; lane < 8; ++lane)
            all = all && size_of(moved[lane]) <= small * size_of(own[lane]) &&
                  size_of(rest[lane]) <= precision * size_of(own[lane]) + 1e-14 * size_of(next[lane]);
        if (all) return true;
    }
    return false;
}

void poles_of_modes(const Ladder& ladder, const Ends& ends, const LineModes& modes, double loss, const Weights& weights,
                    const double* weight, int at, const Eight& shifted, const Eight& others, const Eight& slope, Poles& poles) {
    const Eight own = reinterpret_cast<const Eight*>(modes.above)[at];
    const Eight growth = own - ladder.leaf_back + shifted;
    const Hub hub(ladder, loss, growth);
    Whole index;
    for (int lane = 0; lane < 8; ++lane) index[lane] = 8 * at + lane;
    const int kinds = ends.kinds + 1;
    // Sums over the other modes, kept where the residues will stand.
    Eight* residues = reinterpret_cast<Eight*>(poles.residues) + at;
    const int stride = poles.padded / 8;
    Eight entered[8] = {}, seen[16] = {};
    for (int j = 0; j < modes.count; ++j) {
        const Eight share = (index == j) ? Eight{} : 1 / ((own - modes.above[j]) + shifted);
        const Eight taking = modes.from_hub[j] * share, giving = modes.to_hub[j] * share;
        for (int output = 0; output < ends.outputs; ++output) seen[output] += modes.seen[output * modes.padded + j] * taking;
        for (int kind = 0; kind < ends.kinds; ++kind) entered[kind] += modes.entered[kind * modes.padded + j] * giving;
    }
    const Eight own_weight = reinterpret_cast<const Eight*>(weight)[at];
    const Eight norm = 1 + own_weight / (others * others) * slope;
    const Eight hub_right = reinterpret_cast<const Eight*>(modes.to_hub)[at] / others;
    const Eight hub_left = reinterpret_cast<const Eight*>(modes.from_hub)[at] / others;
    for (int output = 0; output < ends.outputs; ++output) {
        const Eight right = reinterpret_cast<const Eight*>(modes.seen + output * modes.padded)[at] +
                            hub_right * (weights.of_hub[output] + weights.of_side[output] * hub.side + seen[output]);
        for (int kind = 0; kind < ends.kinds; ++kind)
            residues[(output * kinds + kind) * stride] =
                right * (reinterpret_cast<const Eight*>(modes.entered + kind * modes.padded)[at] + hub_left * entered[kind]) / norm;
        residues[(output * kinds + ends.kinds) * stride] = right * hub_left / norm;
    }
    reinterpret_cast<Eight*>(poles.rates)[at] = -growth;
}

// One pole of hub and side, from where it would be without the line.
bool pole_of_hub(const Ladder& ladder, const Ends& ends, const LineModes& modes, double loss, const Weights& weights,
                 const double* weight, double growth, int place, Poles& poles) {
    double slope = 1, moved = 0;
    bool done = false;
    for (int turn = 0; turn < most_turns && !done; ++turn) {
        const Hub hub(ladder, loss, Eight{} + growth);
        double value = hub.value[0];
        slope = hub.slope[0];
        for (int j = 0; j < modes.count; ++j) {
            const double share = 1 / ((growth + ladder.leaf_back) - modes.above[j]);
            value -= weight[j] * share;
            slope += weight[j] * share * share;
        }
        moved = value / slope;
        done = size_of(moved) <= nearly * loss;
        growth -= moved;
    }
    if (!done || !(growth < 0)) return false;
    const Hub hub(ladder, loss, Eight{} + growth);
    const int kinds = ends.kinds + 1;
    for (int output = 0; output < ends.outputs; ++output) {
        double right = weights.of_hub[output] + weights.of_side[output] * hub.side[0];
        for (int j = 0; j < modes.count; ++j)
            right += modes.seen[output * modes.padded + j] * modes.from_hub[j] / ((growth + ladder.leaf_back) - modes.above[j]);
        for (int kind = 0; kind < kinds; ++kind) {
            double left = kind == ends.kinds ? 1.0 : 0.0;
            for (int j = 0; j < modes.count && kind < ends.kinds; ++j)
                left += modes.entered[kind * modes.padded + j] * modes.to_hub[j] / ((growth + ladder.leaf_back) - modes.above[j]);
            poles.residues[(output * kinds + kind) * poles.padded + place] = right * left / slope;
        }
    }
    poles.rates[place] = -growth;
    return true;
}

}  // namespace

bool join_hub(const Ladder& ladder, const Ends& ends, const LineModes& modes, double* room, Poles& poles) {
    double* weight = room;
    const Weights weights{room + modes.padded, room + modes.padded + ends.outputs};
    read_hub(ladder, ends, weights);
    const double loss = loss_of(ladder);
    for (int j = 0; j < modes.padded; ++j) weight[j] = j < modes.count ? modes.to_hub[j] * modes.from_hub[j] : 0.0;
    for (int at = 0; at < modes.padded / 8; ++at) {
        Eight shifted, others, slope;
        if (!shift(ladder, modes, loss, weight, at, shifted, others, slope)) return false;
        poles_of_modes(ladder, ends, modes, loss, weights, weight, at, shifted, others, slope, poles);
    }
    // Without the line: growth^2 + (loss + side_to_hub) growth + side_to_hub (loss - hub_to_side) = 0.
    const double half = (loss + ladder.side_to_hub) / 2, product = ladder.side_to_hub * (loss - ladder.hub_to_side);
    const double fast = -half - __builtin_sqrt(half * half - product);
    for (int place = modes.count; place < poles.padded; ++place) poles.rates[place] = 0;
    return pole_of_hub(ladder, ends, modes, loss, weights, weight, fast, modes.count, poles) &&
           pole_of_hub(ladder, ends, modes, loss, weights, weight, product / fast, modes.count + 1, poles);
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
