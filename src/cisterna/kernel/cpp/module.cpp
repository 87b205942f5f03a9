// The module that Python imports: arrays in, arrays out, the interpreter's lock released while it computes.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "cohort_module.hpp"
#include "course.hpp"
#include "loops.hpp"
#include "network.hpp"
#include "response_module.hpp"

namespace nb = nanobind;

namespace {

using Matrix = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Vector = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Places = nb::ndarray<const long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Values = nb::ndarray<double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Last = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void need(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(what);
}

std::optional<cisterna::Settling> modes_of(const Matrix& rate_matrix, int core, int hub, std::vector<std::vector<int>> chains,
                         std::vector<int> observers) {
    const int states = static_cast<int>(rate_matrix.shape(0));
    need(rate_matrix.shape(1) == rate_matrix.shape(0), "a rate matrix is square");
    need(0 <= hub && hub < core && core <= states, "the hub is one of the core");
    int told = core;
    const auto count = [&](int state) {
        need(core <= state && state < states, "a state of a chain or an observer lies after the core");
        ++told;
    };
    for (const auto& chain : chains) std::for_each(chain.begin(), chain.end(), count);
    std::for_each(observers.begin(), observers.end(), count);
    need(told == states, "each state is of the core, of one chain, or an observer");
    const cisterna::Layout layout{states, core, hub, std::move(chains), std::move(observers)};
    nb::gil_scoped_release released;
    const cisterna::Modes modes = cisterna::modes_of(rate_matrix.data(), layout);
    if (!modes.found) return std::nullopt;
    return cisterna::Settling(modes);
}

bool follow(const cisterna::Settling& modes, const Matrix& input_matrix, const Vector& initial, const Places& instants,
            double ticks_per_hour, const Matrix& inputs, const Places& places, const Matrix& added, const Matrix& read, const Places& rows,
            double tolerance, Values values, Last last) {
    const auto n = static_cast<std::size_t>(modes.states);
    need(instants.shape(0) >= 1 && ticks_per_hour > 0, "there is an instant, and time passes");
    const std::size_t steps = instants.shape(0) - 1, kinds = input_matrix.shape(1);
    need(initial.shape(0) == n && input_matrix.shape(0) == n && added.shape(1) == n && read.shape(1) == n &&
             last.shape(0) == n,
         "an array has another number of states");
    need(inputs.shape(0) == steps && inputs.shape(1) == kinds, "inputs are (steps, inputs)");
    need(added.shape(0) == places.shape(0), "each addition has one place");
    need(values.shape(0) == rows.shape(0) && values.shape(1) == read.shape(0), "values are (rows, outputs)");
    bool ascend = true, inside = true;
    const long long *instant = instants.data(), *row = rows.data();
    for (std::size_t step = 0; step < steps; ++step) ascend &= instant[step] < instant[step + 1];
    need(ascend, "instants ascend");
    for (std::size_t one = 1; one < rows.shape(0); ++one) inside &= row[one - 1] < row[one];
    if (rows.shape(0) > 0) inside &= row[0] >= 0 && row[rows.shape(0) - 1] <= static_cast<long long>(steps);
    need(inside, "rows ascend and are instants");
    const cisterna::Program program{
        static_cast<int>(steps), static_cast<int>(kinds), static_cast<int>(places.shape(0)),
        instants.data(), ticks_per_hour, input_matrix.data(), inputs.data(), places.data(), added.data(), initial.data()};
    const cisterna::Reading reading{static_cast<int>(read.shape(0)), static_cast<int>(rows.shape(0)), read.data(),
                                    rows.data(), values.data(), last.data()};
    nb::gil_scoped_release released;
    return cisterna::follow(modes, program, reading, tolerance);
}

}  // namespace

NB_MODULE(_compiled, module) {
    module.doc() = "The compiled kernel of Cisterna; see cisterna.kernel.network for its use.";
    module.attr("interface") = 8;  // cisterna.kernel.network takes no module with another number
    module.attr("width") = cisterna::widest_loops().width;
    nb::class_<cisterna::Settling>(module, "Modes").def_ro("rates", &cisterna::Settling::rates);
    module.def("modes_of", &modes_of, nb::arg("rate_matrix"), nb::arg("core"), nb::arg("hub"), nb::arg("chains"),
               nb::arg("observers"));
    module.def("follow", &follow, nb::arg("modes"), nb::arg("input_matrix"), nb::arg("initial"), nb::arg("instants"), nb::arg("ticks_per_hour"),
               nb::arg("inputs"), nb::arg("places"), nb::arg("added"), nb::arg("read"), nb::arg("rows"), nb::arg("tolerance"),
               nb::arg("values"), nb::arg("last"));
    add_cohorts(module);
    add_responses(module);
}
