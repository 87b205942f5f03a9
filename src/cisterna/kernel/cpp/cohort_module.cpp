#include "cohort_module.hpp"

#include <nanobind/ndarray.h>

#include <cstdint>
#include <stdexcept>

#include "cohort.hpp"

namespace nb = nanobind;

namespace {

using Matrix = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Block = nb::ndarray<const double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Vector = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Ticks = nb::ndarray<const long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Places = nb::ndarray<const int, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Made = nb::ndarray<double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Left = nb::ndarray<std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void need(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(what);
}

// Happenings of all patients: each patient's ascend and lie on the grid.
void check(const Ticks& offsets, const Ticks& ticks, const Ticks& kinds, const Vector& sizes, std::size_t patients,
           long long first_kind, long long kinds_end, long long last_tick) {
    need(offsets.shape(0) == patients + 1 && offsets.data()[0] == 0, "offsets are (patients + 1), from 0");
    need(ticks.shape(0) == kinds.shape(0) && ticks.shape(0) == sizes.shape(0), "each happening has a tick, a kind and a size");
    need(offsets.data()[patients] == static_cast<long long>(ticks.shape(0)), "the last offset is the number of happenings");
    for (std::size_t patient = 0; patient < patients; ++patient) {
        const long long begin = offsets.data()[patient], end = offsets.data()[patient + 1];
        need(begin <= end, "offsets ascend");
        for (long long at = begin; at < end; ++at) {
            need(ticks.data()[at] >= (at == begin ? 0 : ticks.data()[at - 1]) && ticks.data()[at] <= last_tick,
                 "happenings of a patient ascend and lie on the grid");
            need(kinds.data()[at] >= first_kind && kinds.data()[at] < kinds_end, "a happening is of no known kind");
        }
    }
}

double* part(const Made& made, std::size_t patients, std::size_t outputs, std::size_t each) {
    if (made.shape(0) == 0) return nullptr;
    need(made.shape(0) == patients && made.shape(1) == outputs && made.shape(2) == each, "an answer has another shape");
    return made.data();
}

void follow_cohort(const Matrix& rates, int leaves, const Block& entries, const Places& of_output, const Places& of_state,
                   const Matrix& weights, int outputs, const Places& integrated, const Ticks& change_offsets, const Ticks& change_ticks,
                   const Ticks& change_kinds, const Vector& change_rates, const Ticks& dose_offsets, const Ticks& dose_ticks,
                   const Ticks& dose_kinds, const Vector& dose_amounts, int steps, int ticks, int block, int blocks_a_day,
                   double tick_h, bool repeats, const Ticks& at_ticks, double tolerance, Made grid, Made means, Made peaks,
                   Made troughs, Made at, Made integrals, Left left) {
    const std::size_t patients = rates.shape(0);
    const int nodes = static_cast<int>(entries.shape(2)), kinds = static_cast<int>(entries.shape(1));
    const int terms = static_cast<int>(of_output.shape(0));
    need(nodes > 0 && rates.shape(1) == static_cast<std::size_t>(cisterna::rates_of(nodes)) + 2, "a ladder has another number of rates");
    need(entries.shape(0) == patients && weights.shape(0) == patients && left.shape(0) == patients, "arrays are of as many patients");
    need(of_state.shape(0) == of_output.shape(0) && weights.shape(1) == of_output.shape(0), "each term has an output, a state and a weight");
    need(kinds >= 1 && kinds <= cisterna::most_kinds && outputs >= 1 && outputs <= 16, "one to 8 ways into the nodes, one to 16 outputs");
    for (int term = 0; term < terms; ++term)
        need(0 <= of_output.data()[term] && of_output.data()[term] < outputs && 0 <= of_state.data()[term] &&
                 of_state.data()[term] < 2 * nodes + 2,
             "a term is of no output or no state");
    need(steps >= 1 && ticks >= 1 && block >= 1 && block <= cisterna::longest_block && blocks_a_day >= 0 && tick_h > 0, "the grid is none");
    need(!repeats || steps % block == 0, "a day that repeats is of whole blocks");
    const long long last_tick = static_cast<long long>(steps) * ticks;
    check(change_offsets, change_ticks, change_kinds, change_rates, patients, 0, kinds + 2, last_tick);
    check(dose_offsets, dose_ticks, dose_kinds, dose_amounts, patients, 0, kinds + 2, last_tick);
    for (std::size_t change = 0; change < change_kinds.shape(0); ++change)
        need(change_kinds.data()[change] != kinds, "the gut takes amounts alone");
    for (std::size_t one = 0; one < at_ticks.shape(0); ++one)
        need(0 <= at_ticks.data()[one] && at_ticks.data()[one] <= last_tick, "a given time lies on the grid");
    const std::size_t days = blocks_a_day > 0 ? static_cast<std::size_t>(steps / (block * blocks_a_day)) : 0;
    const cisterna::Cohort cohort{
        static_cast<int>(patients), nodes, leaves, kinds, outputs, terms, rates.data(), entries.data(), of_output.data(),
        of_state.data(), weights.data(), change_offsets.data(), change_ticks.data(), change_kinds.data(), change_rates.data(),
        dose_offsets.data(), dose_ticks.data(), dose_kinds.data(), dose_amounts.data()};
    const cisterna::Grid even{steps, ticks, block, blocks_a_day, tick_h};
    for (std::size_t one = 0; one < integrated.shape(0); ++one)
        need(0 <= integrated.data()[one] && integrated.data()[one] < outputs, "an integral is of no output");
    const cisterna::Answers answers{
        part(grid, patients, outputs, static_cast<std::size_t>(steps) + 1), part(means, patients, outputs, days),
        part(peaks, patients, outputs, days), part(troughs, patients, outputs, days),
        part(at, patients, outputs, at_ticks.shape(0)), static_cast<int>(at_ticks.shape(0)), at_ticks.data(), repeats,
        static_cast<int>(integrated.shape(0)), integrated.data(),
        part(integrals, patients, integrated.shape(0), static_cast<std::size_t>(steps) + 1), left.data()};
    need((answers.peaks == nullptr) == (answers.troughs == nullptr), "peaks and troughs come together");
    nb::gil_scoped_release released;
    cisterna::follow_cohort(cohort, even, answers, tolerance);
}

}  // namespace

void add_cohorts(nb::module_& module) {
    module.def("follow_cohort", &follow_cohort, nb::arg("rates"), nb::arg("leaves"), nb::arg("entries"), nb::arg("of_output"),
               nb::arg("of_state"), nb::arg("weights"), nb::arg("outputs"), nb::arg("integrated"), nb::arg("change_offsets"), nb::arg("change_ticks"),
               nb::arg("change_kinds"), nb::arg("change_rates"), nb::arg("dose_offsets"), nb::arg("dose_ticks"),
               nb::arg("dose_kinds"), nb::arg("dose_amounts"), nb::arg("steps"), nb::arg("ticks"), nb::arg("block"),
               nb::arg("blocks_a_day"), nb::arg("tick_h"), nb::arg("repeats"), nb::arg("at_ticks"), nb::arg("tolerance"),
               nb::arg("grid"), nb::arg("means"), nb::arg("peaks"), nb::arg("troughs"), nb::arg("at"), nb::arg("integrals"),
               nb::arg("left"));
}
