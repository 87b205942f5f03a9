// What levels do to one patient of a cohort: the laws of response on the grid of a cohort.
#pragma once

namespace cisterna {

// The numbers that are the same for all; times and windows are in hours.
struct ResponseLaws {
    double tone_hill = 0, h_reflex_hill = 0, rise_h = 0, fall_h = 0, switch_level = 0;
    int window = 0, adaptation_window = 0, memory = 0;
    double withdrawal_tone = 0, sedation_tolerance = 0, highest_tone = 0;
};

// Those that differ, as they lie in a row of an array.
struct Sensitivity {
    double tone_half, h_reflex_half, sedation_threshold, gain, untreated_legs, untreated_arms, irreducible;
};
constexpr int sensitivities = 7;

// Numbers that lie `stride` apart.
struct Series {
    const double* first = nullptr;
    long long stride = 1;
    double operator[](long long place) const { return first[place * stride]; }
};

// Level of the legs and its integral at every hour from the start.
struct Hourly {
    int hours = 0;
    Series legs, integral;
};

// Levels at `count` instants, and of each instant the hour before it and what is left of a rise and of a fall of
// tolerance since then. Where `on_the_hour`, instant k is hour k, and the legs are those of `Hourly`.
struct Instants {
    int count = 0;
    bool on_the_hour = false;
    const long long* hour = nullptr;
    const double *rise_left = nullptr, *fall_left = nullptr;
    Series legs, arms, cistern;
};

// Where each response goes (count); null where it is not wanted.
struct Responses {
    double *tone_legs = nullptr, *tone_arms = nullptr, *h_reflex_ratio = nullptr, *sedation_index = nullptr,
           *withdrawal_index = nullptr, *tolerance = nullptr;
};

#ifdef CISTERNA_WIDTH
namespace CISTERNA_WIDTH {
// `room` holds response_room doubles and begins at a multiple of the widest vector.
void respond(const ResponseLaws& laws, const Sensitivity& own, const Hourly& hourly, const Instants& instants, double* room,
             const Responses& made);
}  // namespace CISTERNA_WIDTH
#endif

constexpr long long response_room(int hours, int count) { return 8LL * (hours + 8) + 8LL * (count + 8); }

}  // namespace cisterna
