// From the poles of a ladder to channels, one for each way in.
#pragma once

#include <vector>

#include "channel.hpp"
#include "ladder.hpp"

namespace cisterna {

// The way in beside the nodes: through two equal steps (`gut`) or one (`skin`) to the hub, rates in 1/h.
struct WaysIn {
    double gut = 0, skin = 0;
};

// Outputs that stand under a constant input of 1 by each kind, the last of which enters the hub: (outputs,
// kinds + 1), from the rates themselves and not from the modes.
void standing(const Ladder& ladder, const Ends& ends, std::vector<double>& plateaus);

// Whether the poles are those of the ladder: their sum, and of each kind that is `used` (kinds + 1) what they show
// at once and in the end.
bool poles_hold(const Ladder& ladder, const Ends& ends, const Poles& poles, const std::vector<double>& plateaus,
                const bool* used);

// Channels hold their arrays here.
struct ChannelStore {
    std::vector<double> numbers;
    Channel channel;
};

// The channel of `kind`: a node kind, or ends.kinds for the gut, or ends.kinds + 1 for the skin. Poles that lie
// densely beside the rate of the leaves are drawn together into a few at the nodes of an interpolation, which
// changes no output by more than 1e-11 of it.
void channel_of(const Ladder& ladder, const Ends& ends, const WaysIn& ways, const Poles& poles, int line_count,
                const std::vector<double>& plateaus, int kind, ChannelStore& store);

}  // namespace cisterna
