#include "eights.hpp"
#include "ladder.hpp"

// Let `a` be how far a mode lies above the leaves: its rate is leaf_back - a. Scaled by the weights under which
// the exchanges are symmetric, a node has the admittance y(a) to all but its neighbours, and the line is a ladder
// of these admittances and the conductances between neighbours. Swept from one end, the admittance seen at a
// node is Y' = y' + Y c / (c + Y), which subtracts nothing; the signs of c + Y count the modes above a
// (Sylvester). Swept from both ends, the sum at any node is zero at a mode, its slope is the norm of the mode
// scaled to 1 there, and one step of Newton at the largest node is Rayleigh's quotient, which triples the
// digits (Parlett 1980, The Symmetric Eigenvalue Problem; Dhillon 1997, UCB/CSD-97-971, for the twist).

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double least = 1e-13;      // of the rate of the leaves: nearest to them that a mode is looked for
constexpr double settled = 1e-8;     // relative step after which the next one leaves rounding alone
constexpr double rounding = 1e-13;   // relative step that is hardly more than rounding
constexpr int most_halvings = 64, most_steps = 24, together = 4, first_counts = 64;

struct Line {
    int nodes, leaves;
    double leaf_back;
    double *weight, *own, *leaf, *between;  // y(a) = own + weight a - leaf leaf_back / a
};

Line line_of(const Ladder& ladder, double*& room) {
    const int n = ladder.nodes;
    Line line{n, 0, ladder.leaf_back, taken(room, n), taken(room, n), taken(room, n), taken(room, n)};
    for (int i = 0; i < n; ++i) {
        line.weight[i] = i == 0 ? 1.0 : line.weight[i - 1] * (ladder.up[i - 1] / ladder.down[i - 1]);
        line.leaf[i] = line.weight[i] * ladder.to_leaf[i];
        line.own[i] = line.weight[i] * (ladder.to_hub[i] - ladder.leaf_back) + line.leaf[i];
        line.between[i] = i + 1 < n ? line.weight[i] * ladder.up[i] : 0.0;
        line.leaves += ladder.to_leaf[i] > 0;
    }
    return line;
}

double fastest(const Ladder& ladder) {
    double most = ladder.leaf_back;
    for (int i = 0; i < ladder.nodes; ++i) {
        double out = ladder.to_leaf[i] + ladder.to_hub[i];
        if (i > 0) out += ladder.down[i - 1];
        if (i + 1 < ladder.nodes) out += ladder.up[i];
        most = out > most ? out : most;
    }
    return 2 * most;  // Gershgorin
}

// How many modes lie above each of `count` times eight places.
template <int Count>
void modes_above(const Line& line, const Eight* places, Whole* above) {
    Eight through[Count], seen[Count];
    for (int one = 0; one < Count; ++one) {
        through[one] = line.leaf_back / places[one];
        seen[one] = line.own[0] + line.weight[0] * places[one] - line.leaf[0] * through[one];
        above[one] = (places[one] < 0) & (Whole{} + line.leaves);
    }
    for (int i = 0; i + 1 < line.nodes; ++i) {
        const double between = line.between[i], own = line.own[i + 1], weight = line.weight[i + 1],
                     leaf = line.leaf[i + 1];
        for (int one = 0; one < Count; ++one) {
            const Eight sum = between + seen[one];
            above[one] -= sum < 0;
            seen[one] = (own + weight * places[one] - leaf * through[one]) + seen[one] * (between / sum);
        }
    }
    for (int one = 0; one < Count; ++one) above[one] -= seen[one] < 0;
}

// The bounds of each mode, and how many modes lie above them.
struct Bounds {
    Eight *low, *high;
    Whole *below_low, *below_high, *wanted;
};

inline void halfway(const Eight& low, const Eight& high, Eight& middle) {
    const Eight product = low * high;
    for (int lane = 0; lane < 8; ++lane) middle[lane] = __builtin_sqrt(product[lane]);
    middle = low < 0 ? -middle : middle;
}

// Halves the bounds of `Count` times eight modes until each holds one mode.
template <int Count>
bool isolate(const Line& line, int first, const Bounds& bounds) {
    const Whole* wanted = bounds.wanted + first;
    for (int turn = 0; turn < most_halvings; ++turn) {
        Eight middle[Count];
        Whole above[Count];
        bool alone = true;
        for (int one = 0; one < Count; ++one) {
            const int at = first + one;
            halfway(bounds.low[at], bounds.high[at], middle[one]);
            const Whole open = (bounds.below_high[at] != wanted[one]) | (bounds.below_low[at] != wanted[one] + 1);
            for (int lane = 0; lane < 8; ++lane) alone = alone && !open[lane];
        }
        if (alone) return true;
        modes_above<Count>(line, middle, above);
        for (int one = 0; one < Count; ++one) {
            const int at = first + one;
            const Whole higher = above[one] > wanted[one];
            bounds.low[at] = higher ? middle[one] : bounds.low[at];
            bounds.below_low[at] = higher ? above[one] : bounds.below_low[at];
            bounds.high[at] = higher ? bounds.high[at] : middle[one];
            bounds.below_high[at] = higher ? bounds.below_high[at] : above[one];
        }
    }
    return false;
}

// Both sweeps of eight modes: the admittance seen from below with its slope, and what a node shows of the
// node before it and after it.
struct Sweep {
    Eight *seen, *slope, *seen_back, *slope_back, *from_next, *from_last, *value;
    Whole above, twist;  // how many modes lie above the place, and the node where each mode is largest
};

void sweep(const Line& line, const Eight& place, Sweep& made) {
    const Eight through = line.leaf_back / place, steep = through / place;
    const int last = line.nodes - 1;
    made.above = (place < 0) & (Whole{} + line.leaves);
    made.seen[0] = line.own[0] + line.weight[0] * place - line.leaf[0] * through;
    made.slope[0] = line.weight[0] + line.leaf[0] * steep;
    made.seen_back[last] = line.own[last] + line.weight[last] * place - line.leaf[last] * through;
    made.slope_back[last] = line.weight[last] + line.leaf[last] * steep;
    for (int i = 0; i < last; ++i) {
        const int next = i + 1, back = last - i, before = back - 1;
        const Eight sum = line.between[i] + made.seen[i], sum_back = line.between[before] + made.seen_back[back];
        const Eight share = line.between[i] / sum, share_back = line.between[before] / sum_back;
        made.above -= sum < 0;
        made.from_next[i] = share;
        made.from_last[back] = share_back;
        made.seen[next] = (line.own[next] + line.weight[next] * place - line.leaf[next] * through) + made.seen[i] * share;
        made.slope[next] = (line.weight[next] + line.leaf[next] * steep) + made.slope[i] * share * share;
        made.seen_back[before] = (line.own[before] + line.weight[before] * place - line.leaf[before] * through) +
                                 made.seen_back[back] * share_back;
        made.slope_back[before] = (line.weight[before] + line.leaf[before] * steep) + made.slope_back[back] * share_back * share_back;
    }
    made.above -= made.seen[last] < 0;
}

// The step of Newton at the node from which what is left over is least, by the norm of the modes.
void step_of(const Line& line, const Eight& place, Sweep& made, Eight& step) {
    const int last = line.nodes - 1;
    const Eight steep = line.leaf_back / place / place;
    Eight least_left = {}, least_scale = {}, least_sum = {}, least_slope = {};
    for (int i = last; i >= 0; --i) {
        Eight sum = made.seen[i], slope = made.slope[i];
        if (i < last) {
            const Eight share = made.from_last[i + 1];
            sum += share * made.seen_back[i + 1];
            slope += share * share * made.slope_back[i + 1];
        }
        const Eight left = sum * sum, scale = slope * (line.weight[i] + line.leaf[i] * steep);
        const Whole better = i == last ? left == left : left * least_scale < least_left * scale;
        least_left = better ? left : least_left;
        least_scale = better ? scale : least_scale;
        least_sum = better ? sum : least_sum;
        least_slope = better ? slope : least_slope;
        made.twist = better ? Whole{} + i : made.twist;
    }
    step = least_sum / least_slope;
}

bool polish(const Line& line, int at, const Bounds& bounds, Sweep& made, Eight& place) {
    const Whole wanted = bounds.wanted[at];
    Eight low = bounds.low[at], high = bounds.high[at], step = {};
    halfway(low, high, place);
    for (int turn = 0; turn < most_steps; ++turn) {
        sweep(line, place, made);
        const Whole higher = made.above > wanted;
        step_of(line, place, made, step);
        low = higher ? place : low;
        high = higher ? high : place;
        const Eight next = place - step, size = step < 0 ? -step : step, scale = place < 0 ? -place : place;
        const Whole near = size <= settled * scale, exact = size <= rounding * scale;
        const Whole inside = ((next > low) & (next < high)) | near;
        place = inside ? next : (low + high) / 2;
        bool all = true, all_exact = true;
        for (int lane = 0; lane < 8; ++lane) {
            all = all && near[lane];
            all_exact = all_exact && exact[lane];
        }
        if (all_exact) return true;
        if (!all) continue;
        sweep(line, place, made);
        step_of(line, place, made, step);
        return true;
    }
    return false;
}

// Values at the nodes, 1 at the twist.
void values_of(const Line& line, Sweep& made) {
    const int last = line.nodes - 1;
    Eight value = {};
    for (int i = last; i >= 0; --i) {
        const Whole here = made.twist == i;
        value = here ? Eight{} + 1.0 : (i < last ? made.from_next[i] * value : Eight{});
        made.value[i] = value;
    }
    value = made.value[0];
    for (int i = 1; i <= last; ++i) {
        const Whole beyond = made.twist < i;
        value = beyond ? made.from_last[i] * value : made.value[i];
        made.value[i] = value;
    }
}

void sums_of(const Line& line, const Ladder& ladder, const Ends& ends, int at, const Sweep& made, const Eight& place,
             LineModes& modes) {
    const Eight through = line.leaf_back / place, steep = through / place;
    Eight norm = {}, out = {}, in = {};
    for (int i = 0; i < line.nodes; ++i) {
        const Eight value = made.value[i], amount = line.weight[i] * value;
        norm += value * value * (line.weight[i] + line.leaf[i] * steep);
        out += ladder.to_hub[i] * amount;
        in += ladder.from_hub[i] * value;
    }
    Eight scale;
    for (int lane = 0; lane < 8; ++lane) scale[lane] = 1 / __builtin_sqrt(norm[lane]);
    reinterpret_cast<Eight*>(modes.above)[at] = place;
    reinterpret_cast<Eight*>(modes.to_hub)[at] = out * scale;
    reinterpret_cast<Eight*>(modes.from_hub)[at] = in * scale;
    for (int kind = 0; kind < ends.kinds; ++kind) {
        Eight sum = {};
        for (int i = 0; i < line.nodes; ++i)
            if (const double share = ends.entries[kind * line.nodes + i]; share != 0) sum += share * made.value[i];
        reinterpret_cast<Eight*>(modes.entered + kind * modes.padded)[at] = sum * scale;
    }
    for (int output = 0; output < ends.outputs; ++output)
        reinterpret_cast<Eight*>(modes.seen + output * modes.padded)[at] = Eight{};
    for (int term = 0; term < ends.terms; ++term) {
        const int state = ends.of_state[term], node = state % line.nodes;
        if (state >= 2 * line.nodes) continue;  // hub and side are no part of the line
        // A leaf holds to_leaf amount / a.
        const Eight amount = state < line.nodes ? line.weight[node] * made.value[node]
                                                : line.leaf[node] / place * made.value[node];
        reinterpret_cast<Eight*>(modes.seen + ends.of_output[term] * modes.padded)[at] += ends.weights[term] * amount * scale;
    }
}

// Places at which the modes are counted first, descending: evenly in the logarithm near the leaves, where the
// modes of the leaves thin out as a power, and beyond them as the modes of an even line lie.
void first_places(const Line& line, double far, double* places) {
    constexpr int half = first_counts / 2;
    const double near = least * line.leaf_back;
    double ratio = line.leaf_back / far * 1e-3;
    for (int root = 1; root < half; root *= 2) ratio = __builtin_sqrt(ratio);  // the 32nd root
    places[0] = line.leaf_back;
    for (int place = 1; place < half - 1; ++place) places[place] = places[place - 1] * ratio;
    places[half - 1] = near;
    places[half] = -near;
    for (int place = 1; place < half; ++place) {
        const double share = static_cast<double>(place) / (half - 1);
        places[half + place] = -far * share * share;
    }
}

// The lanes that are left over look for the last mode once more.
void first_bounds(const Line& line, double far, const LineModes& modes, const Bounds& bounds) {
    Eight eight_places[first_counts / 8];
    Whole eight_above[first_counts / 8];
    double* places = reinterpret_cast<double*>(eight_places);
    const auto* above = reinterpret_cast<const long long*>(eight_above);
    first_places(line, far, places);
    for (int at = 0; at < first_counts / 8; at += together) modes_above<together>(line, eight_places + at, eight_above + at);
    int found = 0;
    for (int place = 0; place < modes.padded; ++place) {
        const int block = place / 8, lane = place % 8, mode = place < modes.count ? place : modes.count - 1;
        while (found < first_counts - 2 && above[found + 1] <= mode) ++found;
        bounds.wanted[block][lane] = mode;
        bounds.high[block][lane] = places[found];
        bounds.low[block][lane] = places[found + 1];
        bounds.below_high[block][lane] = above[found];
        bounds.below_low[block][lane] = above[found + 1];
    }
}

}  // namespace

bool line_modes(const Ladder& ladder, const Ends& ends, double* room, LineModes& modes) {
    const Line line = line_of(ladder, room);
    const int nodes = line.nodes, blocks = modes.padded / 8;
    if (modes.count != nodes + line.leaves) return false;
    const auto eights = [&](int count) { return reinterpret_cast<Eight*>(taken(room, 8 * count)); };
    const Bounds bounds{eights(blocks), eights(blocks), reinterpret_cast<Whole*>(taken(room, 8 * blocks)),
                        reinterpret_cast<Whole*>(taken(room, 8 * blocks)), reinterpret_cast<Whole*>(taken(room, 8 * blocks))};
    Sweep made{eights(nodes), eights(nodes), eights(nodes), eights(nodes), eights(nodes), eights(nodes), eights(nodes), Whole{}, Whole{}};
    first_bounds(line, fastest(ladder), modes, bounds);
    int first = 0;
    for (; first + together <= blocks; first += together)
        if (!isolate<together>(line, first, bounds)) return false;
    for (; first < blocks; ++first)
        if (!isolate<1>(line, first, bounds)) return false;
    for (int at = 0; at < blocks; ++at) {
        Eight place;
        if (!polish(line, at, bounds, made, place)) return false;
        values_of(line, made);
        sums_of(line, ladder, ends, at, made, place, modes);
    }
    for (int left = modes.count; left < modes.padded; ++left) modes.above[left] = -fastest(ladder) * (1 + left);
    return true;
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
