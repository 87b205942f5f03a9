// Where the modes of a line lie, nearly: by counting them on either side of a place, then by interpolation.
#pragma once

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

constexpr double located = 1e-7;  // relative step after which the secant's next place is as good as its last, nearly
constexpr int lifted_after = 16;  // minors, which grow or shrink by less than 1e18 each
constexpr double alike = 32;      // times that the last minors of two sides may differ for a first secant
constexpr int most_turns = 60, first_counts = 64;

// A place at which eight lines were swept: the last minor is value 2^power.
struct Side {
    Eight place, value;
    Whole power, above;
};

// Eight modes, each between two sides.
struct Block {
    Side low, high;
    Whole wanted;               // how many modes lie above each
    Whole low_is_new, counted;  // which side is the newer one; whether no secant was taken yet
};

// The same bits as numbers, or the same numbers as bits.
template <typename To, typename From>
inline const To& bits_of(const From& from) {
    return reinterpret_cast<const To&>(from);
}

// Sweeps `Count` times eight places side by side, for one alone waits for its own results.
template <int Count>
inline void minors(const Line& line, Side* const* sides) {
    constexpr long long all_but_sign = 0x7fffffffffffffff;
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
            above[one] -= (bits_of<Whole>(next) ^ bits_of<Whole>(now[one])) < 0;
            before[one] = now[one];
            now[one] = next;
        }
        if (i % lifted_after != 0) continue;
        for (int one = 0; one < Count; ++one) {
            const Whole size_now = bits_of<Whole>(now[one]) & all_but_sign, size_before = bits_of<Whole>(before[one]) & all_but_sign;
            const Eight size = bits_of<Eight>(size_now) + bits_of<Eight>(size_before);
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
// number; halves while the last minor grows as a power between the sides; else takes the secant. True where every
// place is nearly the last one.
inline bool next_place(Block& block, Side& next) {
    const Side &low = block.low, &high = block.high;
    const Whole between = low.above - high.above, before = block.wanted - high.above, open = between != 1;
    const Whole cut = before > 0 ? before : Whole{} + 1;
    Eight of_values;
    ratio(low, high, of_values);
    block.counted &= open | (of_values < -alike) | (of_values > -1 / alike);
    const Eight by_counts = open ? __builtin_convertvector(cut, Eight) / __builtin_convertvector(between, Eight) : Eight{} + 0.5;
    const Eight share = block.counted ? by_counts : 1 / (1 - of_values);
    next.place = high.place + share * (low.place - high.place);
    const Whole above = high.place > 0;
    const Eight far = above ? high.place : -low.place, near = above ? low.place : -high.place;
    const Whole spread = block.counted & (far > 8 * near);
    if (!none(spread)) {
        Eight middle;
        roots_of(far * near, middle);
        next.place = spread ? (above ? middle : -middle) : next.place;
    }
    const Eight step = next.place - (block.low_is_new ? low.place : high.place);
    const Whole moves = block.counted | ((step < 0 ? -step : step) > located * far);
    return none(moves);
}

// The side that stays a second time loses weight.
inline void narrow(Block& block, const Side& next) {
    const Whole higher = next.above > block.wanted, again = ~block.counted & (higher == block.low_is_new);
    Eight to_high, to_low;
    ratio(next, block.high, to_high);
    ratio(next, block.low, to_low);
    const Eight left = 1 - (higher ? to_low : to_high), weight = again ? (left > 0 ? left : Eight{} + 0.5) : Eight{} + 1.0;
    block.low.value *= higher ? Eight{} + 1.0 : weight;
    block.high.value *= higher ? weight : Eight{} + 1.0;
    choose(higher, next, block.low);
    choose(~higher, next, block.high);
    block.low_is_new = higher;
}

// Places of `Count` times eight modes. Where it does not get there the places are what it has.
template <int Count>
void locate(const Line& line, Block* blocks, Eight* places) {
    Side next[Count];
    Side* sides[Count];
    for (int one = 0; one < Count; ++one) sides[one] = &next[one];
    for (int turn = 0; turn < most_turns; ++turn) {
        bool all = true;
        for (int one = 0; one < Count; ++one) {
            all = next_place(blocks[one], next[one]) && all;
            places[one] = next[one].place;
        }
        if (all) return;
        minors<Count>(line, sides);
        for (int one = 0; one < Count; ++one) narrow(blocks[one], next[one]);
    }
}

// Places at which the modes are counted first, descending: evenly in the logarithm near the leaves, where the
// modes of the leaves thin out as a power, and beyond them as the modes of an even line lie.
inline void first_places(const Line& line, double* places) {
    constexpr int half = first_counts / 2;
    const double near = nearest * line.leaf_back;
    double ratio = line.leaf_back / line.fastest * 1e-3;
    for (int root = 1; root < half; root *= 2) ratio = __builtin_sqrt(ratio);  // the 32nd root
    places[0] = line.leaf_back;
    for (int place = 1; place < half - 1; ++place) places[place] = places[place - 1] * ratio;
    places[half - 1] = near;
    places[half] = -near;
    for (int place = 1; place < half; ++place) {
        const double share = static_cast<double>(place) / (half - 1);
        places[half + place] = -line.fastest * share * share * share;
    }
}

// The lanes that are left over look for the last mode once more.
inline void first_bounds(const Line& line, int count, int blocks, Block* made) {
    constexpr int eights = first_counts / 8, together = 4;
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
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
