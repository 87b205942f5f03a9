#include "channel.hpp"

#include "tiles.hpp"

// At a step j of a block output o is plateau rate + sum over k of weights[o][k] e^(-rates[k] j step) state[k], with
// the state at the begin of the block, and what happened since in the block adds its own response, which is the
// same sum over the state after a single step or amount. So one product of matrices, rows (j, o) by poles, gives
// the tails of all blocks and the responses; poles that have decayed are left out of the later rows.
//
// The integral of a state is what it lost, over its rate. So the integral of an output is one more sum over the
// states, with -weights[o][k] / rates[k], and beside it plateau times what entered at rates, and what amounts give.

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double decayed = 34;  // time constants after which e^-34, 2e-15, of a state is left

template <int Rows>
void products(int inner, int stride, int columns, const double* left, const double* right, double* made) {
    int column = 0;
    for (; column + 32 <= columns; column += 32) tile<Rows, 32>(inner, stride, columns, left, right + column, made + column);
    for (; column + 24 <= columns; column += 24) tile<Rows, 24>(inner, stride, columns, left, right + column, made + column);
    for (; column + 16 <= columns; column += 16) tile<Rows, 16>(inner, stride, columns, left, right + column, made + column);
    for (; column < columns; column += 8) tile<Rows, 8>(inner, stride, columns, left, right + column, made + column);
}

// Everything of one channel while it is followed.
class Run {
  public:
    Run(const Channel& channel, const Grid& grid, const Happenings& happenings, const Wanted& wanted, double* room,
        double* sizes)
        : channel_(channel), grid_(grid), happenings_(happenings), wanted_(wanted), sizes_(sizes),
          padded_(channel.padded), outputs_(wanted.outputs),
          shown_(wanted.outputs + (wanted.integrals == nullptr ? 0 : wanted.integrated)), blocks_(blocks_of(grid)) {
        lag_ = taken(room, grid.ticks);
        place_ = taken(room, grid.ticks);
        find_lags();
        after_ = padded_to_lanes(lags_);
        first_block_ = (happenings.doses > 0 ? 2 : 1) * after_;
        columns_ = columns_for(grid, first_block_);
        by_tick_ = taken(room, static_cast<long long>(grid.ticks) * padded_);
        by_step_ = taken(room, static_cast<long long>(grid.block + 1) * padded_);
        state_ = taken(room, padded_);
        areas_ = taken(room, static_cast<long long>(shown_ - outputs_) * padded_);
        rows_ = taken(room, static_cast<long long>(grid.block) * shown_ * padded_);
        right_ = taken(room, static_cast<long long>(padded_) * columns_);
        made_ = taken(room, static_cast<long long>(grid.block) * shown_ * columns_);
        steps_ = taken(room, static_cast<long long>(grid.block) * shown_ * grid.ticks);
        doses_ = taken(room, static_cast<long long>(grid.block) * shown_ * grid.ticks);
        begin_rates_ = taken(room, blocks_);
    }

    void go() {
        decays();
        count_active();
        for (int k = 0; k < padded_; ++k) state_[k] = sizes_[k] = 0;
        rate_ = 0;
        if (wanted_.repeats) close_the_day();
        areas();
        responses_of_one();
        through_blocks(blocks_, true);
        multiply();
        if (wanted_.grid != nullptr || shown_ > outputs_) {
            tails();
            happened();
        }
        for (int row = outputs_; row < shown_; ++row) entered(row);
        if (wanted_.means != nullptr) means();
        for (int one = 0; one < wanted_.count; ++one) value_at(wanted_.ticks[one], one);
    }

  private:
    // How far before the next step of the grid anything happens, in ticks: only for these are responses made.
    void find_lags() {
        lags_ = 0;
        for (int lag = 0; lag < grid_.ticks; ++lag) place_[lag] = -1;
        const auto add = [&](long long lag) {
            if (place_[lag] >= 0) return;
            lag_[lags_] = static_cast<double>(lag);
            place_[lag] = lags_++;
        };
        if (wanted_.count > 0) {  // a given time may lie at any lag
            for (int lag = 0; lag < grid_.ticks; ++lag) add(lag);
            return;
        }
        const auto lag_of = [&](long long tick) { return (grid_.ticks - tick % grid_.ticks) % grid_.ticks; };
        for (int change = 0; change < happenings_.changes; ++change) add(lag_of(happenings_.change_ticks[change]));
        for (int dose = 0; dose < happenings_.doses; ++dose) add(lag_of(happenings_.dose_ticks[dose]));
    }

    // Of each pole after every tick of a step, and after every step of a block.
    void decays() {
        for (int k = 0; k < padded_; ++k) {
            by_tick_[k] = by_step_[k] = 1;
            if (grid_.ticks > 1) by_tick_[padded_ + k] = __builtin_exp(-channel_.rates[k] * grid_.tick_h);
            by_step_[padded_ + k] = __builtin_exp(-channel_.rates[k] * grid_.tick_h * grid_.ticks);
        }
        for (int tick = 2; tick < grid_.ticks; ++tick) multiply_rows(by_tick_, tick / 2, tick - tick / 2, tick);
        for (int step = 2; step <= grid_.block; ++step) multiply_rows(by_step_, step / 2, step - step / 2, step);
    }

    void multiply_rows(double* rows, int one, int other, int made) const {
        for (int k = 0; k < padded_; ++k) rows[made * padded_ + k] = rows[one * padded_ + k] * rows[other * padded_ + k];
    }

    // How many poles, from the first, have not decayed after so many ticks.
    int active(long long ticks) const { return active_[ticks / grid_.ticks]; }

    void count_active() {
        int found = channel_.count;
        for (int step = 0; step <= grid_.block; ++step) {
            const double elapsed = grid_.tick_h * grid_.ticks * step;
            while (found > channel_.always && channel_.rates[found - 1] * elapsed > decayed) --found;
            active_[step] = found;
        }
    }

    // Adds `size` times the state that a step (or an amount) leaves after `ticks`.
    void add_to_state(long long ticks, double size, bool amount) {
        const long long step = ticks / grid_.ticks, tick = ticks % grid_.ticks;
        const double* far = by_step_ + step * padded_;
        const double* near = by_tick_ + tick * padded_;
        const int count = active(ticks);
        if (amount) {
            for (int k = 0; k < count; ++k) state_[k] += size * channel_.gains[k] * (far[k] * near[k]);
            if (channel_.paired)
                state_[1] += size * far[0] * near[0] * channel_.rates[0] * grid_.tick_h * static_cast<double>(ticks);
        } else {
            for (int k = 0; k < count; ++k) state_[k] -= size * (far[k] * near[k]);
        }
    }

    // The states at the begin of each block; kept as columns of the matrix on the right where `kept`.
    void through_blocks(int blocks, bool kept) {
        const long long length = static_cast<long long>(grid_.block) * grid_.ticks;
        int change = 0, dose = 0;
        double rate = rate_;
        for (int block = 0; block < blocks; ++block) {
            const long long end = (block + 1) * length;
            if (kept) keep(block, rate);
            if (block + 1 == blocks && kept) break;
            decay_block();
            for (; change < happenings_.changes && happenings_.change_ticks[change] < end; ++change) {
                add_to_state(end - happenings_.change_ticks[change], happenings_.rates[change] - rate, false);
                rate = happenings_.rates[change];
            }
            for (; dose < happenings_.doses && happenings_.dose_ticks[dose] < end; ++dose)
                add_to_state(end - happenings_.dose_ticks[dose], happenings_.amounts[dose], true);
        }
        if (!kept) rate_ = rate;
    }

    void decay_block() {
        const double* all = by_step_ + static_cast<long long>(grid_.block) * padded_;
        if (channel_.paired)
            state_[1] += state_[0] * channel_.rates[0] * grid_.tick_h * static_cast<double>(grid_.block) * grid_.ticks;
        for (int k = 0; k < channel_.count; ++k) state_[k] *= all[k];
    }

    void keep(int block, double rate) {
        begin_rates_[block] = rate;
        for (int k = 0; k < channel_.count; ++k) {
            right_[static_cast<long long>(k) * columns_ + first_block_ + block] = state_[k];
            const double size = size_of(state_[k]);
            sizes_[k] = size > sizes_[k] ? size : sizes_[k];
        }
    }

    // The state that returns after each day: a geometric series.
    void close_the_day() {
        const int last = blocks_ - 1;
        through_blocks(last, false);  // the rate at the end of the day, from 0
        for (int k = 0; k < padded_; ++k) state_[k] = 0;
        through_blocks(last, false);  // from that rate on, with no state
        const double day_h = grid_.tick_h * static_cast<double>(grid_.steps) * grid_.ticks;
        for (int k = 0; k < channel_.count; ++k) {
            const double left = __builtin_exp(-channel_.rates[k] * day_h);
            if (k == 1 && channel_.paired) state_[1] += state_[0] * channel_.rates[0] * day_h * left;
            state_[k] /= 1 - left;
        }
    }

    // What each state shows in the integrals.
    void areas() {
        for (int row = 0; row < shown_ - outputs_; ++row) {
            const double* weights = channel_.weights + wanted_.of_integrals[row] * padded_;
            double* own = areas_ + row * padded_;
            for (int k = 0; k < padded_; ++k) own[k] = k < channel_.count ? -weights[k] / channel_.rates[k] : 0.0;
            if (channel_.paired) own[0] += own[1];  // what the first of the gut loses, the second loses later
        }
    }

    const double* weights_of(int row) const {
        return row < outputs_ ? channel_.weights + row * padded_ : areas_ + (row - outputs_) * padded_;
    }

    double plateau_of(int row) const {
        if (row < outputs_) return channel_.plateaus[row];
        double sum = 0;
        for (int k = 0; k < channel_.count; ++k) sum += areas_[(row - outputs_) * padded_ + k];
        return sum;
    }

    // Where the values of a row go; null where they are not wanted.
    double* values_of(int row) const {
        const long long each = grid_.steps + 1;
        if (row >= outputs_) return wanted_.integrals + (row - outputs_) * each;
        return wanted_.grid == nullptr ? nullptr : wanted_.grid + row * each;
    }

    // Rows of the matrix on the left, and the states after a single step and a single amount on the right.
    void responses_of_one() {
        for (int k = 0; k < channel_.count; ++k) {
            double* own = right_ + static_cast<long long>(k) * columns_;
            for (int column = lags_; column < first_block_; ++column) own[column] = 0;
            for (int column = first_block_ + blocks_; column < columns_; ++column) own[column] = 0;
            for (int place = 0; place < lags_; ++place) {
                const double left = by_tick_[static_cast<int>(lag_[place]) * padded_ + k];
                own[place] = -left;
                if (happenings_.doses == 0) continue;
                own[after_ + place] = channel_.gains[k] * left;
                if (k == 1 && channel_.paired) own[after_ + place] = channel_.rates[0] * grid_.tick_h * lag_[place] * left;
            }
        }
        for (int step = 0; step < grid_.block; ++step)
            for (int output = 0; output < shown_; ++output) {
                double* row = rows_ + (static_cast<long long>(step) * shown_ + output) * padded_;
                const double* weights = weights_of(output);
                for (int k = 0; k < padded_; ++k) row[k] = weights[k] * by_step_[step * padded_ + k];
                if (channel_.paired) row[0] += row[1] * channel_.rates[0] * grid_.tick_h * grid_.ticks * step;
            }
    }

    void multiply() {
        for (int step = 0; step < grid_.block; ++step) {
            const int inner = active(static_cast<long long>(step) * grid_.ticks);
            const double* left = rows_ + static_cast<long long>(step) * shown_ * padded_;
            double* made = made_ + static_cast<long long>(step) * shown_ * columns_;
            int row = 0;
            for (; row + 4 <= shown_; row += 4) products<4>(inner, padded_, columns_, left + row * padded_, right_, made + row * columns_);
            for (; row < shown_; ++row) products<1>(inner, padded_, columns_, left + row * padded_, right_, made + row * columns_);
        }
        for (int output = 0; output < shown_; ++output) {
            const double plateau = plateau_of(output);
            for (int place = 0; place < lags_; ++place)
                for (int step = 0; step < grid_.block; ++step) {
                    const double* own = made_ + (static_cast<long long>(step) * shown_ + output) * columns_ + place;
                    const long long to = (static_cast<long long>(output) * lags_ + place) * grid_.block + step;
                    steps_[to] = plateau + own[0];
                    if (happenings_.doses > 0) doses_[to] = own[after_];
                }
        }
    }

    // What the begin of each block leaves at its steps.
    void tails() {
        for (int output = 0; output < shown_; ++output) {
            double* values = values_of(output);
            if (values == nullptr) continue;
            const double plateau = plateau_of(output);
            for (int block = 0; block < blocks_; ++block) {
                const int first = block * grid_.block, left = grid_.steps + 1 - first;
                const int count = left < grid_.block ? left : grid_.block;
                const double stands = plateau * begin_rates_[block];
                const double* own = made_ + static_cast<long long>(output) * columns_ + first_block_ + block;
                for (int step = 0; step < count; ++step)
                    values[first + step] += stands + own[static_cast<long long>(step) * shown_ * columns_];
            }
        }
    }

    // What happened shows until its block ends.
    void happened() {
        double rate = rate_;
        for (int change = 0; change < happenings_.changes; ++change) {
            respond(happenings_.change_ticks[change], happenings_.rates[change] - rate, steps_);
            rate = happenings_.rates[change];
        }
        for (int dose = 0; dose < happenings_.doses; ++dose) respond(happenings_.dose_ticks[dose], happenings_.amounts[dose], doses_);
    }

    void respond(long long tick, double size, const double* responses) {
        const long long first = (tick + grid_.ticks - 1) / grid_.ticks, after = first * grid_.ticks - tick;
        const long long block_end = (tick / (static_cast<long long>(grid_.block) * grid_.ticks) + 1) * grid_.block;
        const long long end = block_end < grid_.steps + 1 ? block_end : grid_.steps + 1;
        for (int output = 0; output < shown_; ++output) {
            double* values = values_of(output);
            if (values == nullptr) continue;
            const double* own = responses + (output * lags_ + static_cast<int>(place_[after])) * grid_.block;
            for (long long step = 0; step < end - first; ++step) values[first + step] += size * own[step];
        }
    }

    // To an integral: its output's plateau for all that entered at rates, and what amounts give while they decay.
    void entered(int row) {
        double* values = values_of(row);
        const double plateau = channel_.plateaus[wanted_.of_integrals[row - outputs_]];
        double of_amount = 0;
        for (int k = 0; k < channel_.count; ++k) of_amount -= channel_.gains[k] * weights_of(row)[k];
        int change = 0, dose = 0;
        double rate = rate_, whole = 0, amounts = 0;
        long long since = 0;
        for (int step = 0; step <= grid_.steps; ++step) {
            const long long now = static_cast<long long>(step) * grid_.ticks;
            for (; change < happenings_.changes && happenings_.change_ticks[change] <= now; ++change) {
                whole += rate * static_cast<double>(happenings_.change_ticks[change] - since) * grid_.tick_h;
                since = happenings_.change_ticks[change];
                rate = happenings_.rates[change];
            }
            for (; dose < happenings_.doses && happenings_.dose_ticks[dose] <= now; ++dose) amounts += happenings_.amounts[dose];
            values[step] += plateau * (whole + rate * static_cast<double>(now - since) * grid_.tick_h) + of_amount * amounts;
        }
    }

    // Means over whole days, exact: the integral of a state is what it lost, over its rate.
    void means() {
        const int days = grid_.steps / grid_.block / grid_.blocks_a_day;
        const double step_h = grid_.tick_h * grid_.ticks, day_h = step_h * grid_.block * grid_.blocks_a_day;
        const long long length = static_cast<long long>(grid_.block) * grid_.blocks_a_day * grid_.ticks;
        int change = 0, dose = 0;
        double rate = rate_;
        for (int day = 0; day < days; ++day) {
            const long long begin = day * length, end = begin + length;
            const double first_rate = begin_rates_[day * grid_.blocks_a_day];
            double amount = 0, entered = 0;
            long long since = begin;
            for (; change < happenings_.changes && happenings_.change_ticks[change] < end; ++change) {
                entered += rate * static_cast<double>(happenings_.change_ticks[change] - since) * grid_.tick_h;
                since = happenings_.change_ticks[change];
                rate = happenings_.rates[change];
            }
            entered += rate * static_cast<double>(end - since) * grid_.tick_h;
            for (; dose < happenings_.doses && happenings_.dose_ticks[dose] < end; ++dose) amount += happenings_.amounts[dose];
            mean_of(day, days, entered, rate - first_rate, amount, day_h);
        }
    }

    void mean_of(int day, int days, double entered, double risen, double amount, double day_h) {
        const double* begin = right_ + first_block_ + day * grid_.blocks_a_day;
        const double* end = begin + grid_.blocks_a_day;
        for (int output = 0; output < outputs_; ++output) {
            const double* weights = channel_.weights + output * padded_;
            double sum = channel_.plateaus[output] * entered, first = 0;
            for (int k = 0; k < channel_.count; ++k) {
                const long long row = static_cast<long long>(k) * columns_;
                double held = (begin[row] - end[row] - risen + channel_.gains[k] * amount) / channel_.rates[k];
                if (channel_.paired && k < 2) {
                    if (k == 0) held = first = (begin[row] - end[row] + amount) / channel_.rates[0];
                    else held = (begin[row] - end[row]) / channel_.rates[0] + first;
                }
                sum += weights[k] * held;
            }
            wanted_.means[static_cast<long long>(output) * days + day] += sum / day_h;
        }
    }

    void value_at(long long tick, int place) {
        const long long length = static_cast<long long>(grid_.block) * grid_.ticks, block = tick / length;
        const long long since = tick - block * length, step = since / grid_.ticks, rest = since % grid_.ticks;
        const double* far = by_step_ + step * padded_;
        const double* near = by_tick_ + rest * padded_;
        for (int output = 0; output < outputs_; ++output) {
            const double* weights = channel_.weights + output * padded_;
            double value = channel_.plateaus[output] * begin_rates_[block];
            for (int k = 0; k < channel_.count; ++k)
                value += weights[k] * far[k] * near[k] * right_[static_cast<long long>(k) * columns_ + first_block_ + block];
            if (channel_.paired)
                value += weights[1] * far[1] * near[1] * right_[first_block_ + block] * channel_.rates[0] * grid_.tick_h *
                         static_cast<double>(since);
            double rate = rate_;
            for (int change = 0; change < happenings_.changes && happenings_.change_ticks[change] <= tick; ++change) {
                if (happenings_.change_ticks[change] >= block * length)
                    value += (happenings_.rates[change] - rate) * response(tick - happenings_.change_ticks[change], output, steps_);
                rate = happenings_.rates[change];
            }
            for (int dose = 0; dose < happenings_.doses && happenings_.dose_ticks[dose] <= tick; ++dose)
                if (happenings_.dose_ticks[dose] >= block * length)
                    value += happenings_.amounts[dose] * response(tick - happenings_.dose_ticks[dose], output, doses_);
            wanted_.at[static_cast<long long>(output) * wanted_.count + place] += value;
        }
    }

    double response(long long ticks, int output, const double* responses) const {
        const int place = static_cast<int>(place_[ticks % grid_.ticks]);
        return responses[(output * lags_ + place) * grid_.block + ticks / grid_.ticks];
    }

    const Channel& channel_;
    const Grid& grid_;
    const Happenings& happenings_;
    const Wanted& wanted_;
    double* sizes_;
    int padded_, outputs_, shown_, blocks_, lags_, after_, first_block_, columns_;
    int active_[longest_block + 1];
    double rate_ = 0;  // just before the first tick
    double *lag_, *place_;  // whole numbers: the lags, and where each is among them
    double *by_tick_, *by_step_, *state_, *areas_, *rows_, *right_, *made_, *steps_, *doses_, *begin_rates_;
};

}  // namespace

void follow_channel(const Channel& channel, const Grid& grid, const Happenings& happenings, const Wanted& wanted,
                    double* room, double* sizes) {
    Run(channel, grid, happenings, wanted, room, sizes).go();
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
