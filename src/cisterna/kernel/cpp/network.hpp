// Linear kinetics of a network as modes: states = basis times modes, each mode with a rate of its own.
#pragma once

#include <utility>
#include <vector>

namespace cisterna {

// How the states of a rate matrix hang together.
//
// The first `core` states exchange drug with one another: a tree of exchanges, and one state of it, the
// `hub`, that exchanges with any of them. `chains` are states that feed the core and that nothing feeds,
// one or two steps of one rate. `observers` follow others and feed nothing.
struct Layout {
    int states = 0;
    int core = 0;
    int hub = 0;
    std::vector<std::vector<int>> chains;
    std::vector<int> observers;
};

// The modes of a network. A mode has the number of the state that it stands for where it is no mode of
// the core. The second step of a chain also receives what its first step passes on.
struct Modes {
    Layout layout;
    std::vector<double> rates;    // (n) 1/h, at most 0
    std::vector<double> passing;  // (n) 1/h: what the state before in its chain passes on, else 0
    std::vector<double> basis;    // (n modes, n states): states = modes times basis
    std::vector<double> inverse;  // (n modes, n states): mode = row times states
    bool found = false;           // false: the network is none of this kind, or too ill-conditioned
};

// The same modes for following them: in the order in which they settle, first the `always` that are none of
// the core, then the core from the slowest on.
struct Settling {
    explicit Settling(const Modes& modes);

    int states;
    int always;
    std::vector<double> rates;               // (n) 1/h
    std::vector<double> plateaus;            // (n) h: value under a constant input of 1, where the rate is not 0
    std::vector<double> passing;             // (always) 1/h
    std::vector<double> shows;               // (n modes, n states)
    std::vector<double> takes;               // (n states, n modes): of what is added to each state
    std::vector<std::pair<int, int>> pairs;  // chains of two steps
};

// Modes of `rate_matrix` (n, n): states as rows, d states / dt = rate_matrix states.
Modes modes_of(const double* rate_matrix, const Layout& layout);

}  // namespace cisterna
