#include <algorithm>
#include <numeric>

#include "network.hpp"

namespace cisterna {

Settling::Settling(const Modes& modes)
    : states(modes.layout.states), always(states - modes.layout.core), rates(states), plateaus(states, 0.0),
      passing(always), shows(states * states), takes(states * states) {
    std::vector<int> order(states), place(states);
    std::iota(order.begin(), order.end(), 0);
    std::rotate(order.begin(), order.begin() + modes.layout.core, order.end());
    std::sort(order.begin() + always, order.end(), [&](int one, int other) {
        return modes.rates[one] != modes.rates[other] ? modes.rates[one] > modes.rates[other] : one < other;
    });
    for (int at = 0; at < states; ++at) {
        const int mode = order[at];
        place[mode] = at;
        rates[at] = modes.rates[mode];
        if (rates[at] != 0) plateaus[at] = -1 / rates[at];
        if (at < always) passing[at] = modes.passing[mode];
        std::copy_n(modes.basis.data() + mode * states, states, shows.data() + at * states);
        for (int state = 0; state < states; ++state) takes[state * states + at] = modes.inverse[mode * states + state];
    }
    for (const auto& chain : modes.layout.chains)
        if (chain.size() == 2) pairs.emplace_back(place[chain[0]], place[chain[1]]);
}

}  // namespace cisterna
