// Where the modes of a line lie, nearly: by counting them on either side of a place, then by interpolation.
#pragma once

#include <cstddef>

#include "line.hpp"

// The leading minors of the matrix obey p' = d p - e e p'' without a division, and the changes of sign along them
// count the modes above a place (Givens 1954; Wilkinson 1965, The Algebraic Eigenvalue Problem, chapter 5). The last
// one is zero at a mode, so that once a mode is alone between two places the secant finds it; the end that stays
// is weighed down (Anderson & Bjorck 1973), or one end would never move. Rounding makes such a place good to some
// units in the last place of the largest rate, not of its own: the sweeps from both ends settle it.

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double located = 3e-10;  // relative step after which the next place of the secant is at its rounding
constexpr int lifted_after = 16;  // minors, which grow or shrink by less than 1e18 each
constexpr double alike = 32;      // times that the last minors of two sides may differ for a first secant
constexpr int most_turns = 60, first_counts = 128, together = 2;  // more than two would wait for each other

// A place at which eight lines were swept: the last minor is value 2^power.
struct Side {
    Eight place, value;
    Whole power, above;
};

// Eight modes, each between two sides.
struct Block {
    Side low, high;
    Eight next;                 // where to sweep
    Whole wanted;               // how many modes lie above each
    Whole low_is_new, counted;  // which side is the newer one; whether no secant was taken yet
};

// Sweeps `Count` times eight places side by side, for one alone would wait for its own results.
template <int Count>
inline void minors(const Line& line, Side* const* sides) {
    Eight place[Count], through[Count], now[Count], before[Count];
    Whole power[Count] = {}, above[Count];
    for (int one = 0; one < Count; ++one) {
        place[one] = sides[one]->place;
        through[one] = line.leaf_back / place[one];
        before[one] = Eight{} + 1.0;
        now[one] = line.diagonal[0] + place[one] - line.to_leaf[0] * through[one];
        above[one] = ((place[one] < 0) & (Whole{} + line.leaves)) - (now[one] < 0);
    }
    for (int i = 1; i < line.nodes; ++i) {
        const double diagonal = line.diagonal[i], to_leaf = line.to_leaf[i], crossed = line.crossed[i - 1];
        for (int one = 0; one < Count; ++one) {
            const Eight next = ((diagonal + place[one]) - to_leaf * through[one]) * now[one] - crossed * before[one];
            count_changes(next, now[one], above[one]);
            before[one] = now[one];
            now[one] = next;
        }
        if (i % lifted_after != 0) continue;
        for (int one = 0; one < Count; ++one) {
            Eight size_now, size_before;
            sizes_of(now[one], size_now);
            sizes_of(before[one], size_before);
            const Eight size = size_now + size_before;
            const Whole grown = (bits_of<Whole>(size) >> 52) - 1023, lift = (1023 - grown) << 52;
            now[one] *= bits_of<Eight>(lift);
            before[one] *= bits_of<Eight>(lift);
            power[one] += grown;
        }
    }
    for (int one = 0; one < Count; ++one) {
        sides[one]->value = now[one];
        sides[one]->power = power[one];
        sides[one]->above = above[one];
    }
}

inline void ratio(const Side& one, const Side& other, Eight& made) {
    Whole power = one.power - other.power;
    power = power < -1000 ? Whole{} - 1000 : power > 1000 ? Whole{} + 1000 : power;
    const Whole bits = (power + 1023) << 52;
    made = one.value / other.value * bits_of<Eight>(bits);
}

inline void choose(const Whole& chosen, const Side& from, Side& to) {
    to.place = chosen ? from.place : to.place;
    to.value = chosen ? from.value : to.value;
    to.power = chosen ? from.power : to.power;
    to.above = chosen ? from.above : to.above;
}

// Where to sweep next: cuts off the modes on one side of the own where there are any, in proportion to their
// number; halves while the last minor grows as a power between the sides; else takes the secant. `moves` where that
// is not nearly the last place.
inline void next_place(Block& block, Whole& moves) {
    const Side &low = block.low, &high = block.high;
    const Whole between = low.above - high.above, before = block.wanted - high.above, open = between != 1;
    const Whole cut = before > 0 ? before : Whole{} + 1;
    Eight of_values;
    ratio(low, high, of_values);
    block.counted &= open | (of_values < -alike) | (of_values > -1 / alike);
    const Eight by_counts = open ? __builtin_convertvector(cut, Eight) / __builtin_convertvector(between, Eight) : Eight{} + 0.5;
    const Eight share = block.counted ? by_counts : 1 / (1 - of_values);
    block.next = high.place + share * (low.place - high.place);
    const Whole above = high.place > 0;
    const Eight far = above ? high.place : -low.place, near = above ? low.place : -high.place;
    const Whole spread = block.counted & (far > 8 * near);
    if (!none(spread)) {
        Eight middle;
        roots_of(far * near, middle);
        block.next = spread ? (above ? middle : -middle) : block.next;
    }
    Eight step;
    sizes_of(block.next - (block.low_is_new ? low.place : high.place), step);
    moves = block.counted | (step > located * far);
}

// The side that stays a second time loses weight.
inline void narrow(Block& block, const Side& next) {
    const Whole higher = next.above > block.wanted, again = ~block.counted & (higher == block.low_is_new);
    Side replaced = block.high;
    choose(higher, block.low, replaced);
    Eight fallen;
    ratio(next, replaced, fallen);
    const Eight left = 1 - fallen, weight = again ? (left > 0 ? left : Eight{} + 0.5) : Eight{} + 1.0;
    block.low.value *= higher ? Eight{} + 1.0 : weight;
    block.high.value *= higher ? weight : Eight{} + 1.0;
    choose(higher, next, block.low);
    choose(~higher, next, block.high);
    block.low_is_new = higher;
}

// Puts a mode that is waiting into a lane.
inline void put(const Block* waiting, int mode, Block& block, int lane) {
    const double* from = reinterpret_cast<const double*>(waiting + mode / 8) + mode % 8;
    double* to = reinterpret_cast<double*>(&block) + lane;
    for (std::size_t row = 0; row < sizeof(Block) / sizeof(Eight); ++row) to[8 * row] = from[8 * row];
}

// Finds the places of all modes, the last one first; a lane that has found one takes the next. Where it does not get
// there the places are what it has.
inline void locate(const Line& line, const Block* waiting, int modes, double* places) {
    constexpr int lanes = 8 * together;
    Block blocks[together] = {};
    Side found[together];
    Side* sides[together];
    int left = modes, working = 0;
    bool works[lanes] = {};
    for (int one = 0; one < together; ++one) sides[one] = &found[one];
    for (; working < lanes; ++working) {
        put(waiting, left > 0 ? --left : 0, blocks[working / 8], working % 8);
        works[working] = true;
    }
    for (int turn = 0; turn < most_turns * modes && working > 0; ++turn) {
        for (int one = 0; one < together; ++one) found[one].place = blocks[one].next;
        minors<together>(line, sides);
        for (int one = 0; one < together; ++one) {
            Block& block = blocks[one];
            Whole moves;
            narrow(block, found[one]);
            next_place(block, moves);
            if (none(~moves)) continue;
            for (int lane = 0; lane < 8; ++lane) {
                if (moves[lane] || !works[8 * one + lane]) continue;
                places[block.wanted[lane]] = block.next[lane];
                if (left > 0) {
                    put(waiting, --left, block, lane);
                } else {
                    works[8 * one + lane] = false;
                    --working;
                }
            }
        }
    }
}

// Places at which the modes are counted first, descending: evenly in the logarithm near the leaves, where the
// modes of the leaves thin out as a power, and beyond them as the modes of an even line lie.
inline void first_places(const Line& line, double* places) {
    constexpr int half = first_counts / 2;
    const double near = nearest * line.leaf_back;
    double ratio = line.leaf_back / line.fastest * 1e-3;
    for (int root = 1; root < half; root *= 2) ratio = __builtin_sqrt(ratio);  // the root of degree `half`
    places[0] = line.leaf_back;
    for (int place = 1; place < half - 1; ++place) places[place] = places[place - 1] * ratio;
    places[half - 1] = near;
    places[half] = -near;
    for (int place = 1; place < half; ++place) {
        const double share = static_cast<double>(place) / (half - 1);
        places[half + place] = -line.fastest * share * share * share;
    }
}

// The lanes that are left over wait for the last mode once more.
inline void first_bounds(const Line& line, int count, int blocks, Block* made) {
    constexpr int eights = first_counts / 8;
    double places[first_counts];
    Side counted[eights];
    Side* sides[eights];
    first_places(line, places);
    for (int at = 0; at < eights; ++at) {
        sides[at] = &counted[at];
        for (int lane = 0; lane < 8; ++lane) counted[at].place[lane] = places[8 * at + lane];
    }
    for (int at = 0; at < eights; at += together) minors<together>(line, sides + at);
    int found = 0;
    for (int place = 0; place < 8 * blocks; ++place) {
        Block& block = made[place / 8];
        const int lane = place % 8, mode = place < count ? place : count - 1;
        while (found < first_counts - 2 && counted[(found + 1) / 8].above[(found + 1) % 8] <= mode) ++found;
        const auto side = [&](int at, Side& to) {
            const Side& from = counted[at / 8];
            to.place[lane] = from.place[at % 8];
            to.value[lane] = from.value[at % 8];
            to.power[lane] = from.power[at % 8];
            to.above[lane] = from.above[at % 8];
        };
        side(found, block.high);
        side(found + 1, block.low);
        block.wanted[lane] = mode;
        block.low_is_new[lane] = 0;
        block.counted[lane] = -1;
    }
    Whole moves;
    for (int at = 0; at < blocks; ++at) next_place(made[at], moves);
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
