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
constexpr double precision = 1e-16, nearly = 1e-14;

// What hub and side are at a growth, less the modes: value, slope, how it bends (half the second derivative, sign
// turned), and what the side holds of the hub.
struct Hub {
    Eight value, slope, bend, side;

    Hub(const Ladder& ladder, double loss, const Eight& growth) {
        const Eight from_side = 1 / (growth + ladder.side_to_hub);
        side = ladder.hub_to_side * from_side;
        value = growth + loss - side * ladder.side_to_hub;
        bend = side * ladder.side_to_hub * from_side * from_side;
        slope = 1 + side * ladder.side_to_hub * from_side;
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

// Calls `take` with each mode and one over its distance from eight places above the leaves, which are `apart` from the
// modes of block `at`, not counting a place's own mode. Four divisions are one, and products.
template <typename Take>
__attribute__((always_inline)) inline void each_distance(const LineModes& modes, int at, const Eight& apart, const Take& take) {
    const Eight own = reinterpret_cast<const Eight*>(modes.above)[at];
    Whole index;
    for (int lane = 0; lane < 8; ++lane) index[lane] = 8 * at + lane;
    for (int j = 0; j < modes.padded; j += 4) {
        Eight distance[4], share[4];
        for (int one = 0; one < 4; ++one) distance[one] = (own - modes.above[j + one]) + apart;
        if (j / 8 == at)
            for (int one = 0; one < 4; ++one) distance[one] = index == j + one ? Eight{} + 1.0 : distance[one];
        const Eight first = distance[0] * distance[1], second = distance[2] * distance[3], inverse = 1 / (first * second);
        const Eight of_first = second * inverse, of_second = first * inverse;
        share[0] = distance[1] * of_first;
        share[1] = distance[0] * of_first;
        share[2] = distance[3] * of_second;
        share[3] = distance[2] * of_second;
        if (j / 8 == at)
            for (int one = 0; one < 4; ++one) share[one] = index == j + one ? Eight{} : share[one];
        for (int one = 0; one < 4; ++one) take(j + one, share[one]);
    }
}

// The shifts of eight poles near the modes of block `at`. F is taken as straight, which leaves an equation of degree
// two: where a pole of the hub is near, a straight line for d F(d) would lead to that one.
bool shift(const Ladder& ladder, const LineModes& modes, double loss, const double* weight, int at, Eight& shifted) {
    const Eight own = reinterpret_cast<const Eight*>(modes.above)[at];
    const Eight held = reinterpret_cast<const Eight*>(weight)[at];
    shifted = Eight{};
    for (int turn = 0; turn < most_turns; ++turn) {
        const Hub hub(ladder, loss, own - ladder.leaf_back + shifted);
        Eight others = hub.value, slope = hub.slope, bend = hub.bend;
        each_distance(modes, at, shifted, [&](int j, const Eight& share) {
            const Eight part = weight[j] * share, steep = part * share;
            others -= part;
            slope += steep;
            bend += steep * share;
        });
        const Eight linear = others + shifted * slope, missing = held - shifted * others, square = linear * linear + 4 * slope * missing;
        Eight root;
        roots_of(square > 0 ? square : Eight{}, root);
        const Eight moved = 2 * missing / (linear + (linear < 0 ? -root : root));
        shifted += moved;
        // What is missing then: F is not straight.
        Eight rest, size, nearness;
        sizes_of(moved * moved * shifted * bend / root, rest);
        sizes_of(own, size);
        sizes_of(shifted, nearness);
        if (none(~(rest <= precision * size + 1e-14 * nearness))) return true;
    }
    return false;
}

// Sums over the modes of what each of some rows has of a mode times what eight places take of it.
template <int Rows>
void sum_rows(int count, int stride, const double* rows, const Eight* taken_of, Eight* made) {
    Eight sums[Rows] = {};
    for (int j = 0; j < count; ++j)
        for (int row = 0; row < Rows; ++row) sums[row] += rows[row * stride + j] * taken_of[j];
    for (int row = 0; row < Rows; ++row) made[row] = sums[row];
}

void sum_all_rows(int rows, int count, int stride, const double* numbers, const Eight* taken_of, Eight* made) {
    int row = 0;
    for (; row + 4 <= rows; row += 4) sum_rows<4>(count, stride, numbers + row * stride, taken_of, made + row);
    for (; row < rows; ++row) sum_rows<1>(count, stride, numbers + row * stride, taken_of, made + row);
}

void poles_of_modes(const Ladder& ladder, const Ends& ends, const LineModes& modes, double loss, const Weights& weights,
                    const double* weight, int at, const Eight& shifted, double* room, Poles& poles) {
    const Eight growth = reinterpret_cast<const Eight*>(modes.above)[at] - ladder.leaf_back + shifted;
    const Hub hub(ladder, loss, growth);
    const int kinds = ends.kinds + 1;
    Eight* residues = reinterpret_cast<Eight*>(poles.residues) + at;
    const int stride = poles.padded / 8;
    Eight others = hub.value, slope = hub.slope, entered[8], seen[16];
    Eight* taking = reinterpret_cast<Eight*>(taken(room, 8 * modes.padded));
    Eight* giving = reinterpret_cast<Eight*>(taken(room, 8 * modes.padded));
    each_distance(modes, at, shifted, [&](int j, const Eight& share) {
        const Eight part = weight[j] * share;
        others -= part;
        slope += part * share;
        taking[j] = modes.from_hub[j] * share;
        giving[j] = modes.to_hub[j] * share;
    });
    sum_all_rows(ends.outputs, modes.padded, modes.padded, modes.seen, taking, seen);
    sum_all_rows(ends.kinds, modes.padded, modes.padded, modes.entered, giving, entered);
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
    if (poles.shifts != nullptr) reinterpret_cast<Eight*>(poles.shifts)[at] = shifted;
}

double sum_of(const Eight& values) {
    double sum = 0;
    for (int lane = 0; lane < 8; ++lane) sum += values[lane];
    return sum;
}

// Where the two poles of hub and side lie: what the modes moved in sum is their sum's, and at a rate of 0 the
// product of all poles is known.
bool places_of_hub(const Ladder& ladder, const LineModes& modes, double loss, const double* weight, const Poles& poles,
                   double* growths) {
    Eight moved = {}, given = {}, kept = Eight{} + 1.0;
    for (int at = 0; at < modes.padded / 8; ++at) {
        const Eight growth = reinterpret_cast<const Eight*>(modes.above)[at] - ladder.leaf_back;
        const Eight shifted = -reinterpret_cast<const Eight*>(poles.rates)[at] - growth;
        moved += shifted;
        given += reinterpret_cast<const Eight*>(weight)[at] / growth;
        kept *= growth / (growth + shifted);
    }
    double product = ladder.side_to_hub * (loss - ladder.hub_to_side + sum_of(given));
    for (int lane = 0; lane < 8; ++lane) product *= kept[lane];
    const double half = (loss + ladder.side_to_hub + sum_of(moved)) / 2, square = half * half - product;
    growths[0] = -half - __builtin_sqrt(square);
    growths[1] = product / growths[0];
    return square > 0;
}

// One pole of hub and side, from where it nearly is.
bool pole_of_hub(const Ladder& ladder, const Ends& ends, const LineModes& modes, double loss, const Weights& weights,
                 const double* weight, double growth, int place, Eight* shares, Poles& poles) {
    const int blocks = modes.padded / 8;
    const auto row = [&](const double* numbers, int at) -> const Eight& { return reinterpret_cast<const Eight*>(numbers)[at]; };
    double slope = 1, moved = 0;
    bool done = false;
    for (int turn = 0; turn < most_turns && !done; ++turn) {
        const Hub hub(ladder, loss, Eight{} + growth);
        Eight value = {}, steep = {};
        for (int at = 0; at < blocks; ++at) {
            const Eight share = 1 / ((growth + ladder.leaf_back) - row(modes.above, at)), part = row(weight, at) * share;
            shares[at] = share;
            value += part;
            steep += part * share;
        }
        slope = hub.slope[0] + sum_of(steep);
        moved = (hub.value[0] - sum_of(value)) / slope;
        done = size_of(moved) <= nearly * loss;
        growth -= moved;
    }
    if (!done || !(growth < 0)) return false;
    for (int at = 0; at < blocks; ++at) shares[at] = 1 / ((growth + ladder.leaf_back) - row(modes.above, at));
    const Hub hub(ladder, loss, Eight{} + growth);
    const int kinds = ends.kinds + 1;
    double left[9];
    for (int kind = 0; kind < ends.kinds; ++kind) {
        Eight sum = {};
        for (int at = 0; at < blocks; ++at) sum += row(modes.entered + kind * modes.padded, at) * row(modes.to_hub, at) * shares[at];
        left[kind] = sum_of(sum);
    }
    left[ends.kinds] = 1;
    for (int output = 0; output < ends.outputs; ++output) {
        Eight sum = {};
        for (int at = 0; at < blocks; ++at) sum += row(modes.seen + output * modes.padded, at) * row(modes.from_hub, at) * shares[at];
        const double right = weights.of_hub[output] + weights.of_side[output] * hub.side[0] + sum_of(sum);
        for (int kind = 0; kind < kinds; ++kind) poles.residues[(output * kinds + kind) * poles.padded + place] = right * left[kind] / slope;
    }
    poles.rates[place] = -growth;
    return true;
}

}  // namespace

bool join_hub(const Ladder& ladder, const Ends& ends, const LineModes& modes, double* room, Poles& poles) {
    double* weight = taken(room, modes.padded);
    Eight* shares = reinterpret_cast<Eight*>(taken(room, modes.padded));
    const Weights weights{taken(room, ends.outputs), taken(room, ends.outputs)};
    read_hub(ladder, ends, weights);
    const double loss = loss_of(ladder);
    for (int j = 0; j < modes.padded; ++j) weight[j] = modes.to_hub[j] * modes.from_hub[j];
    for (int at = 0; at < modes.padded / 8; ++at) {
        Eight shifted;
        if (!shift(ladder, modes, loss, weight, at, shifted)) return false;
        poles_of_modes(ladder, ends, modes, loss, weights, weight, at, shifted, room, poles);
    }
    double growths[2];
    if (!places_of_hub(ladder, modes, loss, weight, poles, growths)) return false;
    for (int place = modes.count; place < poles.padded; ++place) poles.rates[place] = 0;
    return pole_of_hub(ladder, ends, modes, loss, weights, weight, growths[0], modes.count, shares, poles) &&
           pole_of_hub(ladder, ends, modes, loss, weights, weight, growths[1], modes.count + 1, shares, poles);
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
