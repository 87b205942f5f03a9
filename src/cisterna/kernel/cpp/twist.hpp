// The modes of a line to full digits, by sweeps from both of its ends.
#pragma once

#include "line.hpp"

// Swept from one end, the admittance seen at a node is Y' = y' + Y c / (c + Y), which subtracts nothing. Swept from
// both ends, the sum at any node is zero at a mode. From the node where the sum is least (Dhillon 1997,
// UCB/CSD-97-971: the twist) the values at the others follow by products, and the sum over the norm of these values
// is Rayleigh's quotient, a step that triples the digits (Parlett 1980, The Symmetric Eigenvalue Problem). A mode
// that lies below so many others changes its sign so many times (Sturm): that settles which mode it is.

#ifdef CISTERNA_WIDTH
namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double rounding = 1e-13;  // relative step that is hardly more than rounding
constexpr int most_steps = 100;

// Of eight modes: at each node what it adds to the node before and after it, as shares; what is seen at it from the
// first node, then the value of the mode; what is given to it by the nodes behind it.
struct Twist {
    Eight *from_next, *from_last, *seen, *given;
    Eight place, sum, norm, out, in;
    Whole node, index;  // where the sum is least; how many modes lie above this one
};

// The node where the sum is the least so far, in proportion to the weight.
struct Least {
    Eight size = Eight{} + __builtin_inf(), sum = {};
    Whole node = {};

    void consider(const Line& line, int at, const Eight& found) {
        Eight size_found;
        sizes_of(found, size_found);
        size_found *= line.of_weight[at];
        const Whole better = size_found < size;
        size = better ? size_found : size;
        sum = better ? found : sum;
        node = better ? Whole{} + at : node;
    }
};

// Both shares of a step come from one division, for which this waits; two blocks wait together. From the middle on
// each step meets nodes that the other sweep has passed, where the sum is known.
template <int Count>
inline void sweep(const Line& line, Twist* made) {
    const int last = line.nodes - 1, middle = (last - 1) / 2;
    Eight place[Count], through[Count], seen[Count], back[Count];
    Least least[Count];
    const auto admit = [&](int node, int one, const Eight& more, Eight& sum) {
        sum = ((line.own[node] + line.weight[node] * place[one]) - line.leaf[node] * through[one]) + more;
    };
    const auto step = [&](int i, int one) {
        const int next = i + 1, behind = last - i, before = behind - 1;
        const double between = line.between[i], between_back = line.between[before];
        const Eight sum = between + seen[one], sum_back = between_back + back[one], inverse = 1 / (sum * sum_back);
        const Eight share = (between * sum_back) * inverse, share_back = (between_back * sum) * inverse;
        const Eight given = share_back * back[one];
        made[one].from_next[i] = share;
        made[one].from_last[behind] = share_back;
        made[one].given[before] = given;
        admit(next, one, seen[one] * share, seen[one]);
        admit(before, one, given, back[one]);
        made[one].seen[next] = seen[one];
    };
    for (int one = 0; one < Count; ++one) {
        place[one] = made[one].place;
        through[one] = line.leaf_back / place[one];
        admit(0, one, Eight{}, seen[one]);
        admit(last, one, Eight{}, back[one]);
        made[one].seen[0] = seen[one];
        made[one].given[last] = Eight{};
        if (last == 0) least[one].consider(line, 0, seen[one]);
    }
    for (int i = 0; i < middle; ++i)
        for (int one = 0; one < Count; ++one) step(i, one);
    for (int i = middle; i < last; ++i)
        for (int one = 0; one < Count; ++one) {
            step(i, one);
            const int next = i + 1, before = last - next;
            least[one].consider(line, next, seen[one] + made[one].given[next]);
            least[one].consider(line, before, made[one].seen[before] + made[one].given[before]);
        }
    for (int one = 0; one < Count; ++one) {
        made[one].sum = least[one].sum;
        made[one].node = least[one].node;
    }
}

// Values at the nodes, 1 at the twist, and the sums over them.
template <int Count>
inline void follow_values(const Line& line, const Ladder& ladder, Twist* made) {
    const int last = line.nodes - 1;
    Eight steep[Count], value[Count] = {}, norm[Count] = {}, out[Count] = {}, in[Count] = {};
    Whole index[Count], node[Count];
    for (int one = 0; one < Count; ++one) {
        steep[one] = line.leaf_back / made[one].place / made[one].place;
        index[one] = (made[one].place < 0) & (Whole{} + line.leaves);
        node[one] = made[one].node;
    }
    for (int i = last; i >= 0; --i)
        for (int one = 0; one < Count; ++one) {
            value[one] = node[one] == i ? Eight{} + 1.0 : (i < last ? made[one].from_next[i] * value[one] : Eight{});
            made[one].seen[i] = value[one];
        }
    for (int i = 0; i <= last; ++i) {
        const double weight = line.weight[i], leaf = line.leaf[i], to_hub = line.to_hub[i], from_hub = ladder.from_hub[i];
        for (int one = 0; one < Count; ++one) {
            const Eight before = value[one];
            value[one] = node[one] < i ? made[one].from_last[i] * before : made[one].seen[i];
            made[one].seen[i] = value[one];
            count_changes(value[one], before, index[one]);
            norm[one] += value[one] * value[one] * (weight + leaf * steep[one]);
            out[one] += to_hub * value[one];
            in[one] += from_hub * value[one];
        }
    }
    for (int one = 0; one < Count; ++one) {
        made[one].norm = norm[one];
        made[one].out = out[one];
        made[one].in = in[one];
        made[one].index = index[one];
    }
}

// Goes from where `Count` times eight modes nearly lie to where they lie; what is not where it should be is looked
// for by halves. False where a mode was not found for certain.
template <int Count>
bool settle(const Line& line, const Ladder& ladder, Twist* made, const Whole* wanted) {
    Eight low[Count], high[Count];
    for (int one = 0; one < Count; ++one) {
        const Eight place = made[one].place;
        high[one] = place > 0 ? Eight{} + line.leaf_back : Eight{} - nearest * line.leaf_back;
        low[one] = place > 0 ? Eight{} + nearest * line.leaf_back : Eight{} - line.fastest;
    }
    for (int turn = 0; turn < most_steps; ++turn) {
        sweep<Count>(line, made);
        follow_values<Count>(line, ladder, made);
        Whole open = {};
        for (int one = 0; one < Count; ++one) {
            Twist& own = made[one];
            const Eight step = own.sum / own.norm;
            Eight size, scale;
            sizes_of(step, size);
            sizes_of(own.place, scale);
            const Whole above = own.index - (step < 0), higher = above > wanted[one], right = own.index == wanted[one];
            low[one] = higher ? own.place : low[one];
            high[one] = higher ? high[one] : own.place;
            const Eight next = own.place - step;
            const Whole near = right & (size <= rounding * scale), inside = right & (next > low[one]) & (next < high[one]);
            own.place = (near | inside) ? next : (low[one] + high[one]) / 2;
            open |= ~near;
        }
        if (none(open)) return true;
    }
    return false;
}

}  // namespace
}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
#endif
