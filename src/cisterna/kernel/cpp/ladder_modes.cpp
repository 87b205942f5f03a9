#include "ladder_modes.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "loops.hpp"
#include "wide.hpp"

// The modes of the line are found without a dense matrix (line_modes.cpp), and so are the poles that the hub makes
// of them (join_hub.cpp). A mode of the whole holds, of every mode of the line, what the hub gives it over the
// distance of their rates; the same matrix of distances gives the modes from the left.

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr double holds = 1e-11;  // of the sizes that are added up, in what a mode gives back

// Rates of the core, and the node of each leaf.
struct Found {
    Floats up, down, to_leaf, to_hub, from_hub;
    std::vector<int> leaves;
    Ladder ladder;

    bool of(const double* matrix, const Layout& layout) {
        const int n = layout.states, core = layout.core, hub = layout.hub, side = core - 1;
        if (hub != core - 2) return false;
        const auto rate = [&](int to, int from) { return matrix[to * n + from]; };
        int nodes = 1;
        while (nodes < hub && rate(nodes, nodes - 1) > 0 && rate(nodes - 1, nodes) > 0) ++nodes;
        up.resize(nodes), down.resize(nodes), to_leaf.assign(nodes, 0.0), to_hub.resize(nodes), from_hub.resize(nodes);
        for (int node = 0; node < nodes; ++node) {
            to_hub[node] = rate(hub, node), from_hub[node] = rate(node, hub);
            if (node + 1 < nodes) up[node] = rate(node + 1, node), down[node] = rate(node, node + 1);
        }
        double back = 0;
        for (int leaf = nodes, node = 0; leaf < hub; ++leaf, ++node) {
            while (node < nodes && !(rate(leaf, node) > 0)) ++node;
            if (node == nodes) return false;
            to_leaf[node] = rate(leaf, node);
            if (back != 0 && rate(node, leaf) != back) return false;
            back = rate(node, leaf);
            leaves.push_back(node);
        }
        if (leaves.empty() || !(back > 0) || !(rate(side, hub) > 0) || !(rate(hub, side) > 0)) return false;
        ladder = Ladder{nodes, up.data(), down.data(), to_leaf.data(), to_hub.data(), from_hub.data(), back, 0, rate(side, hub), rate(hub, side)};
        double given = rate(side, hub);
        for (const double own : from_hub) given += own;
        ladder.hub_out = -rate(hub, hub) - given;
        return true;
    }
};

// Modes of the line and what becomes of them.
class Build {
  public:
    Build(const Found& found, Modes& modes)
        : ladder_(found.ladder), leaves_(found.leaves), modes_(modes), nodes_(ladder_.nodes),
          count_(nodes_ + static_cast<int>(leaves_.size())), padded_(padded_to_lanes(count_)),
          poles_padded_(padded_to_lanes(count_ + 2)), line_(static_cast<std::size_t>(padded_) * (3 + nodes_)),
          poles_(static_cast<std::size_t>(poles_padded_) * 3),
          room_(static_cast<std::size_t>(std::max(line_room(nodes_), join_room(padded_, 1)))) {}

    bool go() {
        std::vector<int> each(nodes_);
        for (int node = 0; node < nodes_; ++node) each[node] = node;
        const Floats ones(nodes_, 1.0);
        const Ends values{nodes_, nodes_, each.data(), each.data(), ones.data(), 0, nullptr}, nothing{1, 0, nullptr, nullptr, nullptr, 0, nullptr};
        double* line = line_.data();
        own_ = LineModes{count_, padded_, line, line + padded_, line + 2 * padded_, line + 3 * padded_, nullptr};
        Poles poles{count_ + 2, poles_padded_, poles_.data(), poles_.data() + poles_padded_, poles_.data() + 2 * poles_padded_};
        if (!loops_.line_modes(ladder_, values, room_.data(), own_)) return false;
        if (!loops_.join_hub(ladder_, nothing, own_, room_.data(), poles)) return false;
        return whole(poles);
    }

  private:
    bool whole(const Poles& poles) {
        const int all = count_ + 2;
        Floats right(static_cast<std::size_t>(all) * padded_, 0.0), left(right), hubs(4 * static_cast<std::size_t>(all));
        for (int pole = 0; pole < all; ++pole) {
            const std::size_t place = static_cast<std::size_t>(pole) * padded_;
            if (!pole_of(pole, poles, right.data() + place, left.data() + place, hubs.data() + 4 * pole)) return false;
        }
        to_states(right, hubs.data(), false, modes_.basis);
        to_states(left, hubs.data() + 2, true, modes_.inverse);
        return true;
    }

    // What a pole holds of the modes of the line, from the right and from the left, and of hub and side (4).
    bool pole_of(int pole, const Poles& poles, double* taking, double* giving, double* hubs) {
        const bool of_line = pole < count_;
        const double growth = modes_.rates[pole] = -poles.rates[pole];
        const double side = ladder_.hub_to_side / (growth + ladder_.side_to_hub);
        const double side_left = ladder_.side_to_hub / (growth + ladder_.side_to_hub);
        double others = growth + loss() - side * ladder_.side_to_hub, slope = 1 + side * side_left;
        for (int j = 0; j < count_; ++j) {
            if (j == pole) continue;
            const double distance = of_line ? (own_.above[pole] - own_.above[j]) + poles.shifts[pole]
                                            : (growth + ladder_.leaf_back) - own_.above[j];
            const double share = 1 / distance, part = own_.to_hub[j] * own_.from_hub[j] * share;
            others -= part;
            slope += part * share;
            taking[j] = own_.from_hub[j] * share;
            giving[j] = own_.to_hub[j] * share;
        }
        const double hub = of_line ? own_.to_hub[pole] / others : 1.0, hub_left = of_line ? own_.from_hub[pole] / others : 1.0;
        const double norm = of_line ? 1 + hub * hub_left * slope : slope;
        if (!std::isfinite(norm) || norm == 0) return false;
        for (int j = 0; j < count_; ++j) taking[j] *= hub, giving[j] *= hub_left / norm;
        if (of_line) taking[pole] = 1, giving[pole] = 1 / norm;
        hubs[0] = hub, hubs[1] = hub * side;
        hubs[2] = hub_left / norm, hubs[3] = hub_left * side_left / norm;
        return true;
    }

    double loss() const {
        double sum = ladder_.hub_out + ladder_.hub_to_side;
        for (int node = 0; node < nodes_; ++node) sum += ladder_.from_hub[node];
        return sum;
    }

    // From what is held of the modes of the line to what is held in the states.
    void to_states(const Floats& held, const double* hubs, bool from_left, Floats& made) {
        const int all = count_ + 2, n = modes_.layout.states;
        Floats states(static_cast<std::size_t>(count_) * padded_, 0.0), product(static_cast<std::size_t>(all) * padded_);
        double weight = 1;
        std::vector<int> leaf_of(nodes_, -1);
        for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) leaf_of[leaves_[leaf]] = nodes_ + static_cast<int>(leaf);
        for (int node = 0; node < nodes_; ++node) {
            if (node > 0) weight *= ladder_.up[node - 1] / ladder_.down[node - 1];
            const double* seen = own_.seen + static_cast<std::size_t>(node) * padded_;
            const double scale = from_left ? 1 / weight : 1.0, to_leaf = from_left ? ladder_.leaf_back : ladder_.to_leaf[node];
            for (int j = 0; j < count_; ++j) {
                const double value = seen[j] * scale;
                states[static_cast<std::size_t>(j) * padded_ + node] = value;
                if (leaf_of[node] >= 0) states[static_cast<std::size_t>(j) * padded_ + leaf_of[node]] = value * to_leaf / own_.above[j];
            }
        }
        loops_.multiply(all, count_, padded_, padded_, held.data(), states.data(), product.data());
        for (int pole = 0; pole < all; ++pole) {
            double* row = made.data() + static_cast<std::size_t>(pole) * n;
            std::copy_n(product.data() + static_cast<std::size_t>(pole) * padded_, count_, row);
            row[count_] = hubs[4 * pole];
            row[count_ + 1] = hubs[4 * pole + 1];
        }
    }

    const Ladder& ladder_;
    const std::vector<int>& leaves_;
    Modes& modes_;
    int nodes_, count_, padded_, poles_padded_;
    Wide line_, poles_, room_;
    LineModes own_;
    const Loops& loops_ = widest_loops();
};

// Whether the modes give some amounts back, and what the matrix makes of them.
bool give_back(const double* matrix, const Modes& modes) {
    const int n = modes.layout.states, core = modes.layout.core;
    Floats given(core);
    for (int probe = 0; probe < 4; ++probe) {
        for (int state = 0; state < core; ++state) {
            const double share = (state + 1.0) / core;
            given[state] = probe == 0 ? 1.0 : probe == 1 ? share : probe == 2 ? std::cos(7 * share) : (state == modes.layout.hub);
        }
        Floats sum(core, 0.0), size(core, 0.0), fast(core, 0.0), fast_size(core, 0.0);
        for (int mode = 0; mode < core; ++mode) {
            double held = 0;
            for (int state = 0; state < core; ++state) held += modes.inverse[mode * n + state] * given[state];
            for (int state = 0; state < core; ++state) {
                const double part = held * modes.basis[mode * n + state];
                sum[state] += part, size[state] += std::abs(part);
                fast[state] += part * modes.rates[mode], fast_size[state] += std::abs(part * modes.rates[mode]);
            }
        }
        for (int state = 0; state < core; ++state) {
            double made = 0;
            for (int from = 0; from < core; ++from) made += matrix[state * n + from] * given[from];
            if (!(std::abs(sum[state] - given[state]) <= holds * size[state])) return false;
            if (!(std::abs(fast[state] - made) <= holds * fast_size[state])) return false;
        }
    }
    return true;
}

}  // namespace

bool ladder_modes(const double* matrix, Modes& modes) {
    Found found;
    return found.of(matrix, modes.layout) && Build(found, modes).go() && give_back(matrix, modes);
}

}  // namespace cisterna
