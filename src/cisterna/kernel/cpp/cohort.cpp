#include "cohort.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loops.hpp"
#include "ways_in.hpp"
#include "wide.hpp"

namespace cisterna {
namespace {

using Floats = std::vector<double>;
using Whole = std::vector<long long>;

constexpr double roundings = 16;  // units in the last place that a sum over poles may lose

Ladder ladder_of(const Cohort& cohort, int patient) {
    const int n = cohort.nodes;
    const double* up = cohort.rates + static_cast<std::size_t>(patient) * (rates_of(n) + 2);
    const double* rest = up + 5 * n - 2;
    return Ladder{n, up, up + n - 1, up + 2 * n - 2, up + 3 * n - 2, up + 4 * n - 2, rest[0], rest[1], rest[2], rest[3]};
}

// What happened to one patient by one way.
struct Own {
    Whole change_ticks, dose_ticks;
    Floats rates, amounts;

    Happenings of(const Cohort& cohort, int patient, int kind) {
        change_ticks.clear(), dose_ticks.clear(), rates.clear(), amounts.clear();
        for (long long at = cohort.change_offsets[patient]; at < cohort.change_offsets[patient + 1]; ++at)
            if (cohort.change_kinds[at] == kind) {
                change_ticks.push_back(cohort.change_ticks[at]);
                rates.push_back(cohort.change_rates[at]);
            }
        for (long long at = cohort.dose_offsets[patient]; at < cohort.dose_offsets[patient + 1]; ++at)
            if (cohort.dose_kinds[at] == kind) {
                dose_ticks.push_back(cohort.dose_ticks[at]);
                amounts.push_back(cohort.dose_amounts[at]);
            }
        return Happenings{static_cast<int>(rates.size()), change_ticks.data(), rates.data(),
                          static_cast<int>(amounts.size()), dose_ticks.data(), amounts.data()};
    }

    double largest_change() const {
        double most = 0, before = 0;
        for (const double rate : rates) {
            most = std::max(most, std::abs(rate - before));
            before = rate;
        }
        return most;
    }

    double largest_amount() const { return amounts.empty() ? 0.0 : *std::max_element(amounts.begin(), amounts.end()); }
};

// Everything that is needed for one patient, kept from one to the next.
class Desk {
  public:
    Desk(const Cohort& cohort, const Grid& grid, const Answers& answers)
        : cohort_(cohort), grid_(grid), answers_(answers), line_count_(cohort.nodes + cohort.leaves),
          line_padded_(padded_to_lanes(line_count_)), pole_padded_(padded_to_lanes(line_count_ + 2)),
          line_(static_cast<std::size_t>(line_padded_) * (3 + cohort.outputs + cohort.kinds)),
          poles_(static_cast<std::size_t>(pole_padded_) * (1 + cohort.outputs * (cohort.kinds + 1))),
          room_(std::max<std::size_t>({static_cast<std::size_t>(line_room(cohort.nodes)),
                                       static_cast<std::size_t>(join_room(line_padded_, cohort.outputs)),
                                       static_cast<std::size_t>(channel_room(grid, cohort.outputs, answers.integrated, pole_padded_ + lanes_at_once))})),
          sizes_(pole_padded_ + lanes_at_once), bound_(cohort.outputs),
          days_(grid.blocks_a_day > 0 ? grid.steps / (grid.block * grid.blocks_a_day) : 0) {}

    bool follow(int patient, double tolerance) {
        const Ladder ladder = ladder_of(cohort_, patient);
        const Ends ends{cohort_.outputs, cohort_.terms, cohort_.of_output, cohort_.of_state,
                        cohort_.weights + static_cast<std::size_t>(patient) * cohort_.terms, cohort_.kinds,
                        cohort_.entries + static_cast<std::size_t>(patient) * cohort_.kinds * cohort_.nodes};
        double* line = line_.data();
        LineModes modes{line_count_, line_padded_, line, line + line_padded_, line + 2 * line_padded_,
                        line + 3 * line_padded_, line + (3 + cohort_.outputs) * line_padded_};
        Poles poles{line_count_ + 2, pole_padded_, poles_.data(), poles_.data() + pole_padded_};
        if (!loops_.line_modes(ladder, ends, room_.data(), modes)) return false;
        if (!loops_.join_hub(ladder, ends, modes, room_.data(), poles)) return false;
        standing(ladder, ends, plateaus_);
        bool used[most_kinds + 2] = {};
        for (int kind = 0; kind < cohort_.kinds + 2; ++kind) used[std::min(kind, cohort_.kinds)] |= happens(patient, kind);
        if (!poles_hold(ladder, ends, poles, plateaus_, used)) return false;
        std::fill(bound_.begin(), bound_.end(), 0.0);
        const int each = rates_of(cohort_.nodes) + 2;
        const double* beyond = cohort_.rates + static_cast<std::size_t>(patient + 1) * each - 2;
        const WaysIn ways{beyond[0], beyond[1]};
        const Wanted wanted = wanted_of(patient);
        for (int kind = 0; kind < cohort_.kinds + 2; ++kind) {
            const Happenings happenings = own_.of(cohort_, patient, kind);
            if (happenings.changes == 0 && happenings.doses == 0) continue;
            channel_of(ladder, ends, ways, poles, line_count_, plateaus_, kind, channel_);
            loops_.follow_channel(channel_.channel, grid_, happenings, wanted, room_.data(), sizes_.data());
            add_to_bound();
        }
        from_begin(wanted);
        extremes(wanted, patient);
        return holds(wanted, tolerance);
    }

  private:
    bool happens(int patient, int kind) const {
        const auto among = [&](const long long* offsets, const long long* kinds) {
            return std::find(kinds + offsets[patient], kinds + offsets[patient + 1], kind) != kinds + offsets[patient + 1];
        };
        return among(cohort_.change_offsets, cohort_.change_kinds) || among(cohort_.dose_offsets, cohort_.dose_kinds);
    }

    Wanted wanted_of(int patient) {
        // Cleared here, where it stays in the cache until it is filled.
        const auto rows = [&](double* all, int rows, std::size_t each) {
            const std::size_t size = rows * each;
            if (all != nullptr) std::fill_n(all + patient * size, size, 0.0);
            return all == nullptr ? all : all + patient * size;
        };
        const auto part = [&](double* all, std::size_t each) { return rows(all, cohort_.outputs, each); };
        Wanted wanted{cohort_.outputs, part(answers_.grid, grid_.steps + 1), part(answers_.means, days_), answers_.count,
                      answers_.ticks, part(answers_.at, answers_.count), answers_.repeats, answers_.integrated,
                      answers_.of_integrals, rows(answers_.integrals, answers_.integrated, grid_.steps + 1)};
        if (wanted.grid == nullptr && answers_.peaks != nullptr) {
            grid_values_.assign(static_cast<std::size_t>(cohort_.outputs) * (grid_.steps + 1), 0.0);
            wanted.grid = grid_values_.data();
        }
        return wanted;
    }

    // How far rounding may reach: the sizes of what is added up.
    void add_to_bound() {
        const Channel& channel = channel_.channel;
        const double change = own_.largest_change(), amount = own_.largest_amount();
        for (int output = 0; output < cohort_.outputs; ++output)
            for (int k = 0; k < channel.count; ++k) {
                const double size = std::max({sizes_[k], change, amount * channel.gains[k]});
                bound_[output] += std::abs(channel.weights[output * channel.padded + k]) * size;
            }
    }

    // Integrals, which the channels give up to a constant.
    void from_begin(const Wanted& wanted) const {
        if (wanted.integrals == nullptr) return;
        for (int row = 0; row < wanted.integrated; ++row) {
            double* values = wanted.integrals + static_cast<std::size_t>(row) * (grid_.steps + 1);
            const double begin = values[0];
            for (int step = 0; step <= grid_.steps; ++step) values[step] -= begin;
        }
    }

    void extremes(const Wanted& wanted, int patient) {
        if (answers_.peaks == nullptr) return;
        const int each = grid_.block * grid_.blocks_a_day;
        for (int output = 0; output < cohort_.outputs; ++output)
            for (int day = 0; day < days_; ++day) {
                const double* first = wanted.grid + static_cast<std::size_t>(output) * (grid_.steps + 1) + static_cast<std::size_t>(day) * each;
                const auto [least, most] = std::minmax_element(first, first + each);
                const std::size_t place = (static_cast<std::size_t>(patient) * cohort_.outputs + output) * days_ + day;
                answers_.peaks[place] = *most;
                answers_.troughs[place] = *least;
            }
    }

    // Whether the largest of what was read is as large as its rounding asks for; the first part mostly shows it.
    // Whether the largest of what was read is as large as its rounding asks for; the first part mostly shows it.
    bool holds(const Wanted& wanted, double tolerance) const {
        constexpr int part = 96;
        for (int output = 0; output < cohort_.outputs; ++output) {
            const double needed = roundings * std::numeric_limits<double>::epsilon() * bound_[output] / tolerance;
            const auto reaches = [&](const double* values, int each) {
                if (values == nullptr) return false;
                const double* own = values + static_cast<std::size_t>(output) * each;
                for (int first = 0; first < each; first += part)
                    if (loops_.largest(std::min(part, each - first), own + first) >= needed) return true;
                return false;
            };
            if (!(needed <= 0 || reaches(wanted.grid, grid_.steps + 1) || reaches(wanted.means, days_) || reaches(wanted.at, wanted.count)))
                return false;
        }
        return true;
    }

    const Cohort& cohort_;
    const Grid& grid_;
    const Answers& answers_;
    int line_count_, line_padded_, pole_padded_;
    Wide line_, poles_, room_;
    Floats sizes_, bound_, plateaus_, grid_values_;
    int days_;
    Own own_;
    ChannelStore channel_;
    const Loops& loops_ = widest_loops();
};

}  // namespace

void follow_cohort(const Cohort& cohort, const Grid& grid, const Answers& answers, double tolerance) {
    Desk desk(cohort, grid, answers);
    for (int patient = 0; patient < cohort.patients; ++patient) answers.left[patient] = desk.follow(patient, tolerance) ? 0 : 1;
}

}  // namespace cisterna
