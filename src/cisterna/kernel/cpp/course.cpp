#include "course.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "loops.hpp"

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr std::size_t kept_durations = 2048;  // bounds the memory where few durations repeat
constexpr int rows_at_once = 64;              // modes of so many instants become states together
constexpr double roundings = 16;              // units in the last place that a sum over modes may lose

// Factors over one duration: of each mode, of a constant input into it, and of what a chain passes on.
struct Factors {
    Floats decay, filling, passed;
};

class Pace {
  public:
    explicit Pace(const Modes& modes) : modes_(modes) {}

    const Factors& over(double duration) {
        const auto found = kept_.find(duration);
        if (found != kept_.end()) return found->second;
        if (kept_.size() >= kept_durations) kept_.clear();
        return kept_.emplace(duration, factors(duration)).first->second;
    }

  private:
    Factors factors(double duration) const {
        const int n = modes_.layout.states;
        Factors made{Floats(n), Floats(n), Floats(n)};
        for (int i = 0; i < n; ++i) {
            const double rate = modes_.rates[i], exponent = rate * duration;
            made.decay[i] = std::exp(exponent);
            made.filling[i] = rate == 0 ? duration : std::expm1(exponent) / rate;
            made.passed[i] = modes_.passing[i] * duration * made.decay[i];
        }
        return made;
    }

    const Modes& modes_;
    std::unordered_map<double, Factors> kept_;
};

// One run through its instants; turns modes into states a block of instants at a time.
class Run {
  public:
    Run(const Modes& modes, const Program& program, double* states)
        : modes_(modes), program_(program), states_(states), n_(modes.layout.states), now_(n_, 0.0),
          input_(n_, 0.0), largest_(n_, 0.0), block_(rows_at_once * n_), entry_(n_ * program.inputs, 0.0) {
        for (int mode = 0; mode < n_; ++mode)
            for (int state = 0; state < n_; ++state)
                for (int one = 0; one < program.inputs; ++one)
                    entry_[mode * program.inputs + one] +=
                        modes.inverse[mode * n_ + state] * program.input_matrix[state * program.inputs + one];
        for (const auto& chain : modes.layout.chains)
            if (chain.size() == 2) pairs_.emplace_back(chain[0], chain[1]);
        passed_.resize(pairs_.size());
    }

    // False where an input goes straight into a chain of two steps, which has no such factor.
    bool possible() const {
        for (const auto& [first, second] : pairs_)
            for (int one = 0; one < program_.inputs; ++one)
                if (program_.input_matrix[first * program_.inputs + one] != 0 ||
                    program_.input_matrix[second * program_.inputs + one] != 0)
                    return false;
        return true;
    }

    void go() {
        std::copy_n(program_.initial, n_, states_);
        add(program_.initial);
        keep_largest();
        add_at(0, states_);
        Pace pace(modes_);
        for (int step = 0; step < program_.steps; ++step) {
            take_input(step);
            advance(pace.over(program_.durations[step]));
            if (held_ == 0) first_ = step + 1;
            std::copy_n(now_.data(), n_, block_.data() + held_ * n_);
            ++held_;
            const bool adds = next_ < program_.additions && program_.places[next_] == step + 1;
            if (held_ == rows_at_once || adds || step + 1 == program_.steps) write();
            if (adds) add_at(step + 1, states_ + static_cast<std::size_t>(step + 1) * n_);
        }
    }

    bool holds(double tolerance) const {
        Floats most(n_, 0.0);
        for (long long row = 0; row <= program_.steps; ++row)
            for (int state = 0; state < n_; ++state) most[state] = std::max(most[state], std::abs(states_[row * n_ + state]));
        const double each = roundings * std::numeric_limits<double>::epsilon();
        for (int state = 0; state < n_; ++state) {
            double bound = 0;
            for (int mode = 0; mode < n_; ++mode) bound += std::abs(modes_.basis[mode * n_ + state]) * largest_[mode];
            if (!(each * bound <= tolerance * most[state])) return false;
        }
        return true;
    }

  private:
    void add(const double* amounts) {
        for (int state = 0; state < n_; ++state) {
            if (amounts[state] == 0) continue;
            for (int mode = 0; mode < n_; ++mode) now_[mode] += modes_.inverse[mode * n_ + state] * amounts[state];
        }
    }

    void keep_largest() {
        for (int mode = 0; mode < n_; ++mode) largest_[mode] = std::max(largest_[mode], std::abs(now_[mode]));
    }

    void add_at(long long place, double* state) {
        for (; next_ < program_.additions && program_.places[next_] == place; ++next_) {
            const double* amounts = program_.added + static_cast<std::size_t>(next_) * n_;
            add(amounts);
            for (int one = 0; one < n_; ++one) state[one] += amounts[one];
        }
        keep_largest();
    }

    void take_input(int step) {
        const double* rates = program_.input + static_cast<std::size_t>(step) * program_.inputs;
        const double* before = rates - program_.inputs;
        if (step > 0 && std::equal(rates, rates + program_.inputs, before)) return;
        for (int mode = 0; mode < n_; ++mode) {
            double sum = 0;
            for (int one = 0; one < program_.inputs; ++one) sum += entry_[mode * program_.inputs + one] * rates[one];
            input_[mode] = sum;
        }
    }

    void advance(const Factors& factors) {
        for (std::size_t pair = 0; pair < pairs_.size(); ++pair)
            passed_[pair] = factors.passed[pairs_[pair].second] * now_[pairs_[pair].first];
        widest_.advance(n_, now_.data(), factors.decay.data(), factors.filling.data(), input_.data(), largest_.data());
        for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
            const int second = pairs_[pair].second;
            now_[second] += passed_[pair];
            largest_[second] = std::max(largest_[second], std::abs(now_[second]));
        }
    }

    void write() {
        widest_.multiply(held_, n_, n_, block_.data(), modes_.basis.data(), states_ + static_cast<std::size_t>(first_) * n_);
        held_ = 0;
    }

    const Modes& modes_;
    const Program& program_;
    double* states_;
    int n_;
    Floats now_, input_, largest_, block_, entry_;
    std::vector<std::pair<int, int>> pairs_;  // chains of two steps
    Floats passed_;                           // what the first step of each passed on in this duration
    int held_ = 0, first_ = 0, next_ = 0;
    const Loops& widest_ = widest_loops();
};

}  // namespace

bool follow(const Modes& modes, const Program& program, double tolerance, double* states) {
    Run run(modes, program, states);
    if (!run.possible()) return false;
    run.go();
    return run.holds(tolerance);
}

}  // namespace cisterna
