// A ladder: a line of nodes that exchange with their neighbours, a leaf beside some of them, and one hub that
// takes from every node and gives to it. Its modes come from the line alone, without a dense matrix.
#pragma once

namespace cisterna {

// Rates in 1/h. `up` from node i to i + 1 and `down` back (nodes - 1); `to_leaf`, `to_hub` and `from_hub` (nodes).
// All leaves give back at `leaf_back`. The hub loses `hub_out` for good and exchanges with one state beside it.
struct Ladder {
    int nodes = 0;
    const double* up = nullptr;
    const double* down = nullptr;
    const double* to_leaf = nullptr;
    const double* to_hub = nullptr;
    const double* from_hub = nullptr;
    double leaf_back = 0, hub_out = 0, hub_to_side = 0, side_to_hub = 0;
};

// What is read and where drug enters. A term adds `weights` of `states` to `outputs`; states are the nodes, the
// leaf of each node from `nodes` on, then hub and side. `entries` (kinds, nodes) are shares of the nodes.
struct Ends {
    int outputs = 0;
    int terms = 0;
    const int* of_output = nullptr;
    const int* of_state = nullptr;
    const double* weights = nullptr;
    int kinds = 0;
    const double* entries = nullptr;
};

// Modes of the line without its hub, in the order of falling `above`, which is the rate of the leaves less that
// of the mode: it is exact where many modes are nearly as fast as the leaves. All (padded) or (rows, padded).
struct LineModes {
    int count = 0;
    int padded = 0;
    double* above = nullptr;
    double* to_hub = nullptr;
    double* from_hub = nullptr;
    double* seen = nullptr;     // (outputs, padded)
    double* entered = nullptr;  // (kinds, padded)
};

// Poles of the whole ladder and their residues: an input of kind k gives output o the sum over all poles of
// residues[(o * (kinds + 1) + k)][pole] times exp(-rates[pole] t). The last kind enters the hub.
struct Poles {
    int count = 0;
    int padded = 0;
    double* rates = nullptr;
    double* residues = nullptr;
    double* shifts = nullptr;  // (padded) where wanted: by how much each pole lies above the mode it comes from
};

#ifdef CISTERNA_WIDTH
namespace CISTERNA_WIDTH {
// `room` holds at least line_room(nodes) doubles. False where a mode was not found for certain.
bool line_modes(const Ladder& ladder, const Ends& ends, double* room, LineModes& modes);
// `room` holds at least join_room(padded, outputs) doubles. False where the hub shifts a mode too far for its own equation to settle.
bool join_hub(const Ladder& ladder, const Ends& ends, const LineModes& modes, double* room, Poles& poles);
}  // namespace CISTERNA_WIDTH
#endif

constexpr int lanes_at_once = 8;
constexpr int padded_to_lanes(int count) { return (count + lanes_at_once - 1) / lanes_at_once * lanes_at_once; }
constexpr int join_room(int padded, int outputs) { return (2 + 2 * lanes_at_once) * padded + 2 * padded_to_lanes(outputs); }
constexpr int line_room(int nodes) { return 8 * padded_to_lanes(nodes) + lanes_at_once * 8 * nodes + 14 * padded_to_lanes(2 * nodes); }

}  // namespace cisterna
