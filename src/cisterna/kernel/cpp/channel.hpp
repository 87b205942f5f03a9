// One way in, followed on an even grid: poles that decay by themselves, with what each output shows of them.
#pragma once

#include "ladder.hpp"

namespace cisterna {

// An even grid of `steps` steps, each of `ticks` ticks; everything happens at a tick. A block is `block` steps,
// and `days` blocks make what means are taken over (0: none are).
struct Grid {
    int steps = 0;
    int ticks = 0;
    int block = 0;
    int blocks_a_day = 0;
    double tick_h = 0;
};

constexpr int longest_block = 128;

// Poles with the state of each after a change. Pole k shows weights[o][k] of its state in output o; under a
// constant input of 1 output o stands at plateaus[o]. A step of the input takes 1 from each state, an amount adds
// gains[k] of it. Where `paired`, poles 0 and 1 are the two equal steps of the gut: the second takes from the
// first alone. Those of `always` that come first are followed whatever their rate; the others get ever faster.
struct Channel {
    int count = 0;
    int padded = 0;
    int always = 0;
    bool paired = false;
    double* rates = nullptr;
    double* gains = nullptr;
    double* weights = nullptr;   // (outputs, padded)
    double* plateaus = nullptr;  // (outputs)
};

// What happens by this way: rates that begin, and amounts that are given, at ticks that ascend.
struct Happenings {
    int changes = 0;
    const long long* change_ticks = nullptr;
    const double* rates = nullptr;
    int doses = 0;
    const long long* dose_ticks = nullptr;
    const double* amounts = nullptr;
};

// What is wanted: `grid` (outputs, steps + 1), `integrals` (integrated, steps + 1) of the outputs
// `of_integrals` over time up to a constant, and `means` (outputs, days), or null, and `at` (outputs, count) at `ticks`; all are added to. Where
// `repeats`, the grid is one day and the day is that of the plateau.
struct Wanted {
    int outputs = 0;
    double* grid = nullptr;
    double* means = nullptr;
    int count = 0;
    const long long* ticks = nullptr;
    double* at = nullptr;
    bool repeats = false;
    int integrated = 0;
    const int* of_integrals = nullptr;
    double* integrals = nullptr;
};

#ifdef CISTERNA_WIDTH
namespace CISTERNA_WIDTH {
// `room` holds channel_room doubles. Gives the largest size that a state of each pole had, in `sizes` (padded).
void follow_channel(const Channel& channel, const Grid& grid, const Happenings& happenings, const Wanted& wanted,
                    double* room, double* sizes);
}  // namespace CISTERNA_WIDTH
#endif

constexpr int blocks_of(const Grid& grid) { return grid.steps / grid.block + 1; }
// The columns of the right matrix: `responses` of states after a step, and after an amount where one is given, and
// one of each block. No multiple of a page, or rows would crowd into the same lines of the cache.
constexpr int columns_for(const Grid& grid, int responses) {
    const int columns = responses + padded_to_lanes(blocks_of(grid));
    return columns % 64 == 0 ? columns + lanes_at_once : columns;
}
constexpr long long channel_room(const Grid& grid, int outputs, int integrated, int padded) {
    const long long rows = static_cast<long long>(grid.block) * (outputs + integrated);
    const long long columns = columns_for(grid, 2 * padded_to_lanes(grid.ticks)) + lanes_at_once;
    return padded * (integrated + grid.ticks + grid.block + 8LL + columns) + rows * (padded + columns) + 2 * rows * grid.ticks +
           2 * padded_to_lanes(grid.ticks) + padded_to_lanes(blocks_of(grid)) + 64;
}

}  // namespace cisterna
