#include "newton.hpp"

#include <algorithm>
#include <cmath>

#include "loops.hpp"

// With X the right eigenvectors, Y = X^-1 the left and R = M X - X L what they lack, X (I + F) with
// F_ij = (Y R)_ij / (l_j - l_i) lacks only what is quadratic in F (Ogita and Aishima 2018, Japan J Indust
// Appl Math 35:1007). R comes to twice the digits, for its terms cancel. Between a slow and a fast mode the
// gap is wide and F is rounding, so that the slow ones are taken by themselves.

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr double slow = 1.0 / 64;      // of the fastest rate; above it the solver's error is a few roundings
constexpr double near_enough = 0.125;  // largest sum of a row of F for which a series of it is summed
constexpr int most_terms = 20;

struct Block {
    std::vector<int> modes;
    Floats values, right, left;  // right (modes, core), left (modes, core)

    int count() const { return static_cast<int>(modes.size()); }
};

Block slow_ones(const Modes& modes) {
    const int n = modes.layout.states, core = modes.layout.core;
    Block block;
    const double fastest = *std::min_element(modes.rates.begin(), modes.rates.begin() + core);
    for (int mode = 0; mode < core; ++mode) {
        if (modes.rates[mode] < slow * fastest) continue;
        block.modes.push_back(mode);
        block.values.push_back(modes.rates[mode]);
        const double* right = modes.basis.data() + mode * n;
        const double* left = modes.inverse.data() + mode * n;
        block.right.insert(block.right.end(), right, right + core);
        block.left.insert(block.left.end(), left, left + core);
    }
    return block;
}

// What the right eigenvectors lack, (core, modes).
Floats lacking(const double* matrix, const Layout& layout, const Block& block) {
    const int core = layout.core, count = block.count();
    std::vector<int> begins{0}, places;
    Floats factors, vectors(core * count), sums(core * count), rests(count);
    for (int row = 0; row < core; ++row) {
        for (int column = 0; column < core; ++column) {
            const double factor = matrix[row * layout.states + column];
            if (factor == 0) continue;
            places.push_back(column);
            factors.push_back(factor);
        }
        begins.push_back(static_cast<int>(places.size()));
    }
    for (int mode = 0; mode < count; ++mode)
        for (int state = 0; state < core; ++state) vectors[state * count + mode] = block.right[mode * core + state];
    const Rows rows{core, begins.data(), places.data(), factors.data()};
    widest_loops().residual(rows, count, block.values.data(), vectors.data(), sums.data(), rests.data());
    return sums;
}

// F transposed, (modes, modes), and the eigenvalues moved; false where F is not small.
bool step_of(Block& block, int core, const Floats& lack, Floats& step) {
    const int count = block.count();
    Floats seen(count * count);
    widest_loops().multiply(count, core, core, count, block.left.data(), lack.data(), seen.data());
    for (int j = 0; j < count; ++j) {
        double row = 0;
        for (int i = 0; i < count; ++i) {
            const double lacks = seen[i * count + j];
            const double share = i == j || lacks == 0 ? 0.0 : lacks / (block.values[j] - block.values[i]);
            step[j * count + i] = share;
            row += std::abs(share);
        }
        if (!(row <= near_enough)) return false;
    }
    for (int j = 0; j < count; ++j) block.values[j] += seen[j * count + j];
    return true;
}

// (I + F)^-1 - I, (modes, modes), from the transposed F.
Floats back(int count, const Floats& step) {
    Floats first(count * count), power, sum;
    for (int i = 0; i < count; ++i)
        for (int j = 0; j < count; ++j) first[i * count + j] = -step[j * count + i];
    sum = power = first;
    for (int term = 2; term <= most_terms; ++term) {
        Floats next(count * count);
        widest_loops().multiply(count, count, count, count, power.data(), first.data(), next.data());
        double largest = 0;
        for (int place = 0; place < count * count; ++place) {
            sum[place] += next[place];
            largest = std::max(largest, std::abs(next[place]));
        }
        if (largest <= 1e-18) break;
        power.swap(next);
    }
    return sum;
}

void turn(int count, int core, const Floats& by, Floats& rows) {
    Floats added(count * core);
    widest_loops().multiply(count, count, count, core, by.data(), rows.data(), added.data());
    for (int place = 0; place < count * core; ++place) rows[place] += added[place];
}

}  // namespace

bool sharpen_slow_modes(const double* matrix, Modes& modes) {
    const int n = modes.layout.states, core = modes.layout.core;
    Block block = slow_ones(modes);
    const int count = block.count();
    Floats step(count * count);
    if (!step_of(block, core, lacking(matrix, modes.layout, block), step)) return false;
    turn(count, core, back(count, step), block.left);
    turn(count, core, step, block.right);
    for (int place = 0; place < count; ++place) {
        const int mode = block.modes[place];
        if (!(block.values[place] <= 0)) return false;
        modes.rates[mode] = block.values[place];
        std::copy_n(block.right.data() + place * core, core, modes.basis.data() + mode * n);
        std::copy_n(block.left.data() + place * core, core, modes.inverse.data() + mode * n);
    }
    return true;
}

}  // namespace cisterna
