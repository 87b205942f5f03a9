#include "response_module.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/vector.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "counting.hpp"
#include "loops.hpp"
#include "response.hpp"

namespace nb = nanobind;

namespace {

using Rows = nb::ndarray<const double, nb::ndim<2>, nb::device::cpu>;  // strides of any kind
using Matrix = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Vector = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Hours = nb::ndarray<const long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Windows = nb::ndarray<const int, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Made = nb::ndarray<double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Counts = nb::ndarray<std::uint32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Ends = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

constexpr int responses = 6, numbers = 8, windows = 3;

void need(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(what);
}

cisterna::Series of(const Rows& rows, std::size_t patient) {
    return {rows.data() + static_cast<std::ptrdiff_t>(patient) * rows.stride(0), rows.stride(1)};
}

cisterna::Responses into(const Made& made, const Windows& wanted, std::size_t patient) {
    double* places[responses] = {};
    const std::size_t each = made.shape(2);
    for (std::size_t row = 0; row < made.shape(1); ++row)
        places[wanted.data()[row]] = made.data() + (patient * made.shape(1) + row) * each;
    return {places[0], places[1], places[2], places[3], places[4], places[5]};
}

void respond(const Vector& laws, const Windows& windows_h, const Matrix& own, const Rows& hourly_legs, const Rows& integral,
             const Rows& legs, const Rows& arms, const Rows& cistern, const Hours& hour, const Vector& since, const Windows& wanted,
             Made made) {
    const std::size_t patients = own.shape(0), hours = hourly_legs.shape(1), count = legs.shape(1);
    need(laws.shape(0) == numbers && windows_h.shape(0) == windows && own.shape(1) == cisterna::sensitivities,
         "the laws have another number of numbers");
    for (int one = 0; one < windows; ++one) need(windows_h.data()[one] >= 1, "a window is of hours");
    need(hours >= 1 && integral.shape(1) == hours, "levels and integrals are of as many hours");
    need(arms.shape(1) == count && cistern.shape(1) == count && hour.shape(0) == count && since.shape(0) == count &&
             made.shape(2) == count && made.shape(0) == patients && made.shape(1) == wanted.shape(0),
         "arrays are of as many instants");
    for (const Rows* rows : {&hourly_legs, &integral, &legs, &arms, &cistern}) need(rows->shape(0) == patients, "arrays are of as many patients");
    for (std::size_t row = 0; row < wanted.shape(0); ++row) need(0 <= wanted.data()[row] && wanted.data()[row] < responses, "no such response");
    const double* law = laws.data();
    const int* window = windows_h.data();
    const cisterna::ResponseLaws held{law[0], law[1], law[2], law[3], law[4], window[0], window[1], window[2], law[5], law[6], law[7]};
    std::vector<double> rise_left(count), fall_left(count);
    bool same = count == hours && legs.data() == hourly_legs.data() && legs.stride(0) == hourly_legs.stride(0) && legs.stride(1) == hourly_legs.stride(1);
    for (std::size_t at = 0; at < count; ++at) {
        need(0 <= hour.data()[at] && hour.data()[at] < static_cast<long long>(hours), "an instant is of no hour");
        same = same && hour.data()[at] == static_cast<long long>(at) && since.data()[at] == 0;
        rise_left[at] = std::exp(-since.data()[at] / held.rise_h);
        fall_left[at] = std::exp(-since.data()[at] / held.fall_h);
    }
    nb::gil_scoped_release released;
    std::vector<double> room(static_cast<std::size_t>(cisterna::response_room(static_cast<int>(hours), static_cast<int>(count))) + 8);
    double* begin = room.data() + (64 - reinterpret_cast<std::uintptr_t>(room.data()) % 64) % 64 / sizeof(double);
    for (std::size_t patient = 0; patient < patients; ++patient) {
        const double* row = own.data() + patient * cisterna::sensitivities;
        const cisterna::Sensitivity sensitivity{row[0], row[1], row[2], row[3], row[4], row[5], row[6]};
        const cisterna::Hourly hourly{static_cast<int>(hours), of(hourly_legs, patient), of(integral, patient)};
        const cisterna::Instants instants{static_cast<int>(count), same, hour.data(), rise_left.data(), fall_left.data(),
                                          of(legs, patient), of(arms, patient), of(cistern, patient)};
        cisterna::widest_loops().respond(held, sensitivity, hourly, instants, begin, into(made, wanted, patient));
    }
}

void count(const std::vector<Rows>& values, int shift, long long first, double low, double per_unit, Counts counts, Ends least, Ends most) {
    const std::size_t rows = counts.shape(0);
    need(least.shape(0) == rows && most.shape(0) == rows, "counts are of as many rows");
    need(shift >= 0 && shift < 63 && counts.shape(1) >= 1, "a value has 64 bits, and counts have parts");
    std::vector<cisterna::Values> all;
    for (const Rows& some : values) {
        need(some.shape(1) == rows, "values are of as many rows");
        all.push_back({static_cast<int>(some.shape(0)), some.data(), some.stride(0), some.stride(1)});
    }
    const cisterna::Parts parts{static_cast<long long>(counts.shape(1)), shift, first, low, per_unit};
    nb::gil_scoped_release released;
    cisterna::count(all, static_cast<int>(rows), parts, counts.data(), least.data(), most.data());
}

}  // namespace

void add_responses(nb::module_& module) {
    module.def("respond", &respond, nb::arg("laws"), nb::arg("windows"), nb::arg("own"), nb::arg("hourly_legs"), nb::arg("integral"),
               nb::arg("legs"), nb::arg("arms"), nb::arg("cistern"), nb::arg("hour"), nb::arg("since"), nb::arg("wanted"), nb::arg("made"));
    module.def("count", &count, nb::arg("values"), nb::arg("shift"), nb::arg("first"), nb::arg("low"), nb::arg("per_unit"),
               nb::arg("counts"), nb::arg("least"), nb::arg("most"));
}
