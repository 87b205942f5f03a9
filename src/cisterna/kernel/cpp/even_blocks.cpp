#include "even_blocks.hpp"

#include "elementary.hpp"
#include "tiles.hpp"

// Under a constant input a mode is what stands plus what decays, so that a step of the input is a step of what
// stands less the same of what decays. The states at the begin of a block of times j = 0, 1, ... and everything
// that came about within the block show sum over k of observed[k] e^(rates[k] j step) state[k]: one product of
// matrices, states as rows by (times, outputs) as columns, gives all of it, and modes that have decayed are left
// out of the later columns.

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double decayed = 34;  // time constants after which e^-34, 2e-15, of a state is left
constexpr double gone = 80;     // and after which none is: tinier numbers would only slow the processor down
constexpr int middle_rows = 8, middle_columns = 16;

inline Eight& at(double* place) { return *reinterpret_cast<Eight*>(place); }
inline const Eight& at(const double* place) { return *reinterpret_cast<const Eight*>(place); }

inline void keep_larger(const Eight& value, Eight& kept) {
    const Eight size = value < 0 ? -value : value;
    kept = size > kept ? size : kept;
}

inline void left_after(const Eight& rates, double elapsed, Eight& left, Eight& less_one) {
    const Eight exponents = rates * elapsed;
    Eight made, less;
    exp_of(exponents, made, less);
    left = exponents < -gone ? Eight{} : made;
    less_one = less;
}

class Run {
  public:
    Run(const EvenBlocks& all, double* room, const EvenMade& made)
        : all_(all), made_(made), outputs_(all.outputs), padded_(even_padded(all)), columns_(even_block * all.outputs) {
        by_step_ = taken(room, static_cast<long long>(even_block + 1) * padded_);
        begins_ = taken(room, static_cast<long long>(all.blocks) * padded_);
        lefts_ = taken(room, static_cast<long long>(all.lefts) * padded_);
        right_ = taken(room, static_cast<long long>(all.states) * columns_);
        responses_ = taken(room, static_cast<long long>(all.lefts) * columns_);
        partial_ = taken(room, columns_);
        gained_ = taken(room, padded_);
    }

    void go() {
        decays();
        show();
        begin_lefts();
        through_blocks();
        multiply(all_.lefts, lefts_, responses_);
        for (int one = 0; one < all_.lefts; ++one) show_at_once(all_.left[one], responses_ + static_cast<long long>(one) * columns_);
        tails();
        for (int one = 0; one < all_.events; ++one) respond(all_.event[one]);
        look_for_most();
    }

  private:
    // Of each state after every step of a block.
    void decays() {
        active_[0] = all_.states;
        for (int step = 0; step <= even_block; ++step) {
            const double elapsed = all_.step_h * step;
            Eight less_one;
            for (int k = 0; k < padded_; k += 8) left_after(at(all_.rates + k), elapsed, at(by_step_ + step * padded_ + k), less_one);
            if (step == 0) continue;
            active_[step] = active_[step - 1];
            while (active_[step] > all_.always && all_.rates[active_[step] - 1] * elapsed < -decayed) --active_[step];
        }
    }

    // What each state shows at the times of a block.
    void show() {
        for (int k = 0; k < all_.states; ++k) {
            double* own = right_ + static_cast<long long>(k) * columns_;
            const double* observed = all_.observed + k * all_.wide;
            for (int step = 0; step < even_block; ++step) {
                const double left = by_step_[step * padded_ + k];
                for (int output = 0; output < outputs_; ++output) own[step * outputs_ + output] = observed[output] * left;
            }
        }
        for (int one = 0; one < all_.passings; ++one) {
            const EvenPassing& passing = all_.passing[one];
            double* own = right_ + static_cast<long long>(passing.from) * columns_;
            const double* after = right_ + static_cast<long long>(passing.to) * columns_;
            for (int step = 0; step < even_block; ++step)
                for (int output = 0; output < outputs_; ++output)
                    own[step * outputs_ + output] += passing.rate * all_.step_h * step * after[step * outputs_ + output];
        }
    }

    void begin_lefts() {
        for (int one = 0; one < all_.lefts; ++one) {
            const EvenLeft& given = all_.left[one];
            double* own = lefts_ + static_cast<long long>(one) * padded_;
            Eight less_one;
            for (int k = 0; k < padded_; k += 8) left_after(at(all_.rates + k), given.wait_h, at(own + k), less_one);
            double passed[most_passings];
            for (int pass = 0; pass < all_.passings; ++pass) passed[pass] = own[all_.passing[pass].to];
            for (int k = 0; k < padded_; k += 8) at(own + k) *= at(given.states + k);
            for (int pass = 0; pass < all_.passings; ++pass) {
                const EvenPassing& passing = all_.passing[pass];
                own[passing.to] += passing.rate * given.wait_h * passed[pass] * given.states[passing.from];
            }
        }
    }

    // What is shown at the first time, to the last digit: of what came about just then, and of an input that began
    // shortly before, where what stands and what decays would cancel each other.
    void show_at_once(const EvenLeft& given, double* response) const {
        if (given.at_once != nullptr)
            for (int output = 0; output < outputs_; ++output) response[output] = given.at_once[output];
        if (given.kind < 0) return;
        for (int k = 0; k < padded_; k += 8) {
            Eight left;
            left_after(at(all_.rates + k), given.wait_h, left, at(gained_ + k));
            at(gained_ + k) *= at(given.states + k);
        }
        for (int first = 0; first < all_.wide; first += 8) {
            Eight sum = {};
            for (int k = 0; k < all_.states; ++k) sum += gained_[k] * at(all_.observed + k * all_.wide + first);
            for (int output = first; output < outputs_ && output < first + 8; ++output) response[output] = sum[output - first];
        }
        for (int one = 0; one < all_.sums; ++one) {
            const EvenPassing& passing = all_.passing[one];
            if (passing.from != given.kind) continue;
            for (int output = 0; output < outputs_; ++output)
                response[output] += passing.rate * given.wait_h * all_.observed[passing.to * all_.wide + output];
        }
    }

    // The states at the begin of each block, as if each were by itself, and then those that are not.
    void through_blocks() {
        int k = 0;
        for (; k + 32 <= padded_; k += 32) through<4>(k);
        for (; k < padded_; k += 8) through<1>(k);
        take_over();
    }

    double* begin_of(int block) const { return begins_ + static_cast<long long>(block) * padded_; }
    const double* states_of(const EvenEvent& event) const { return lefts_ + static_cast<long long>(event.left) * padded_; }
    const double* decay_of(const EvenEvent& event) const { return by_step_ + (even_block - event.first) * padded_; }

    // States from k on, so many vectors of them, which stay in registers.
    template <int Vectors>
    void through(int k) {
        Eight state[Vectors] = {}, largest[Vectors] = {}, left[Vectors];
        for (int one = 0; one < Vectors; ++one) left[one] = at(by_step_ + even_block * padded_ + k + 8 * one);
        const EvenEvent *next = all_.event, *end = all_.event + all_.events;
        for (int block = 0; block < all_.blocks; ++block) {
            for (int one = 0; one < Vectors; ++one) {
                at(begin_of(block) + k + 8 * one) = state[one];
                keep_larger(state[one], largest[one]);
            }
            if (block + 1 == all_.blocks) break;
            for (int one = 0; one < Vectors; ++one) state[one] *= left[one];
            for (; next < end && next->block == block; ++next) {
                const double *own = states_of(*next) + k, *decay = decay_of(*next) + k;
                for (int one = 0; one < Vectors; ++one) state[one] += next->size * (at(own + 8 * one) * at(decay + 8 * one));
            }
        }
        for (int one = 0; one < Vectors; ++one) {
            at(made_.state + k + 8 * one) = state[one];
            at(made_.largest + k + 8 * one) = largest[one];
        }
    }

    // Inputs are what they were set to, to the last digit, and some states take over from others.
    void take_over() {
        double state[most_passings] = {}, held[most_inputs] = {};
        for (int target = 0; target < all_.targets; ++target) made_.largest[all_.target[target]] = 0;
        const EvenEvent *next = all_.event, *end = all_.event + all_.events;
        const double* left = by_step_ + even_block * padded_;
        for (int block = 0; block < all_.blocks; ++block) {
            double* begin = begin_of(block);
            for (int kind = 0; kind < all_.inputs; ++kind) begin[kind] = made_.state[kind] = held[kind];
            for (int target = 0; target < all_.targets; ++target) {
                const int k = all_.target[target];
                begin[k] = made_.state[k] = state[target];
                if (size_of(state[target]) > made_.largest[k]) made_.largest[k] = size_of(state[target]);
                state[target] *= left[k];
            }
            if (block + 1 == all_.blocks) break;
            pass_on(0, all_.passings, 1, begin, left, all_.step_h * even_block, state);
            for (; next < end && next->block == block; ++next) {
                const double *own = states_of(*next), *decay = decay_of(*next);
                const double elapsed = all_.step_h * (even_block - next->first);
                const bool input = next->kind >= 0;  // an input is in no chain, and no chain takes over from an input
                for (int target = 0; target < (input ? all_.sum_targets : all_.targets); ++target)
                    state[target] += next->size * (own[all_.target[target]] * decay[all_.target[target]]);
                pass_on(input ? 0 : all_.sums, input ? all_.sums : all_.passings, next->size, own, decay, elapsed, state);
                if (input) held[next->kind] = next->rate;
            }
        }
    }

    // What is taken over in `elapsed` hours, after which `left` of the states is left.
    void pass_on(int first, int end, double size, const double* from, const double* left, double elapsed, double* to) const {
        for (int one = first; one < end; ++one) {
            const EvenPassing& passing = all_.passing[one];
            to[passing.target] += size * passing.rate * elapsed * left[passing.to] * from[passing.from];
        }
    }

    // All columns of so many states.
    void multiply(int rows, const double* left, double* product) const {
        for (int column = 0; column < columns_;) {
            // The first time needs every mode, the others the fewer the later they are.
            const int inner = active_[column / outputs_];
            const bool middle = column >= outputs_ && column + middle_columns <= columns_;
            if (middle) tiles<middle_rows, middle_columns>(rows, inner, padded_, columns_, left, right_ + column, product + column);
            else tiles<narrow_rows, narrow_columns>(rows, inner, padded_, columns_, left, right_ + column, product + column);
            column += middle ? middle_columns : narrow_columns;
        }
    }

    // What the begin of each block leaves at its times.
    void tails() {
        const int end = all_.skipped + all_.rows;  // of the times, counted from the begin of the first block
        const int first = all_.skipped / even_block, last = (end - 1) / even_block;
        const int whole = all_.skipped % even_block == 0 ? first : first + 1, wholes = end / even_block;
        if (wholes > whole)
            multiply(wholes - whole, begins_ + static_cast<long long>(whole) * padded_,
                     made_.values + (static_cast<long long>(whole) * even_block - all_.skipped) * outputs_);
        if (whole != first) part_of(first, end);
        if (end % even_block != 0 && (last != first || whole == first)) part_of(last, end);
    }

    // A block of which only some times are wanted.
    void part_of(int block, int end) {
        multiply(1, begins_ + static_cast<long long>(block) * padded_, partial_);
        for (int step = 0; step < even_block; ++step) {
            const int row = block * even_block + step;
            if (row < all_.skipped || row >= end) continue;
            for (int output = 0; output < outputs_; ++output)
                made_.values[static_cast<long long>(row - all_.skipped) * outputs_ + output] = partial_[step * outputs_ + output];
        }
    }

    // What came about shows from its first time until its block ends.
    void respond(const EvenEvent& event) {
        const int begin = event.block * even_block - all_.skipped;
        const int first = begin + event.first < 0 ? -begin : event.first;
        const int end = begin + even_block > all_.rows ? all_.rows - begin : even_block;
        if (end <= first) return;
        const double size = event.size;
        const double* own = responses_ + static_cast<long long>(event.left) * columns_ + (first - event.first) * outputs_;
        double* values = made_.values + static_cast<long long>(begin + first) * outputs_;
        const int count = (end - first) * outputs_;
        int place = 0;
        for (; place + 8 <= count; place += 8)  // neither begins at a whole vector
            *reinterpret_cast<Loose*>(values + place) += size * *reinterpret_cast<const Loose*>(own + place);
        for (; place < count; ++place) values[place] += size * own[place];
    }

    void look_for_most() {
        const long long count = static_cast<long long>(all_.rows) * outputs_;
        for (int column = 0; column < columns_; ++column) partial_[column] = 0;
        long long place = 0;
        for (; place + columns_ <= count; place += columns_)
            for (int column = 0; column < columns_; column += 8) {
                const Eight own = *reinterpret_cast<const Loose*>(made_.values + place + column);
                keep_larger(own, at(partial_ + column));
            }
        for (int column = 0; place < count; ++place, ++column)
            if (size_of(made_.values[place]) > partial_[column]) partial_[column] = size_of(made_.values[place]);
        for (int output = 0; output < outputs_; ++output) {
            made_.most[output] = 0;
            for (int column = output; column < columns_; column += outputs_)
                if (partial_[column] > made_.most[output]) made_.most[output] = partial_[column];
        }
    }

    const EvenBlocks& all_;
    const EvenMade& made_;
    int outputs_, padded_, columns_;
    int active_[even_block + 1];
    double *by_step_, *begins_, *lefts_, *right_, *responses_, *partial_, *gained_;
};

}  // namespace

void follow_blocks(const EvenBlocks& all, double* room, const EvenMade& made) { Run(all, room, made).go(); }

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
