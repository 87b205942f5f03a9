#include "course.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

#include "loops.hpp"

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr std::size_t kept_durations = 2048;  // bounds the memory where few durations repeat
constexpr int rows_at_once = 64;              // modes of so many instants become outputs together
constexpr double roundings = 16;              // units in the last place that a sum over modes may lose
constexpr double settled = 45;                // time constants after which e^-45, 3e-20, of a mode is left

// The modes in the order in which they settle: first what is none of the core, then the core from the slowest.
struct Order {
    explicit Order(const Modes& modes) : mode(modes.layout.states), place(modes.layout.states), rate(mode.size()) {
        const int n = modes.layout.states, core = modes.layout.core;
        std::iota(mode.begin(), mode.end(), 0);
        std::rotate(mode.begin(), mode.begin() + core, mode.end());
        always = n - core;
        std::sort(mode.begin() + always, mode.end(), [&](int one, int other) {
            return modes.rates[one] != modes.rates[other] ? modes.rates[one] > modes.rates[other] : one < other;
        });
        for (int at = 0; at < n; ++at) {
            place[mode[at]] = at;
            rate[at] = modes.rates[mode[at]];
        }
    }

    std::vector<int> mode, place;
    Floats rate;
    int always;
};

// Factors over one duration: of each mode, of a constant input into it, and of what a chain passes on. From
// `active` on the modes have settled: they are what the input of the duration makes of them.
struct Factors {
    Floats decay, filling, passed;
    int active;
};

class Pace {
  public:
    Pace(const Modes& modes, const Order& order) : modes_(modes), order_(order) {}

    const Factors& over(double duration) {
        const auto found = kept_.find(duration);
        if (found != kept_.end()) return found->second;
        if (kept_.size() >= kept_durations) kept_.clear();
        return kept_.emplace(duration, factors(duration)).first->second;
    }

  private:
    Factors factors(double duration) const {
        const int n = modes_.layout.states;
        int active = order_.always;
        while (active < n && order_.rate[active] * duration > -settled) ++active;
        Factors made{Floats(active), Floats(active), Floats(order_.always), active};
        for (int at = 0; at < active; ++at) {
            const double rate = order_.rate[at], exponent = rate * duration;
            if (exponent < -1) {
                made.decay[at] = std::exp(exponent);
                made.filling[at] = (made.decay[at] - 1) / rate;
            } else {
                const double gained = std::expm1(exponent);
                made.decay[at] = gained + 1;
                made.filling[at] = rate == 0 ? duration : gained / rate;
            }
        }
        for (int at = 0; at < order_.always; ++at)
            made.passed[at] = modes_.passing[order_.mode[at]] * duration * made.decay[at];
        return made;
    }

    const Modes& modes_;
    const Order& order_;
    std::unordered_map<double, Factors> kept_;
};

// One run through its instants; turns modes into outputs a block of instants at a time. Modes lie in the
// order in which they settle; those from `fresh_` on have settled and stand in `level_`.
class Run {
  public:
    Run(const Modes& modes, const Program& program, const Reading& reading)
        : modes_(modes), program_(program), reading_(reading), order_(modes), n_(modes.layout.states),
          outputs_(reading.outputs), now_(n_, 0.0), input_(n_, 0.0), level_(n_, 0.0), largest_(n_, 0.0),
          block_(rows_at_once * n_), entry_(n_ * program.inputs, 0.0), observed_(n_ * outputs_), most_(outputs_, 0.0),
          resting_(outputs_), fresh_(n_) {
        for (int at = 0; at < n_; ++at)
            for (int state = 0; state < n_; ++state)
                for (int one = 0; one < program.inputs; ++one)
                    entry_[at * program.inputs + one] += modes.inverse[order_.mode[at] * n_ + state] *
                                                         program.input_matrix[state * program.inputs + one];
        for (const auto& chain : modes.layout.chains)
            if (chain.size() == 2) pairs_.emplace_back(order_.place[chain[0]], order_.place[chain[1]]);
        passed_.resize(pairs_.size());
        observe();
    }

    // False where an input goes straight into a chain of two steps, which has no such factor.
    bool possible() const {
        for (const auto& [first, second] : pairs_)
            for (int one = 0; one < program_.inputs; ++one)
                if (entry_[first * program_.inputs + one] != 0 || entry_[second * program_.inputs + one] != 0)
                    return false;
        return true;
    }

    void go() {
        add(program_.initial);
        keep_largest();
        if (wanted(0)) {
            read_state(program_.initial, value_of(0));
            written_ = ++asked_;
        }
        add_at(0);
        Pace pace(modes_, order_);
        for (int step = 0; step < program_.steps; ++step) {
            take_input(step);
            const Factors& factors = pace.over(program_.durations[step]);
            advance(factors);
            if (wanted(step + 1)) keep(factors.active);
            if (next_ < program_.additions && program_.places[next_] == step + 1) {
                write();
                add_at(step + 1);
            }
        }
        write();
        finish();
    }

    bool holds(double tolerance) {
        for (int row = 0; row < reading_.count; ++row) {
            const double* values = reading_.values + static_cast<std::size_t>(row) * outputs_;
            for (int out = 0; out < outputs_; ++out) most_[out] = std::max(most_[out], std::abs(values[out]));
        }
        const double each = roundings * std::numeric_limits<double>::epsilon();
        Floats bound(outputs_, 0.0);
        for (int at = 0; at < n_; ++at)
            for (int out = 0; out < outputs_; ++out) bound[out] += std::abs(observed_[at * outputs_ + out]) * largest_[at];
        for (int out = 0; out < outputs_; ++out)
            if (!(each * bound[out] <= tolerance * most_[out])) return false;
        return true;
    }

  private:
    // What each mode shows in each output.
    void observe() {
        Floats ordered(n_ * n_), weights(n_ * outputs_);
        for (int at = 0; at < n_; ++at)
            std::copy_n(modes_.basis.data() + order_.mode[at] * n_, n_, ordered.data() + at * n_);
        for (int state = 0; state < n_; ++state)
            for (int out = 0; out < outputs_; ++out) weights[state * outputs_ + out] = reading_.read[out * n_ + state];
        widest_.multiply(n_, n_, n_, outputs_, ordered.data(), weights.data(), observed_.data());
    }

    bool wanted(long long instant) const { return asked_ < reading_.count && reading_.rows[asked_] == instant; }

    double* value_of(int row) { return reading_.values + static_cast<std::size_t>(row) * outputs_; }

    void read_state(const double* state, double* values) const {
        for (int out = 0; out < outputs_; ++out) {
            double sum = 0;
            for (int one = 0; one < n_; ++one) sum += reading_.read[out * n_ + one] * state[one];
            values[out] = sum;
        }
    }

    void add(const double* amounts) {
        for (int state = 0; state < n_; ++state) {
            if (amounts[state] == 0) continue;
            for (int at = 0; at < n_; ++at) now_[at] += modes_.inverse[order_.mode[at] * n_ + state] * amounts[state];
        }
    }

    void keep_largest() {
        for (int at = 0; at < n_; ++at) largest_[at] = std::max(largest_[at], std::abs(now_[at]));
    }

    // A value at an instant is the one after what was added there, which is read as it is.
    void add_at(long long place) {
        wake(n_);
        const bool is_read = asked_ > 0 && reading_.rows[asked_ - 1] == place;
        double* values = is_read ? value_of(asked_ - 1) : nullptr;
        Floats more(outputs_);
        for (; next_ < program_.additions && program_.places[next_] == place; ++next_) {
            const double* amounts = program_.added + static_cast<std::size_t>(next_) * n_;
            add(amounts);
            if (values == nullptr) continue;
            read_state(amounts, more.data());
            for (int out = 0; out < outputs_; ++out) values[out] += more[out];
        }
        keep_largest();
    }

    // Modes up to `end` stand in `now_` again.
    void wake(int end) {
        for (; fresh_ < end; ++fresh_) {
            now_[fresh_] = level_[fresh_];
            largest_[fresh_] = std::max(largest_[fresh_], std::abs(now_[fresh_]));
        }
    }

    void take_input(int step) {
        const double* rates = program_.input + static_cast<std::size_t>(step) * program_.inputs;
        if (step > 0 && std::equal(rates, rates + program_.inputs, rates - program_.inputs)) return;
        write();
        wake(n_);
        for (int at = 0; at < n_; ++at) {
            double sum = 0;
            for (int one = 0; one < program_.inputs; ++one) sum += entry_[at * program_.inputs + one] * rates[one];
            input_[at] = sum;
            level_[at] = order_.rate[at] == 0 ? 0.0 : -sum / order_.rate[at];
        }
    }

    void advance(const Factors& factors) {
        wake(factors.active);
        for (std::size_t pair = 0; pair < pairs_.size(); ++pair)
            passed_[pair] = factors.passed[pairs_[pair].second] * now_[pairs_[pair].first];
        widest_.advance(factors.active, now_.data(), factors.decay.data(), factors.filling.data(), input_.data(),
                        largest_.data());
        for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
            const int second = pairs_[pair].second;
            now_[second] += passed_[pair];
            largest_[second] = std::max(largest_[second], std::abs(now_[second]));
        }
        fresh_ = factors.active;
    }

    void keep(int active) {
        double* row = block_.data() + held_ * n_;
        std::copy_n(now_.data(), active, row);
        std::copy(level_.begin() + active, level_.end(), row + active);
        in_block_ = std::max(in_block_, active);
        ++held_;
        ++asked_;
        if (held_ == rows_at_once) write();
    }

    void write() {
        if (held_ == 0) return;
        double* values = value_of(written_);
        widest_.multiply(held_, in_block_, n_, outputs_, block_.data(), observed_.data(), values);
        std::fill(resting_.begin(), resting_.end(), 0.0);
        for (int at = in_block_; at < n_; ++at)
            for (int out = 0; out < outputs_; ++out) resting_[out] += level_[at] * observed_[at * outputs_ + out];
        for (int row = 0; row < held_; ++row)
            for (int out = 0; out < outputs_; ++out) values[row * outputs_ + out] += resting_[out];
        written_ = asked_;
        held_ = in_block_ = 0;
    }

    void finish() {
        wake(n_);
        for (int state = 0; state < n_; ++state) reading_.last[state] = 0;
        for (int at = 0; at < n_; ++at) {
            const double* row = modes_.basis.data() + order_.mode[at] * n_;
            for (int state = 0; state < n_; ++state) reading_.last[state] += now_[at] * row[state];
        }
    }

    const Modes& modes_;
    const Program& program_;
    const Reading& reading_;
    const Order order_;
    int n_, outputs_;
    Floats now_, input_, level_, largest_, block_, entry_, observed_, most_, resting_;
    std::vector<std::pair<int, int>> pairs_;  // chains of two steps
    Floats passed_;                           // what the first step of each passed on in this duration
    int fresh_, held_ = 0, in_block_ = 0, next_ = 0;
    int asked_ = 0, written_ = 0;  // rows that were met, and those whose values stand
    const Loops& widest_ = widest_loops();
};

}  // namespace

bool follow(const Modes& modes, const Program& program, const Reading& reading, double tolerance) {
    Run run(modes, program, reading);
    if (!run.possible()) return false;
    run.go();
    return run.holds(tolerance);
}

}  // namespace cisterna
