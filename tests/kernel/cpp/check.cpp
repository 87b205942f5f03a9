// Holds the kernel, built by itself, to cases that were computed by the reference; see tools/kernel_matrix.py.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "cohort.hpp"
#include "counting.hpp"
#include "course.hpp"
#include "loops.hpp"
#include "network.hpp"

namespace {

constexpr double rounding = 1e-10;  // what the kernel promises of itself
constexpr double allowed = 1e-9;    // of the largest value of each output

// A file of doubles, read in order; whole numbers are doubles, too.
class Cases {
  public:
    explicit Cases(const char* path) {
        std::ifstream file(path, std::ios::binary | std::ios::ate);
        if (!file) std::exit(2);
        numbers_.resize(static_cast<std::size_t>(file.tellg()) / sizeof(double));
        file.seekg(0);
        file.read(reinterpret_cast<char*>(numbers_.data()), static_cast<std::streamsize>(numbers_.size() * sizeof(double)));
    }

    bool left() const { return next_ < numbers_.size(); }

    int whole() { return static_cast<int>(numbers_.at(next_++)); }

    std::vector<double> floats(int count) {
        const auto begin = numbers_.begin() + static_cast<std::ptrdiff_t>(next_);
        next_ += static_cast<std::size_t>(count);
        return {begin, begin + count};
    }

    std::vector<long long> wholes(int count) {
        const std::vector<double> read = floats(count);
        return {read.begin(), read.end()};
    }

    std::vector<int> listed() {
        std::vector<int> made(static_cast<std::size_t>(whole()));
        for (int& one : made) one = whole();
        return made;
    }

  private:
    std::vector<double> numbers_;
    std::size_t next_ = 0;
};

// The largest error of one case; below 0 where the kernel leaves it to the reference.
double error_of(Cases& cases) {
    cisterna::Layout layout;
    layout.states = cases.whole();
    layout.core = cases.whole();
    layout.hub = cases.whole();
    for (int chains = cases.whole(); chains > 0; --chains) layout.chains.push_back(cases.listed());
    layout.observers = cases.listed();
    const int n = layout.states, kinds = cases.whole(), steps = cases.whole(), additions = cases.whole(),
              outputs = cases.whole(), count = cases.whole();
    const double ticks_per_hour = cases.floats(1)[0];
    const auto matrix = cases.floats(n * n), entry = cases.floats(n * kinds), initial = cases.floats(n);
    const auto instants = cases.wholes(steps + 1);
    const auto input = cases.floats(steps * kinds);
    const auto places = cases.wholes(additions);
    const auto added = cases.floats(additions * n), read = cases.floats(outputs * n);
    const auto rows = cases.wholes(count);
    const auto expected = cases.floats(count * outputs);
    const cisterna::Modes modes = cisterna::modes_of(matrix.data(), layout);
    if (!modes.found) return -1;
    std::vector<double> values(expected.size()), last(static_cast<std::size_t>(n));
    const cisterna::Program program{steps, kinds, additions, instants.data(), ticks_per_hour, entry.data(),
                                    input.data(), places.data(), added.data(), initial.data()};
    const cisterna::Reading reading{outputs, count, read.data(), rows.data(), values.data(), last.data()};
    if (!cisterna::follow(cisterna::Settling(modes), program, reading, rounding)) return -1;
    double worst = 0;
    for (int out = 0; out < outputs; ++out) {
        double most = 0, away = 0;
        for (int row = 0; row < count; ++row) {
            const auto at = static_cast<std::size_t>(row * outputs + out);
            most = std::max(most, std::abs(expected[at]));
            const double difference = std::abs(values[at] - expected[at]);
            away = difference <= away ? away : difference;  // a NaN stays
        }
        if (!(away <= worst * most)) worst = away / most;
    }
    return worst;
}

// Ladders, all of one grid: the largest error of any output on the grid, and how many are left to the reference.
double error_of_ladders(Cases& cases, int& done, int& left) {
    const int patients = cases.whole(), nodes = cases.whole(), leaves = cases.whole(), kinds = cases.whole(),
              outputs = cases.whole(), terms = cases.whole(), integrated = cases.whole(), changes = cases.whole(), doses = cases.whole(),
              steps = cases.whole(), ticks = cases.whole(), block = cases.whole(), blocks_a_day = cases.whole();
    const double tick_h = cases.floats(1)[0];
    const auto rates = cases.floats(patients * (cisterna::rates_of(nodes) + 2)), entries = cases.floats(patients * kinds * nodes);
    const auto of_output = cases.wholes(terms), of_state = cases.wholes(terms);
    const auto weights = cases.floats(patients * terms);
    const auto change_offsets = cases.wholes(patients + 1), change_ticks = cases.wholes(changes), change_kinds = cases.wholes(changes);
    const auto change_rates = cases.floats(changes);
    const auto dose_offsets = cases.wholes(patients + 1), dose_ticks = cases.wholes(doses), dose_kinds = cases.wholes(doses);
    const auto amounts = cases.floats(doses);
    const int days = steps / (block * blocks_a_day);
    const auto of_integrals = cases.wholes(integrated);
    const auto expected_integrals = cases.floats(patients * integrated * (steps + 1));
    const auto expected = cases.floats(patients * outputs * (steps + 1)), expected_means = cases.floats(patients * outputs * days);
    const std::vector<int> outputs_of(of_output.begin(), of_output.end()), states_of(of_state.begin(), of_state.end());
    const std::vector<int> integrals_of(of_integrals.begin(), of_integrals.end());
    std::vector<double> integrals(expected_integrals.size()), values(expected.size()), means(expected_means.size()), peaks(means), troughs(means);
    std::vector<unsigned char> leaving(static_cast<std::size_t>(patients));
    const cisterna::Cohort cohort{patients, nodes, leaves, kinds, outputs, terms, rates.data(), entries.data(), outputs_of.data(),
                                  states_of.data(), weights.data(), change_offsets.data(), change_ticks.data(),
                                  change_kinds.data(), change_rates.data(), dose_offsets.data(), dose_ticks.data(),
                                  dose_kinds.data(), amounts.data()};
    cisterna::Answers answers;
    answers.grid = values.data();
    answers.means = means.data();
    answers.peaks = peaks.data();
    answers.troughs = troughs.data();
    answers.integrated = integrated;
    answers.of_integrals = integrals_of.data();
    answers.integrals = integrals.data();
    answers.left = leaving.data();
    cisterna::follow_cohort(cohort, cisterna::Grid{steps, ticks, block, blocks_a_day, tick_h}, answers, rounding);
    double worst = 0;
    for (int row = 0; row < patients * outputs; ++row) {
        done += row % outputs == 0;
        left += row % outputs == 0 && leaving[static_cast<std::size_t>(row / outputs)];
        if (leaving[static_cast<std::size_t>(row / outputs)]) continue;
        double most = 0, away = 0;
        const auto look = [&](const std::vector<double>& found, const std::vector<double>& wanted, int each) {
            for (int at = row * each; at < (row + 1) * each; ++at) {
                most = std::max(most, std::abs(wanted[static_cast<std::size_t>(at)]));
                const double difference = std::abs(found[static_cast<std::size_t>(at)] - wanted[static_cast<std::size_t>(at)]);
                away = difference <= away ? away : difference;
            }
        };
        look(values, expected, steps + 1);
        look(means, expected_means, days);
        if (!(away <= worst * most)) worst = away / most;
    }
    for (int row = 0; row < patients * integrated; ++row) {
        if (leaving[static_cast<std::size_t>(row / integrated)]) continue;
        double most = 0, away = 0;
        for (int at = row * (steps + 1); at < (row + 1) * (steps + 1); ++at) {
            most = std::max(most, std::abs(expected_integrals[static_cast<std::size_t>(at)]));
            const double difference = std::abs(integrals[static_cast<std::size_t>(at)] - expected_integrals[static_cast<std::size_t>(at)]);
            away = difference <= away ? away : difference;
        }
        if (!(away <= worst * most)) worst = away / most;
    }
    return worst;
}

// What levels do to patients: the largest error of any response, and whether all values are counted.
double error_of_responses(Cases& cases) {
    const int patients = cases.whole(), hours = cases.whole(), count = cases.whole(), on_the_hour = cases.whole();
    const auto numbers = cases.floats(8);
    const auto windows = cases.wholes(3);
    const auto own = cases.floats(patients * cisterna::sensitivities), hourly_legs = cases.floats(patients * hours),
               integral = cases.floats(patients * hours), legs = cases.floats(patients * count), arms = cases.floats(patients * count),
               cistern = cases.floats(patients * count);
    const auto hour = cases.wholes(count);
    const auto rise_left = cases.floats(count), fall_left = cases.floats(count), expected = cases.floats(patients * 6 * count);
    const cisterna::ResponseLaws laws{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], static_cast<int>(windows[0]),
                                      static_cast<int>(windows[1]), static_cast<int>(windows[2]), numbers[5], numbers[6], numbers[7]};
    std::vector<double> found(expected.size()), room(static_cast<std::size_t>(cisterna::response_room(hours, count)) + 8);
    double* begin = room.data() + (64 - reinterpret_cast<std::uintptr_t>(room.data()) % 64) % 64 / sizeof(double);
    for (int patient = 0; patient < patients; ++patient) {
        const double* row = own.data() + patient * cisterna::sensitivities;
        const auto of = [&](const std::vector<double>& all, int each) { return cisterna::Series{all.data() + patient * each, 1}; };
        double* made = found.data() + patient * 6 * count;
        cisterna::widest_loops().respond(
            laws, {row[0], row[1], row[2], row[3], row[4], row[5], row[6]}, {hours, of(hourly_legs, hours), of(integral, hours)},
            {count, on_the_hour != 0, hour.data(), rise_left.data(), fall_left.data(), of(legs, count), of(arms, count), of(cistern, count)},
            begin, {made, made + count, made + 2 * count, made + 3 * count, made + 4 * count, made + 5 * count});
    }
    double worst = 0;
    for (std::size_t at = 0; at < found.size(); ++at) {
        const double away = std::abs(found[at] - expected[at]);
        if (!(away <= worst)) worst = away;
    }
    constexpr int parts = 40;
    std::vector<unsigned> counts(static_cast<std::size_t>(6 * count) * parts);
    std::vector<double> least(static_cast<std::size_t>(6 * count), 1e300), most(least.size(), -1e300);
    const std::vector<cisterna::Values> values{{patients, found.data(), 6 * count, 1}};
    for (const double per_unit : {0.0, 4.0})
        cisterna::count(values, 6 * count, {parts, 51, (1023LL << 1) - parts / 2, 0.0, per_unit}, counts.data(), least.data(), most.data());
    for (std::size_t row = 0; row < least.size(); ++row) {
        unsigned all = 0;
        for (int part = 0; part < parts; ++part) all += counts[row * parts + static_cast<std::size_t>(part)];
        if (all != 2 * static_cast<unsigned>(patients) || !(least[row] <= most[row])) return 1;
    }
    return worst;
}

}  // namespace

int main(int, char** arguments) {
    Cases cases(arguments[1]), ladders(arguments[2]), responses(arguments[3]);
    int done = 0, left = 0;
    double worst = error_of_ladders(ladders, done, left);
    while (responses.left()) {
        const double error = error_of_responses(responses);
        ++done;
        if (!(error <= worst)) worst = error;
    }
    while (cases.left()) {
        const double error = error_of(cases);
        ++done;
        if (error < 0) ++left;
        else if (!(error <= worst)) worst = error;
    }
    std::printf("%s vectors, %d cases, %d left to the reference, worst error %.1e\n", cisterna::widest_loops().width,
                done, left, worst);
    return worst <= allowed && 20 * left <= done && done > 0 ? 0 : 1;
}
