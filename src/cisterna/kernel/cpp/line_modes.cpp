#include "locate.hpp"
#include "twist.hpp"

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr int settled_together = 2;  // more would not fit the first cache

void keep(const Line& line, const Ends& ends, int at, const Twist& made, LineModes& modes) {
    Eight size;
    roots_of(made.norm, size);
    const Eight each = 1 / made.place, scale = 1 / size;
    const auto eight = [&](double* row) -> Eight& { return reinterpret_cast<Eight*>(row)[at]; };
    eight(modes.above) = made.place;
    eight(modes.to_hub) = made.out * scale;
    eight(modes.from_hub) = made.in * scale;
    for (int kind = 0; kind < ends.kinds; ++kind) {
        Eight sum = {};
        for (int i = 0; i < line.nodes; ++i)
            if (const double share = ends.entries[kind * line.nodes + i]; share != 0) sum += share * made.seen[i];
        eight(modes.entered + kind * modes.padded) = sum * scale;
    }
    for (int output = 0; output < ends.outputs; ++output) eight(modes.seen + output * modes.padded) = Eight{};
    for (int term = 0; term < ends.terms; ++term) {
        const int state = ends.of_state[term], node = state % line.nodes;
        if (state >= 2 * line.nodes) continue;  // hub and side are no part of the line
        // A leaf holds to_leaf amount / a.
        const Eight amount = state < line.nodes ? line.weight[node] * made.seen[node] : line.leaf[node] * each * made.seen[node];
        eight(modes.seen + ends.of_output[term] * modes.padded) += ends.weights[term] * amount * scale;
    }
}

template <int Count>
bool find(const Line& line, const Ladder& ladder, const Ends& ends, const double* places, int first, Twist* made, LineModes& modes) {
    Whole wanted[Count];
    for (int one = 0; one < Count; ++one)
        for (int lane = 0; lane < 8; ++lane) {
            // The lanes that are left over find the last mode once more.
            const int place = 8 * (first + one) + lane, mode = place < modes.count ? place : modes.count - 1;
            reinterpret_cast<long long*>(wanted + one)[lane] = mode;
            reinterpret_cast<double*>(&made[one].place)[lane] = places[mode];
        }
    if (!settle<Count>(line, ladder, made, wanted)) return false;
    for (int one = 0; one < Count; ++one) keep(line, ends, first + one, made[one], modes);
    return true;
}

}  // namespace

bool line_modes(const Ladder& ladder, const Ends& ends, double* room, LineModes& modes) {
    const Line line = line_of(ladder, room);
    const int nodes = line.nodes, count = modes.padded / 8;
    if (modes.count != nodes + line.leaves) return false;
    const auto eights = [&](int number) { return reinterpret_cast<Eight*>(taken(room, 8 * number)); };
    double* places = taken(room, modes.padded);
    Block* blocks = reinterpret_cast<Block*>(taken(room, count * static_cast<int>(sizeof(Block) / sizeof(double))));
    Twist made[settled_together];
    for (Twist& one : made) one = Twist{eights(nodes), eights(nodes), eights(nodes), eights(nodes), {}, {}, {}, {}, {}, {}, {}};
    first_bounds(line, modes.count, count, blocks);
    locate(line, blocks, modes.count, places);
    int first = 0;
    for (; first + settled_together <= count; first += settled_together)
        if (!find<settled_together>(line, ladder, ends, places, first, made, modes)) return false;
    for (; first < count; ++first)
        if (!find<1>(line, ladder, ends, places, first, made, modes)) return false;
    for (int left = modes.count; left < modes.padded; ++left) {
        modes.above[left] = -line.fastest * (1 + left);
        modes.to_hub[left] = modes.from_hub[left] = 0;
    }
    return true;
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
