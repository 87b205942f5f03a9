// A network read at even times, a block of them at once. Compiled for several vector widths; see loops.hpp.
#pragma once

namespace cisterna {

constexpr int even_block = 16;  // times at once; a multiple of 8, so that rows of values are whole vectors
constexpr int most_passings = 32, most_inputs = 8;

// States that came about `wait_h` hours before the first of the even times that shows them: those of an input `kind`
// that began, or of an amount, kind -1. `at_once` is what each output shows of an amount without a wait, or null.
struct EvenLeft {
    const double* states;
    double wait_h;
    int kind;
    const double* at_once;
};

// `size` times states `left` come about in a block, to be read from its time `first` on; `first` is even_block
// where the next block is the first to show them. The input `kind` has `rate` from then on; -1: it is none.
struct EvenEvent {
    int block, first, left, kind;
    double size, rate;
};

// From the first state to the second, `rate` in 1/h: a second step of a chain takes over from the first, where
// both decay alike; a sum, which does not decay, adds up an input.
struct EvenPassing {
    int from, to;
    double rate;
    int target = 0;  // the place of `to` among the targets
};

// States: the inputs, which stay as they are, then the modes in the order of Settling, each less what stands
// under the inputs. All begin at whole vectors. Their `rates` are at most 0, and 0 up to a multiple of 8. State k shows observed[k * wide +
// output]. The first `always` are followed whatever their rates; the others get ever faster.
struct EvenBlocks {
    int states = 0, always = 0, outputs = 0, wide = 0;
    const double *rates = nullptr, *observed = nullptr;
    int inputs = 0;
    int passings = 0, sums = 0, targets = 0, sum_targets = 0;
    const EvenPassing* passing = nullptr;  // first those of sums
    const int* target = nullptr;           // states that take over, first the sums
    double step_h = 0;
    int blocks = 0;   // up to the one in which all ends
    int skipped = 0;  // times before the first that is wanted
    int rows = 0;     // times wanted
    int lefts = 0, events = 0;
    const EvenLeft* left = nullptr;
    const EvenEvent* event = nullptr;  // by block
};

// Values (rows, outputs), and the largest of each output; the states at the begin of the last block, and the
// largest size of each at any begin, both with room up to a multiple of 8.
struct EvenMade {
    double *values, *most, *state, *largest;
};

#ifdef CISTERNA_WIDTH
namespace CISTERNA_WIDTH {
// `room` holds even_room doubles.
void follow_blocks(const EvenBlocks& all, double* room, const EvenMade& made);
}  // namespace CISTERNA_WIDTH
#endif

constexpr int even_padded(const EvenBlocks& all) { return (all.states + 7) / 8 * 8; }
constexpr long long even_room(const EvenBlocks& all) {
    const long long columns = static_cast<long long>(even_block) * all.outputs;
    return even_padded(all) * (columns + all.blocks + all.lefts + even_block + 2LL) + columns * (all.lefts + 1LL) + 64;
}

}  // namespace cisterna
