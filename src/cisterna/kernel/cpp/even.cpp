#include "even.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "even_blocks.hpp"
#include "loops.hpp"
#include "wide.hpp"

namespace cisterna {
namespace {

using Floats = std::vector<double>;

constexpr int fewest_rows = 24, most_lefts = 128, most_added = 16, at_first = 1024;
constexpr double shortest_h = 1 / 3600.0;  // of an input: the difference of two long ones is too coarse for less
constexpr double gone = 80;       // time constants after which nothing of a mode is left
constexpr double roundings = 16;  // units in the last place that a sum over modes may lose

constexpr int padded(int count) { return (count + 7) / 8 * 8; }

// The same for as long as the thread lives, so that a live preview asks for no memory.
double* room_of(std::size_t count) {
    thread_local Wide room;
    if (room.size() < count) room.resize(count);
    return room.data();
}

// What happens, as the blocks take it. The states are the inputs and then the modes; see even_blocks.hpp.
class Plan {
  public:
    Plan(const Settling& modes, const Program& program, const Reading& reading)
        : modes_(modes), program_(program), reading_(reading), n_(modes.states), kinds_(program.inputs),
          states_(n_ + kinds_), stride_(padded(states_)) {}

    // False where the even times are not there, or too much differs.
    bool possible() { return kinds_ <= most_inputs && times_lie_evenly() && let_in() && happenings(); }

    bool follow(double tolerance) {
        const EvenBlocks all = blocks();
        Wide state(stride_), largest(stride_);
        Floats most(reading_.outputs);
        loops_.follow_blocks(all, room_of(static_cast<std::size_t>(even_room(all))),
                             EvenMade{reading_.values, most.data(), state.data(), largest.data()});
        finish(state);
        return holds(largest, most, tolerance);
    }

  private:
    bool times_lie_evenly() {
        if (reading_.count < fewest_rows) return false;
        const long long *instants = program_.instants, *rows = reading_.rows;
        const long long first = instants[rows[0]];
        step_ = instants[rows[1]] - first;
        long long expected = first;
        for (int row = 0; row < reading_.count; ++row, expected += step_)
            if (instants[rows[row]] != expected) return false;
        const long long skipped = (first - instants[0] + step_ - 1) / step_;
        begin_ = first - skipped * step_;
        const long long blocks = (instants[program_.steps] - begin_) / (even_block * step_) + 1;
        if (skipped > 4LL * reading_.count || blocks > reading_.count) return false;
        skipped_ = static_cast<int>(skipped);
        blocks_ = static_cast<int>(blocks);
        return true;
    }

    // What a step of each input makes of the states: it stays, and less decays.
    bool let_in() {
        vectors_.assign(static_cast<std::size_t>(kinds_ + most_added + 1) * stride_, 0.0);
        sizes_.assign(kinds_ + most_added + 1, 0.0);
        at_once_.assign(static_cast<std::size_t>(kinds_ + most_added + 1) * reading_.outputs, 0.0);
        slots_.fill(-1);
        used_ = kinds_;
        for (int kind = 0; kind < kinds_; ++kind) {
            double* own = vectors_.data() + kind * stride_;
            double* entry = own + kinds_;
            own[kind] = 1;
            for (int state = 0; state < n_; ++state)
                if (const double share = program_.input_matrix[state * kinds_ + kind]; share != 0) add_state(state, share, entry);
            for (const auto& [first, second] : modes_.pairs)
                if (entry[first] != 0 || entry[second] != 0) return false;  // an input into a chain
            for (int at = 0; at < n_; ++at) {
                if (modes_.rates[at] == 0 && entry[at] != 0) passing_.push_back({kind, kinds_ + at, entry[at], 0});
                entry[at] *= -modes_.plateaus[at];
            }
        }
        sums_ = static_cast<int>(passing_.size());
        for (const auto& [first, second] : modes_.pairs) passing_.push_back({kinds_ + first, kinds_ + second, modes_.passing[second], 0});
        for (EvenPassing& passing : passing_) {
            passing.target = static_cast<int>(std::find(targets_.begin(), targets_.end(), passing.to) - targets_.begin());
            if (passing.target == static_cast<int>(targets_.size())) targets_.push_back(passing.to);
            if (passing.from < kinds_) sum_targets_ = static_cast<int>(targets_.size());
        }
        return passing_.size() <= most_passings;
    }

    void add_state(int state, double amount, double* to) const {
        const double* takes = modes_.takes.data() + static_cast<std::size_t>(state) * n_;
        for (int at = 0; at < n_; ++at) to[at] += amount * takes[at];
    }

    // What each output shows of it at once, for the vector that is made.
    void show_state(int state, double amount) {
        double* own = at_once_.data() + static_cast<std::size_t>(used_) * reading_.outputs;
        for (int out = 0; out < reading_.outputs; ++out) own[out] += amount * reading_.read[out * n_ + state];
    }

    // All of it in the order of time: what was there at first, what is added, inputs that begin.
    bool happenings() {
        events_.reserve(at_first);
        instants_.reserve(at_first);
        if (std::any_of(program_.initial, program_.initial + n_, [](double amount) { return amount != 0; })) {
            double* own = vectors_.data() + static_cast<std::size_t>(used_) * stride_ + kinds_;
            for (int state = 0; state < n_; ++state)
                if (program_.initial[state] != 0) {
                    add_state(state, program_.initial[state], own);
                    show_state(state, program_.initial[state]);
                }
            if (!happens(used_++, -1, program_.instants[0], 1, 0)) return false;
        }
        const double* input = program_.input;
        const long long rates = static_cast<long long>(program_.steps) * kinds_;
        const auto changed = [&](long long place) {  // the next rate that differs from the one before
            while (place < std::min<long long>(kinds_, rates) && input[place] == 0) ++place;
            while (place < rates && place >= kinds_ && input[place] == input[place - kinds_]) ++place;
            return place;
        };
        std::array<long long, most_inputs> began{};
        long long next = 0, change = changed(0);
        while (next < program_.additions || change < rates) {
            const long long change_place = change < rates ? change / kinds_ : program_.steps;
            if (next < program_.additions && program_.places[next] <= change_place) {
                const double* amounts = program_.added + static_cast<std::size_t>(next) * n_;
                if (!add_amounts(amounts, program_.instants[program_.places[next++]])) return false;
                continue;
            }
            const double rate = input[change], before = change < kinds_ ? 0.0 : input[change - kinds_];
            const int kind = static_cast<int>(change - change_place * kinds_);
            if (before != 0 && hours(program_.instants[change_place] - began[kind]) < shortest_h) return false;
            began[kind] = program_.instants[change_place];
            if (!happens(kind, kind, program_.instants[change_place], rate - before, rate)) return false;
            change = changed(change + 1);
        }
        return true;
    }

    bool add_amounts(const double* amounts, long long at) {
        for (int first = 0; first < n_; first += 8) {
            const int end = std::min(first + 8, n_);
            std::uint64_t bits = 0;  // nearly all are 0
            for (int state = first; state < end; ++state) bits |= std::bit_cast<std::uint64_t>(amounts[state]);
            for (int state = first; bits != 0 && state < end; ++state) {
                if (amounts[state] == 0) continue;
                const int vector = vector_of(state);
                if (vector < 0 || !happens(vector, -1, at, amounts[state], 0)) return false;
            }
        }
        return true;
    }

    int vector_of(int state) {
        for (std::size_t one = 0; one < added_.size(); ++one)
            if (added_[one].state == state) return added_[one].vector;
        if (added_.size() == most_added) return -1;
        add_state(state, 1, vectors_.data() + static_cast<std::size_t>(used_) * stride_ + kinds_);
        show_state(state, 1);
        added_.push_back({state, used_});
        return used_++;
    }

    bool happens(int vector, int kind, long long at, double size, double rate) {
        const long long since = at - begin_;
        while (since >= block_begin_ + even_block * step_) block_begin_ += even_block * step_, ++block_;
        const long long within = since - block_begin_, first = (within + step_ - 1) / step_;
        const int left = left_of(vector, first * step_ - within);
        if (left < 0) return false;
        events_.push_back({block_, static_cast<int>(first), left, kind, size, rate});
        instants_.push_back(at);
        sizes_[vector] = std::max({sizes_[vector], std::abs(size), std::abs(rate)});
        return true;
    }

    int left_of(int vector, long long wait) {
        const std::uint64_t mixed = (static_cast<std::uint64_t>(wait) * 64 + static_cast<std::uint64_t>(vector)) * 0x9E3779B97F4A7C15u;
        for (std::size_t slot = mixed >> 56;; slot = (slot + 1) % slots_.size()) {
            const int left = slots_[slot];
            if (left >= 0 && waits_[left].ticks == wait && waits_[left].vector == vector) return left;
            if (left >= 0) continue;
            if (waits_.size() == most_lefts) return -1;
            waits_.push_back({wait, vector});
            return slots_[slot] = static_cast<int>(waits_.size()) - 1;
        }
    }

    EvenBlocks blocks() {
        observe();
        rates_.assign(stride_, 0.0);
        std::copy(modes_.rates.begin(), modes_.rates.end(), rates_.begin() + kinds_);
        for (const Wait& wait : waits_) {
            const int kind = wait.vector < kinds_ ? wait.vector : -1;
            const double* at_once = kind >= 0 || wait.ticks > 0 ? nullptr : at_once_.data() + static_cast<std::size_t>(wait.vector) * reading_.outputs;
            lefts_.push_back({vectors_.data() + static_cast<std::size_t>(wait.vector) * stride_, hours(wait.ticks), kind, at_once});
        }
        EvenBlocks all;
        all.states = states_, all.always = kinds_ + modes_.always, all.outputs = reading_.outputs, all.wide = padded(reading_.outputs);
        all.rates = rates_.data(), all.observed = observed_.data();
        all.passings = static_cast<int>(passing_.size()), all.sums = sums_, all.inputs = kinds_, all.targets = static_cast<int>(targets_.size()), all.target = targets_.data(), all.sum_targets = sum_targets_, all.passing = passing_.data();
        all.step_h = hours(step_), all.blocks = blocks_, all.skipped = skipped_, all.rows = reading_.count;
        all.lefts = static_cast<int>(lefts_.size()), all.events = static_cast<int>(events_.size());
        all.left = lefts_.data(), all.event = events_.data();
        return all;
    }

    // What each mode shows, and what stands under each input.
    void observe() {
        const int outputs = reading_.outputs, wide = padded(outputs);
        Floats weights(static_cast<std::size_t>(n_) * wide, 0.0);
        for (int state = 0; state < n_; ++state)
            for (int out = 0; out < outputs; ++out) weights[state * wide + out] = reading_.read[out * n_ + state];
        observed_.assign(static_cast<std::size_t>(states_) * wide, 0.0);
        double* modes = observed_.data() + static_cast<std::size_t>(kinds_) * wide;
        loops_.multiply(n_, n_, n_, wide, modes_.shows.data(), weights.data(), modes);
        for (int kind = 0; kind < kinds_; ++kind)
            for (int at = n_ - 1; at >= 0; --at)
                for (int out = 0; out < outputs; ++out)
                    observed_[kind * wide + out] -= vectors_[kind * stride_ + kinds_ + at] * modes[at * wide + out];
    }

    double hours(long long ticks) const { return static_cast<double>(ticks) / program_.ticks_per_hour; }

    // From the begin of the last block, with what happened since, to the last instant.
    void finish(const Wide& state) {
        const long long end = program_.instants[program_.steps];
        Floats reached(states_, 0.0);
        elapse(state.data(), 1, hours(end - begin_ - static_cast<long long>(blocks_ - 1) * even_block * step_), reached);
        for (std::size_t one = 0; one < events_.size(); ++one) {
            const EvenEvent& event = events_[one];
            if (event.block != blocks_ - 1) continue;
            elapse(lefts_[event.left].states, event.size, hours(end - instants_[one]), reached);
            if (event.kind >= 0) reached[event.kind] = event.rate;
        }
        for (int kind = 0; kind < kinds_; ++kind)
            for (int at = 0; at < n_; ++at) reached[kinds_ + at] -= reached[kind] * vectors_[kind * stride_ + kinds_ + at];
        loops_.multiply(1, n_, n_, n_, reached.data() + kinds_, modes_.shows.data(), reading_.last);
    }

    void elapse(const double* from, double size, double elapsed, Floats& to) const {
        for (int at = 0; at < states_; ++at)
            if (from[at] != 0 && rates_[at] * elapsed > -gone) to[at] += size * from[at] * std::exp(rates_[at] * elapsed);
        for (const EvenPassing& passing : passing_)
            to[passing.to] += size * from[passing.from] * passing.rate * elapsed * std::exp(rates_[passing.to] * elapsed);
    }

    bool holds(const Wide& largest, const Floats& most, double tolerance) const {
        const int outputs = reading_.outputs, wide = padded(outputs);
        Floats size(largest.begin(), largest.end()), bound(outputs, 0.0);
        for (int vector = 0; vector < used_; ++vector)
            for (int at = 0; at < states_; ++at)
                size[at] += 2 * sizes_[vector] * std::abs(vectors_[static_cast<std::size_t>(vector) * stride_ + at]);
        for (std::size_t passing = static_cast<std::size_t>(sums_); passing < passing_.size(); ++passing)
            size[passing_[passing].to] += size[passing_[passing].from];
        for (int at = 0; at < states_; ++at)
            for (int out = 0; out < outputs; ++out) bound[out] += std::abs(observed_[at * wide + out]) * size[at];
        const double each = roundings * std::numeric_limits<double>::epsilon();
        for (int out = 0; out < outputs; ++out)
            if (!(each * bound[out] <= tolerance * most[out])) return false;
        return true;
    }

    struct Added {
        int state, vector;
    };

    struct Wait {
        long long ticks;
        int vector;
    };

    const Settling& modes_;
    const Program& program_;
    const Reading& reading_;
    int n_, kinds_, states_, stride_;
    long long step_ = 0, begin_ = 0, block_begin_ = 0;
    int skipped_ = 0, blocks_ = 0, block_ = 0, used_ = 0, sums_ = 0, sum_targets_ = 0;
    Floats sizes_, at_once_;
    Wide vectors_, observed_, rates_;  // vectors: of inputs, of states to which is added, of what was there at first
    std::array<int, 256> slots_;
    std::vector<Added> added_;
    std::vector<Wait> waits_;
    std::vector<long long> instants_;
    std::vector<EvenPassing> passing_;
    std::vector<int> targets_;
    std::vector<EvenLeft> lefts_;
    std::vector<EvenEvent> events_;
    const Loops& loops_ = widest_loops();
};

}  // namespace

bool follow_evenly(const Settling& modes, const Program& program, const Reading& reading, double tolerance) {
    Plan plan(modes, program, reading);
    return plan.possible() && plan.follow(tolerance);
}

}  // namespace cisterna
