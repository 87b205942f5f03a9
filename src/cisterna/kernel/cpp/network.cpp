#include "network.hpp"

#include <cmath>
#include <optional>

#include "ladder_modes.hpp"
#include "loops.hpp"
#include "newton.hpp"

// The core less the asymmetry of its hub is a reversible network: a diagonal scaling makes it symmetric.
// Its eigenvectors are orthogonal and found to rounding. The asymmetry of the hub is then one update of
// rank one, whose eigenvalues solve a scalar secular equation (Golub 1973, SIAM Rev 15:318). Chains and
// observers are triangular to the core and follow in closed form.

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr double symmetry = 1e-12;  // relative difference of two rates that are to be equal after scaling
constexpr int most_turns = 200;

// Scale factors (core) under which the tree of exchanges is symmetric; none where it is no such tree.
std::optional<Floats> scaling(const double* matrix, const Layout& layout) {
    const int n = layout.states, core = layout.core;
    Floats scale(core, 0.0);
    std::vector<int> waiting;
    const auto spread = [&](int start) {
        waiting.push_back(start);
        while (!waiting.empty()) {
            const int from = waiting.back();
            waiting.pop_back();
            for (int to = 0; to < core; ++to) {
                const double out = matrix[to * n + from], back = matrix[from * n + to];
                if (to == from || to == layout.hub || from == layout.hub || (out == 0 && back == 0)) continue;
                if (!(out > 0 && back > 0)) return false;
                if (scale[to] == 0) {
                    scale[to] = scale[from] * std::sqrt(out / back);
                    waiting.push_back(to);
                }
            }
        }
        return true;
    };
    const int hub = layout.hub;
    const auto beside_hub = [&](int state, double known) {
        const double out = matrix[hub * n + state], back = matrix[state * n + hub];
        return out > 0 && back > 0 ? known * std::sqrt(out / back) : known;
    };
    for (int state = 0; state < core; ++state) {
        if (state == hub || scale[state] != 0) continue;
        if (scale[hub] == 0) {
            scale[state] = 1.0;
            scale[hub] = beside_hub(state, 1.0);
        } else {
            const double out = matrix[state * n + hub], back = matrix[hub * n + state];
            scale[state] = out > 0 && back > 0 ? scale[hub] * std::sqrt(out / back) : scale[hub];
        }
        if (!spread(state)) return std::nullopt;
    }
    if (core == 1) scale[hub] = 1.0;
    return scale;
}

// The scaled core made symmetric, and by how much the row of the hub differs from its column.
bool make_symmetric(const double* matrix, const Layout& layout, const Floats& scale, Floats& symmetric,
                    Floats& asymmetry) {
    const int n = layout.states, core = layout.core, hub = layout.hub;
    const auto scaled = [&](int to, int from) { return matrix[to * n + from] * scale[from] / scale[to]; };
    for (int i = 0; i < core; ++i) {
        symmetric[i * core + i] = matrix[i * n + i];
        for (int j = 0; j < i; ++j) {
            const double one = scaled(i, j), other = scaled(j, i);
            if (i != hub && j != hub && std::abs(one - other) > symmetry * std::abs(one + other)) return false;
            const double kept = i == hub ? other : one;
            symmetric[i * core + j] = symmetric[j * core + i] = kept;
            if (i == hub) asymmetry[j] = one - other;
            if (j == hub) asymmetry[i] = other - one;
        }
    }
    return true;
}

// Eigenvalue nearest to the `own`-th of diag(values) + column row', from its own secular equation in the
// distance to it, which loses no digit where the weight is tiny. Gives also the equation's other sum.
struct Root {
    double distance;
    double others;
};

std::optional<Root> secular_root(const Floats& values, const Floats& column, const Floats& row, int own) {
    const int count = static_cast<int>(values.size());
    const double weight = column[own] * row[own];
    double distance = 0, others = 1;
    for (int turn = 0; turn < most_turns; ++turn) {
        others = 1;
        for (int i = 0; i < count; ++i) {
            const double numerator = column[i] * row[i];
            if (i == own || numerator == 0) continue;
            others += numerator / ((values[i] - values[own]) - distance);
        }
        const double next = weight / others;
        if (!std::isfinite(next)) return std::nullopt;
        const bool settled = std::abs(next - distance) <= 1e-16 * std::abs(values[own]) + 1e-15 * std::abs(next);
        distance = next;
        if (settled) return Root{distance, others};
    }
    return std::nullopt;
}

// Eigenvalues, right and left eigenvectors (as rows, in the basis of the symmetric part) of the update.
bool update_by_rank_one(Floats& values, const Floats& column, const Floats& row, Floats& right, Floats& left) {
    const int count = static_cast<int>(values.size());
    Floats updated(values);
    for (int own = 0; own < count; ++own) {
        const auto root = secular_root(values, column, row, own);
        if (!root) return false;
        double product = 1;
        for (int i = 0; i < count; ++i) {
            double& x = right[own * count + i];
            double& y = left[own * count + i];
            x = y = i == own ? 1.0 : 0.0;
            const double right_weight = column[i] * row[own], left_weight = row[i] * column[own];
            if (i == own || (right_weight == 0 && left_weight == 0)) continue;
            const double gap = root->others * ((values[i] - values[own]) - root->distance);
            x = -right_weight / gap;
            y = -left_weight / gap;
            product += x * y;
        }
        if (!std::isfinite(product) || product == 0) return false;
        for (int i = 0; i < count; ++i) left[own * count + i] /= product;
        updated[own] = values[own] + root->distance;
        if (!(updated[own] <= 0)) return false;
    }
    values = updated;
    return true;
}

bool core_modes(const double* matrix, Modes& modes) {
    const Layout& layout = modes.layout;
    const Loops& loops = widest_loops();
    const int n = layout.states, core = layout.core;
    const auto scale = scaling(matrix, layout);
    if (!scale) return false;
    Floats symmetric(core * core), asymmetry(core, 0.0);
    if (!make_symmetric(matrix, layout, *scale, symmetric, asymmetry)) return false;
    Floats values(core), vectors(core * core), scratch(3 * core), work(symmetric);
    if (!loops.symmetric_modes(core, work.data(), values.data(), vectors.data(), scratch.data())) return false;
    Floats column(core), row(core);
    for (int mode = 0; mode < core; ++mode) {
        column[mode] = vectors[mode * core + layout.hub];
        double sum = 0;
        for (int state = 0; state < core; ++state) sum += asymmetry[state] * vectors[mode * core + state];
        row[mode] = sum;
    }
    Floats right(core * core), left(core * core), basis(core * core), inverse(core * core);
    if (!update_by_rank_one(values, column, row, right, left)) return false;
    loops.multiply(core, core, core, core, right.data(), vectors.data(), basis.data());
    loops.multiply(core, core, core, core, left.data(), vectors.data(), inverse.data());
    for (int mode = 0; mode < core; ++mode) {
        modes.rates[mode] = values[mode];
        for (int state = 0; state < core; ++state) {
            modes.basis[mode * n + state] = basis[mode * core + state] * (*scale)[state];
            modes.inverse[mode * n + state] = inverse[mode * core + state] / (*scale)[state];
        }
    }
    return sharpen_slow_modes(matrix, modes);
}

// What a mode must hold of another so that both are by themselves: numerator / (difference of rates).
bool share(double numerator, double difference, double& result) {
    result = numerator == 0 ? 0.0 : numerator / difference;
    return std::isfinite(result);
}

// States of a chain, last first, with what each passes to the state after it within the chain.
bool chain_modes(const double* matrix, Modes& modes) {
    const int n = modes.layout.states, core = modes.layout.core;
    for (const auto& chain : modes.layout.chains) {
        if (chain.empty() || chain.size() > 2) return false;
        for (const int state : chain) {
            modes.rates[state] = matrix[state * n + state];
            if (modes.rates[state] != modes.rates[chain[0]] || !(modes.rates[state] <= 0)) return false;
        }
        if (chain.size() == 2) modes.passing[chain[1]] = matrix[chain[1] * n + chain[0]];
        for (int place = static_cast<int>(chain.size()) - 1; place >= 0; --place) {
            const int state = chain[place];
            const int after = place + 1 < static_cast<int>(chain.size()) ? chain[place + 1] : -1;
            Floats followed(core, 0.0);  // of this state, in every mode of the core
            for (int mode = 0; mode < core; ++mode) {
                double* inverse = modes.inverse.data() + mode * n;
                double fed = 0;
                for (int to = 0; to < core; ++to) fed += inverse[to] * matrix[to * n + state];
                const double onward = after < 0 ? 0.0 : -inverse[after] * modes.passing[after];
                if (!share(onward - fed, modes.rates[mode] - modes.rates[state], followed[mode])) return false;
                inverse[state] = -followed[mode];
            }
            double* own = modes.basis.data() + state * n;
            own[state] = modes.inverse[state * n + state] = 1.0;
            for (int mode = 0; mode < core; ++mode)
                for (int to = 0; to < core; ++to) own[to] += followed[mode] * modes.basis[mode * n + to];
        }
    }
    return true;
}

bool observer_modes(const double* matrix, Modes& modes) {
    const int n = modes.layout.states, core = modes.layout.core;
    for (const int observer : modes.layout.observers) {
        const double rate = matrix[observer * n + observer];
        if (!(rate <= 0)) return false;
        modes.rates[observer] = rate;
        const auto seen = [&](int mode) {
            double sum = 0;
            for (int state = 0; state < n; ++state)
                if (state != observer) sum += matrix[observer * n + state] * modes.basis[mode * n + state];
            return sum;
        };
        Floats held(n, 0.0);
        for (int mode = 0; mode < core; ++mode)
            if (!share(seen(mode), modes.rates[mode] - rate, held[mode])) return false;
        for (const auto& chain : modes.layout.chains)
            for (int place = static_cast<int>(chain.size()) - 1; place >= 0; --place) {
                const int state = chain[place];
                double numerator = seen(state);
                if (place + 1 < static_cast<int>(chain.size()))
                    numerator -= held[chain[place + 1]] * modes.passing[chain[place + 1]];
                if (!share(numerator, modes.rates[state] - rate, held[state])) return false;
            }
        double* inverse = modes.inverse.data() + observer * n;
        for (int mode = 0; mode < n; ++mode) {
            if (held[mode] == 0) continue;
            for (int state = 0; state < n; ++state) inverse[state] -= held[mode] * modes.inverse[mode * n + state];
        }
        // Only now: an observer follows no other observer.
        for (int mode = 0; mode < n; ++mode) modes.basis[mode * n + observer] = held[mode];
        modes.basis[observer * n + observer] = inverse[observer] = 1.0;
    }
    return true;
}

}  // namespace

Modes modes_of(const double* rate_matrix, const Layout& layout) {
    const int n = layout.states;
    Modes modes{layout, Floats(n, 0.0), Floats(n, 0.0), Floats(n * n, 0.0), Floats(n * n, 0.0), false};
    modes.found = (ladder_modes(rate_matrix, modes) || core_modes(rate_matrix, modes)) && chain_modes(rate_matrix, modes) &&
                  observer_modes(rate_matrix, modes);
    return modes;
}

}  // namespace cisterna
