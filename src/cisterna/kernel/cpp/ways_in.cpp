#include "ways_in.hpp"

#include <algorithm>
#include <cmath>

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr double near_leaves = 0.04;  // of their rate: poles so near are drawn together
constexpr int drawn_together = 6;     // into so many, at Chebyshev's nodes; the error is (0.04 / 4)^6 = 1e-12
constexpr int too_few = 9;            // to be worth it
constexpr double holds = 3e-10;       // of what is compared

double pi() { return std::acos(-1.0); }

// Concentrations at the nodes (nodes) under a constant inflow (nodes), without what the hub gives back.
void line_stands(const Ladder& ladder, const Floats& weight, const double* inflow, Floats& value) {
    const int n = ladder.nodes;
    Floats seen(n), flow(n);
    for (int i = 0; i < n; ++i) {
        seen[i] = weight[i] * ladder.to_hub[i];
        flow[i] = inflow[i];
        if (i == 0) continue;
        const double between = weight[i - 1] * ladder.up[i - 1], share = between / (between + seen[i - 1]);
        seen[i] += seen[i - 1] * share;
        flow[i] += flow[i - 1] * share;
    }
    value[n - 1] = flow[n - 1] / seen[n - 1];
    for (int i = n - 2; i >= 0; --i) {
        const double between = weight[i] * ladder.up[i];
        value[i] = (flow[i] + between * value[i + 1]) / (between + seen[i]);
    }
}

double shown(const Ladder& ladder, const Ends& ends, const Floats& weight, int output, const Floats& value, double hub) {
    double sum = 0;
    for (int term = 0; term < ends.terms; ++term) {
        if (ends.of_output[term] != output) continue;
        const int state = ends.of_state[term], node = state % ladder.nodes;
        double amount = hub;
        if (state < ladder.nodes) amount = weight[node] * value[node];
        else if (state < 2 * ladder.nodes) amount = weight[node] * ladder.to_leaf[node] / ladder.leaf_back * value[node];
        else if (state == 2 * ladder.nodes + 1) amount = hub * ladder.hub_to_side / ladder.side_to_hub;
        sum += ends.weights[term] * amount;
    }
    return sum;
}

double at_once(const Ladder& ladder, const Ends& ends, int output, int kind) {
    double sum = 0;
    for (int term = 0; term < ends.terms; ++term) {
        if (ends.of_output[term] != output) continue;
        const int state = ends.of_state[term];
        if (kind == ends.kinds) sum += state == 2 * ladder.nodes ? ends.weights[term] : 0.0;
        else if (state < ladder.nodes) sum += ends.weights[term] * ends.entries[kind * ladder.nodes + state];
    }
    return sum;
}

double trace(const Ladder& ladder) {
    double sum = ladder.hub_out + ladder.hub_to_side + ladder.side_to_hub;
    for (int i = 0; i < ladder.nodes; ++i) {
        sum += ladder.to_leaf[i] + ladder.to_hub[i] + ladder.from_hub[i] + (ladder.to_leaf[i] > 0 ? ladder.leaf_back : 0.0);
        if (i + 1 < ladder.nodes) sum += ladder.up[i] + ladder.down[i];
    }
    return sum;
}

}  // namespace

void standing(const Ladder& ladder, const Ends& ends, Floats& plateaus) {
    const int n = ladder.nodes, kinds = ends.kinds + 1;
    Floats weight(n, 1.0), given(n), back(n), value(n);
    for (int i = 1; i < n; ++i) weight[i] = weight[i - 1] * (ladder.up[i - 1] / ladder.down[i - 1]);
    line_stands(ladder, weight, ladder.from_hub, back);
    double loss = ladder.hub_out, returned = 0;
    for (int i = 0; i < n; ++i) loss += ladder.from_hub[i];
    for (int i = 0; i < n; ++i) returned += ladder.to_hub[i] * weight[i] * back[i];
    plateaus.assign(static_cast<std::size_t>(ends.outputs) * kinds, 0.0);
    for (int kind = 0; kind < kinds; ++kind) {
        double into_hub = kind == ends.kinds ? 1.0 : 0.0;
        std::fill(given.begin(), given.end(), 0.0);
        if (kind < ends.kinds) {
            line_stands(ladder, weight, ends.entries + kind * n, given);
            for (int i = 0; i < n; ++i) into_hub += ladder.to_hub[i] * weight[i] * given[i];
        }
        const double hub = into_hub / (loss - returned);
        for (int i = 0; i < n; ++i) value[i] = given[i] + hub * back[i];
        for (int output = 0; output < ends.outputs; ++output)
            plateaus[output * kinds + kind] = shown(ladder, ends, weight, output, value, hub);
    }
}

bool poles_hold(const Ladder& ladder, const Ends& ends, const Poles& poles, const Floats& plateaus, const bool* used) {
    double sum = 0;
    for (int k = 0; k < poles.count; ++k) {
        if (!(poles.rates[k] > 0)) return false;
        sum += poles.rates[k];
    }
    if (!(std::abs(sum - trace(ladder)) <= holds * sum)) return false;
    const int kinds = ends.kinds + 1;
    for (int output = 0; output < ends.outputs; ++output)
        for (int kind = 0; kind < kinds; ++kind) {
            if (!used[kind]) continue;
            const double* residues = poles.residues + (output * kinds + kind) * poles.padded;
            double first = 0, size = 0, last = 0;
            for (int k = 0; k < poles.count; ++k) {
                first += residues[k];
                size += std::abs(residues[k]);
                last += residues[k] / poles.rates[k];
            }
            const double plateau = plateaus[output * kinds + kind];
            if (!(std::abs(first - at_once(ladder, ends, output, kind)) <= holds * size)) return false;
            if (!(std::abs(last - plateau) <= holds * std::abs(plateau))) return false;
        }
    return true;
}

namespace {

// Where the poles go that are drawn together: the poles first to end (of those of the line), and new rates.
struct Drawn {
    int first = 0, end = 0;
    double rates[drawn_together] = {};
};

Drawn draw_together(const Ladder& ladder, const Poles& poles, int line_count) {
    Drawn drawn;
    const double low = ladder.leaf_back * (1 - near_leaves), high = ladder.leaf_back * (1 + 1e-6);
    while (drawn.first < line_count && !(poles.rates[drawn.first] >= low)) ++drawn.first;
    drawn.end = drawn.first;
    while (drawn.end < line_count && poles.rates[drawn.end] >= low && poles.rates[drawn.end] <= high) ++drawn.end;
    if (drawn.end - drawn.first < too_few) return Drawn{};
    const auto [least, most] = std::minmax_element(poles.rates + drawn.first, poles.rates + drawn.end);
    for (int node = 0; node < drawn_together; ++node)
        drawn.rates[node] = (*least + *most) / 2 + (*most - *least) / 2 * std::cos(pi() * (node + 0.5) / drawn_together);
    return drawn;
}

// What each pole from `first` to `end` gives to each node: Lagrange's polynomials.
Floats shares_of(const Drawn& drawn, const Poles& poles) {
    if (drawn.first == drawn.end) return {};
    double of_node[drawn_together];
    for (int own = 0; own < drawn_together; ++own) {
        of_node[own] = 1;
        for (int node = 0; node < drawn_together; ++node)
            if (node != own) of_node[own] /= drawn.rates[own] - drawn.rates[node];
    }
    Floats shares(static_cast<std::size_t>(drawn.end - drawn.first) * drawn_together);
    double* share = shares.data();
    for (int k = drawn.first; k < drawn.end; ++k)
        for (int own = 0; own < drawn_together; ++own, ++share) {
            *share = of_node[own];
            for (int node = 0; node < drawn_together; ++node)
                if (node != own) *share *= poles.rates[k] - drawn.rates[node];
        }
    return shares;
}

}  // namespace

void channel_of(const Ladder& ladder, const Ends& ends, const WaysIn& ways, const Poles& poles, int line_count,
                const Floats& plateaus, int kind, ChannelStore& store) {
    const Drawn drawn = draw_together(ladder, poles, line_count);
    const bool gut = kind == ends.kinds, skin = kind == ends.kinds + 1, grouped = drawn.end > drawn.first;
    const int beside = gut ? 2 : skin ? 1 : 0, kinds = ends.kinds + 1, from = std::min(kind, ends.kinds);
    const int nodes = grouped ? drawn_together : 0;
    const int count = beside + poles.count - (drawn.end - drawn.first) + nodes;
    const int padded = padded_to_lanes(count);
    store.numbers.assign(static_cast<std::size_t>(padded) * (2 + ends.outputs) + ends.outputs, 0.0);
    Channel& channel = store.channel;
    channel = Channel{count, padded, 0, gut, store.numbers.data(), store.numbers.data() + padded,
                      store.numbers.data() + 2 * padded, store.numbers.data() + (2 + ends.outputs) * padded};
    std::vector<int> source(count, -1);  // the pole in each place; none for those beside and those drawn together
    int place = beside;
    for (int k = line_count; k < poles.count; ++k) source[place++] = k;
    const int first_node = place;
    place += nodes;
    for (int k = 0; k < line_count; ++k)
        if (k < drawn.first || k >= drawn.end) source[place++] = k;
    if (gut) channel.rates[0] = channel.rates[1] = ways.gut;
    if (skin) channel.rates[0] = ways.skin;
    for (int node = 0; node < nodes; ++node) channel.rates[first_node + node] = drawn.rates[node];
    for (int at = 0; at < count; ++at)
        if (source[at] >= 0) channel.rates[at] = poles.rates[source[at]];
    channel.always = first_node + nodes;
    while (channel.always < count && channel.rates[channel.always] <= ladder.leaf_back) ++channel.always;
    for (int at = 0; at < count; ++at) channel.gains[at] = gut ? 1.0 : channel.rates[at];
    if (gut) channel.gains[1] = 0;  // the second step is reached through the first alone
    const Floats shares = shares_of(drawn, poles);
    Floats weighed(poles.count);
    for (int output = 0; output < ends.outputs; ++output) {
        const double* residues = poles.residues + (output * kinds + from) * poles.padded;
        double* weights = channel.weights + output * padded;
        channel.plateaus[output] = gut ? 0.0 : plateaus[output * kinds + from];
        for (int k = 0; k < poles.count; ++k) {
            const double rate = poles.rates[k], step = gut ? ways.gut / (ways.gut - rate) : skin ? ways.skin / (ways.skin - rate) : 1.0;
            const double weight = gut ? residues[k] * step * step : residues[k] * step / rate;
            if (gut) weights[1] -= residues[k] * step;
            if (gut) weights[0] -= weight;
            if (skin) weights[0] -= residues[k] * step / ways.skin;
            weighed[k] = weight;
        }
        for (int at = beside; at < count; ++at)
            if (source[at] >= 0) weights[at] = weighed[source[at]];
        for (int k = drawn.first; k < drawn.end; ++k)
            for (int node = 0; node < nodes; ++node)
                weights[first_node + node] += weighed[k] * shares[static_cast<std::size_t>(k - drawn.first) * nodes + node];
    }
}

}  // namespace cisterna
