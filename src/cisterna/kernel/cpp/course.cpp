#include "course.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "even.hpp"
#include "loops.hpp"
#include "pace.hpp"

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr int rows_at_once = 64;  // modes of so many instants become outputs together
constexpr int lanes = 8;          // outputs are filled up to a multiple of these
constexpr double roundings = 16;  // units in the last place that a sum over modes may lose

// One run through its instants; turns modes into outputs a block of instants at a time. Modes from `fresh_`
// on have settled and stand in `level_`. In a block the modes up to `in_block_` are summed; what the others
// show under an input of 1 is in `through_`, once for each number of modes.
class Run {
  public:
    Run(const Settling& modes, const Program& program, const Reading& reading)
        : modes_(modes), program_(program), reading_(reading), n_(modes.states), outputs_(reading.outputs),
          wide_((reading.outputs + lanes - 1) / lanes * lanes), kinds_(program.inputs), now_(n_, 0.0), input_(n_, 0.0),
          level_(n_, 0.0), largest_(n_, 0.0), entry_(kinds_ * n_), observed_(n_ * wide_),
          through_((n_ + 1) * kinds_ * wide_, 0.0), block_(rows_at_once * n_), made_(rows_at_once * wide_),
          passed_(modes.pairs.size()), fresh_(n_) {
        observe();
        let_in();
    }

    // False where an input goes straight into a chain of two steps, which has no such factor.
    bool possible() const {
        for (const auto& [first, second] : modes_.pairs)
            for (int kind = 0; kind < kinds_; ++kind)
                if (entry_[kind * n_ + first] != 0 || entry_[kind * n_ + second] != 0) return false;
        return true;
    }

    void go() {
        add(program_.initial);
        if (wanted(0)) {
            read_state(program_.initial, value_of(0));
            written_ = ++asked_;
        }
        add_at(0);
        Pace pace(modes_);
        for (int step = 0; step < program_.steps; ++step) {
            take_input(step);
            const Factors& factors = pace.over(static_cast<double>(program_.instants[step + 1] - program_.instants[step]) / program_.ticks_per_hour);
            if (factors.active > in_block_) {
                write();
                in_block_ = factors.active;
            }
            advance(factors, block_.data() + held_ * n_);
            if (wanted(step + 1)) keep(factors.active, step);
            if (next_ < program_.additions && program_.places[next_] == step + 1) {
                write();
                add_at(step + 1);
            }
        }
        write();
        finish();
    }

    bool holds(double tolerance) const {
        Floats bound(wide_, 0.0), most(outputs_, 0.0);
        for (int at = 0; at < n_; ++at)
            for (int out = 0; out < wide_; ++out) bound[out] += std::abs(observed_[at * wide_ + out]) * largest_[at];
        for (int row = 0; row < reading_.count; ++row)
            for (int out = 0; out < outputs_; ++out)
                most[out] = std::max(most[out], std::abs(reading_.values[static_cast<std::size_t>(row) * outputs_ + out]));
        const double each = roundings * std::numeric_limits<double>::epsilon();
        for (int out = 0; out < outputs_; ++out)
            if (!(each * bound[out] <= tolerance * most[out])) return false;
        return true;
    }

  private:
    // What each mode shows in each output.
    void observe() {
        Floats weights(n_ * wide_, 0.0);
        for (int state = 0; state < n_; ++state)
            for (int out = 0; out < outputs_; ++out) weights[state * wide_ + out] = reading_.read[out * n_ + state];
        loops_.multiply(n_, n_, n_, wide_, modes_.shows.data(), weights.data(), observed_.data());
    }

    // What each input gives to each mode, and what settled modes show of it.
    void let_in() {
        for (int state = 0; state < n_; ++state)
            for (int kind = 0; kind < kinds_; ++kind) {
                const double share = program_.input_matrix[state * kinds_ + kind];
                if (share == 0) continue;
                for (int at = 0; at < n_; ++at) entry_[kind * n_ + at] += share * modes_.takes[state * n_ + at];
            }
        for (int at = n_ - 1; at >= modes_.always; --at)
            for (int kind = 0; kind < kinds_; ++kind) {
                const double level = entry_[kind * n_ + at] * modes_.plateaus[at];
                double* own = through_.data() + (at * kinds_ + kind) * wide_;
                const double* after = own + kinds_ * wide_;
                for (int out = 0; out < wide_; ++out) own[out] = after[out] + level * observed_[at * wide_ + out];
            }
    }

    bool wanted(long long instant) const { return asked_ < reading_.count && reading_.rows[asked_] == instant; }

    double* value_of(int row) { return reading_.values + static_cast<std::size_t>(row) * outputs_; }

    void read_state(const double* state, double* values) const {
        std::fill_n(values, outputs_, 0.0);
        for (int one = 0; one < n_; ++one) {
            if (state[one] == 0) continue;
            for (int out = 0; out < outputs_; ++out) values[out] += reading_.read[out * n_ + one] * state[one];
        }
    }

    void add(const double* amounts) {
        for (int state = 0; state < n_; ++state) {
            if (amounts[state] == 0) continue;
            for (int at = 0; at < n_; ++at) now_[at] += modes_.takes[state * n_ + at] * amounts[state];
        }
        keep_largest();
    }

    // Under constant input a mode lies between what it was and its level, or moves one way, but for the second
    // step of a chain, which is looked at in every step.
    void keep_largest() {
        for (int at = 0; at < n_; ++at) largest_[at] = std::max(largest_[at], std::abs(now_[at]));
    }

    // A value at an instant is the one after what was added there, which is read as it is.
    void add_at(long long place) {
        const bool is_read = asked_ > 0 && reading_.rows[asked_ - 1] == place;
        Floats more(outputs_);
        for (; next_ < program_.additions && program_.places[next_] == place; ++next_) {
            const double* amounts = program_.added + static_cast<std::size_t>(next_) * n_;
            wake(n_);
            add(amounts);
            if (!is_read) continue;
            read_state(amounts, more.data());
            for (int out = 0; out < outputs_; ++out) value_of(asked_ - 1)[out] += more[out];
        }
    }

    // Modes up to `end` stand in `now_` again.
    void wake(int end) {
        if (fresh_ < end) std::copy(level_.begin() + fresh_, level_.begin() + end, now_.begin() + fresh_);
        fresh_ = std::max(fresh_, end);
    }

    void take_input(int step) {
        const double* rates = program_.input + static_cast<std::size_t>(step) * kinds_;
        if (step > 0 && std::equal(rates, rates + kinds_, rates - kinds_)) return;
        wake(n_);
        for (int at = 0; at < modes_.always; ++at) largest_[at] = std::max(largest_[at], std::abs(now_[at]));
        loops_.take(n_, kinds_, entry_.data(), rates, modes_.plateaus.data(), input_.data(), level_.data(), largest_.data());
    }

    // Into `row`, too.
    void advance(const Factors& factors, double* row) {
        if (fresh_ < factors.active) wake(factors.active);
        for (std::size_t pair = 0; pair < modes_.pairs.size(); ++pair)
            passed_[pair] = factors.passed[modes_.pairs[pair].second] * now_[modes_.pairs[pair].first];
        loops_.advance(factors.active, now_.data(), factors.decay.data(), factors.filling.data(), input_.data(), row);
        for (std::size_t pair = 0; pair < modes_.pairs.size(); ++pair) {
            const int second = modes_.pairs[pair].second;
            row[second] = now_[second] += passed_[pair];
            largest_[second] = std::max(largest_[second], std::abs(now_[second]));
        }
        fresh_ = factors.active;
    }

    // The row that was made last.
    void keep(int active, int step) {
        double* row = block_.data() + held_ * n_;
        if (active < in_block_) std::copy(level_.begin() + active, level_.begin() + in_block_, row + active);
        most_active_ = std::max(most_active_, active);
        steps_[held_++] = step;
        ++asked_;
        if (held_ == rows_at_once) write();
    }

    void write() {
        if (held_ == 0) return;
        loops_.multiply(held_, in_block_, n_, wide_, block_.data(), observed_.data(), made_.data());
        for (int row = 0; row < held_; ++row) {
            double* made = made_.data() + row * wide_;
            const double* rates = program_.input + static_cast<std::size_t>(steps_[row]) * kinds_;
            const double* through = through_.data() + in_block_ * kinds_ * wide_;
            for (int kind = 0; kind < kinds_; ++kind, through += wide_)
                for (int out = 0; out < wide_; ++out) made[out] += rates[kind] * through[out];
            std::copy_n(made, outputs_, value_of(written_ + row));
        }
        written_ = asked_;
        in_block_ = most_active_;
        held_ = most_active_ = 0;
    }

    void finish() {
        wake(n_);
        keep_largest();
        std::fill_n(reading_.last, n_, 0.0);
        for (int at = 0; at < n_; ++at)
            for (int state = 0; state < n_; ++state) reading_.last[state] += now_[at] * modes_.shows[at * n_ + state];
    }

    const Settling& modes_;
    const Program& program_;
    const Reading& reading_;
    int n_, outputs_, wide_, kinds_;
    Floats now_, input_, level_, largest_;  // of each mode
    Floats entry_, observed_, through_;
    Floats block_, made_;
    Floats passed_;  // what the first step of each chain of two passed on in this duration
    int steps_[rows_at_once];
    int fresh_, held_ = 0, in_block_ = 0, most_active_ = 0, next_ = 0;
    int asked_ = 0, written_ = 0;  // rows that were met, and those whose values stand
    const Loops& loops_ = widest_loops();
};

}  // namespace

bool follow(const Settling& modes, const Program& program, const Reading& reading, double tolerance) {
    if (follow_evenly(modes, program, reading, tolerance)) return true;
    Run run(modes, program, reading);
    if (!run.possible()) return false;
    run.go();
    return run.holds(tolerance);
}

}  // namespace cisterna
