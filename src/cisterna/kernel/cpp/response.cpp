#include "response.hpp"

#include "elementary.hpp"

// A Hill law is 1 / (1 + e^(-h (log C - log EC50 - log T))), so that a level costs one logarithm for all laws.

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

constexpr double nothing = 1e-300;  // a level below it is taken as this

// `count` numbers in whole vectors.
struct Vectors {
    Eight* numbers;
    int count;  // of vectors
};

Vectors taken_vectors(double*& room, int count) {
    return Vectors{reinterpret_cast<Eight*>(taken(room, count)), (count + 7) / 8};
}

double* numbers(const Vectors& vectors) { return reinterpret_cast<double*>(vectors.numbers); }

void copy(const Series& from, int count, const Vectors& to) {
    double* made = numbers(to);
    if (from.stride == 1) {
        int at = 0;
        for (; at + 8 <= count; at += 8) *reinterpret_cast<Eight*>(made + at) = *reinterpret_cast<const Loose*>(from.first + at);
        for (; at < count; ++at) made[at] = from.first[at];
    } else {
        for (int at = 0; at < count; ++at) made[at] = from[at];
    }
    for (int at = count; at < 8 * to.count; ++at) made[at] = 0;
}

// Of levels, whatever lies below 0 being nothing.
void logs_of(const Series& levels, int count, const Vectors& logs) {
    copy(levels, count, logs);
    for (int at = 0; at < logs.count; ++at) {
        Eight& own = logs.numbers[at];
        own = own > nothing ? own : Eight{} + nothing;
        to_log(own);
    }
}

// The occupancy of levels over the half-effect level times tolerance; what is left of the effect where `hill` is below 0.
void occupy(double hill, double half, const Vectors& log_level, const Vectors& log_tolerance, const Vectors& made) {
    Eight log_half = Eight{} + half;
    to_log(log_half);
    for (int at = 0; at < made.count; ++at) {
        Eight over, less_one;
        exp_of(hill * ((log_half + log_tolerance.numbers[at]) - log_level.numbers[at]), over, less_one);
        made.numbers[at] = 1.0 / (1.0 + over);
    }
}

void store(const Vectors& from, int count, double* to) {
    int at = 0;
    for (; at + 8 <= count; at += 8) *reinterpret_cast<Loose*>(to + at) = *reinterpret_cast<const Eight*>(numbers(from) + at);
    for (; at < count; ++at) to[at] = numbers(from)[at];
}

// The largest of each number and of so many before it: that of the later and of the earlier half of them.
void largest_of_last(int window, int count, double* values) {
    for (int covered = 1; covered <= window;) {
        const int step = covered < window + 1 - covered ? covered : window + 1 - covered;
        int at = count;
        for (; at - 8 >= step; at -= 8) {
            Loose& own = *reinterpret_cast<Loose*>(values + at - 8);
            const Eight now = own, before = *reinterpret_cast<const Loose*>(values + at - 8 - step);
            own = now > before ? now : before;
        }
        for (--at; at >= step; --at) values[at] = values[at] > values[at - step] ? values[at] : values[at - step];
        covered += step;
    }
}

// By hour: tolerance, its logarithm and the largest of the memory, the logarithm of the level, occupancy, and what
// withdrawal is measured against.
struct Course {
    Vectors tolerance, log_tolerance, largest, log_level, occupancy, adapted;
    double* rises;  // whether tolerance rises in the hour that follows: 1 or 0
};

// What the instants see of it.
struct Seen {
    Vectors tolerance, log_tolerance, largest, log_level, occupancy, adapted;
};

void tolerate(const ResponseLaws& laws, double gain, const Hourly& hourly, const Course& course) {
    const double rise_left = __builtin_exp(-1 / laws.rise_h), fall_left = __builtin_exp(-1 / laws.fall_h);
    const double needed = laws.switch_level * laws.window, gained = gain * (1 - rise_left);
    double *tolerance = numbers(course.tolerance), above = 0;  // 1
    bool fell = false;
    for (int hour = 0; hour < hourly.hours; ++hour) {
        const double before = hour >= laws.window ? hourly.integral[hour - laws.window] : 0.0;
        const bool treated = hourly.integral[hour] - before > needed;
        tolerance[hour] = 1 + above;
        course.rises[hour] = treated ? 1 : 0;
        fell = fell || (!treated && above > 0);
        above = (treated ? rise_left : fall_left) * above + (treated ? gained : 0.0);
    }
    for (int at = hourly.hours; at < 8 * course.tolerance.count; ++at) tolerance[at] = 1;
    for (int at = 0; at < course.tolerance.count; ++at) {
        course.largest.numbers[at] = course.tolerance.numbers[at];
        course.log_tolerance.numbers[at] = course.tolerance.numbers[at];
        to_log(course.log_tolerance.numbers[at]);
    }
    if (fell) largest_of_last(laws.memory, hourly.hours, numbers(course.largest));
}

// The largest daily mean of occupancy, of the straight lines between hours.
void adapt(const ResponseLaws& laws, const Hourly& hourly, const Course& course, double* held) {
    const double* taken_up = numbers(course.occupancy);
    double *adapted = numbers(course.adapted), sum = 0;
    for (int hour = 0; hour < hourly.hours; ++hour) {
        if (hour > 0) sum += (taken_up[hour] + taken_up[hour - 1]) / 2;
        held[hour] = sum;
    }
    const int window = laws.adaptation_window;
    const double share = 1.0 / window;
    for (int hour = 0; hour < hourly.hours && hour < window; ++hour) adapted[hour] = held[hour] * share;
    for (int hour = window; hour < hourly.hours; ++hour) adapted[hour] = (held[hour] - held[hour - window]) * share;
    for (int at = hourly.hours; at < 8 * course.adapted.count; ++at) adapted[at] = 0;
    largest_of_last(laws.memory, hourly.hours, adapted);
}

Course course_of(const ResponseLaws& laws, const Sensitivity& own, const Hourly& hourly, double*& room) {
    const int hours = hourly.hours;
    const auto vectors = [&] { return taken_vectors(room, hours); };
    const Course course{vectors(), vectors(), vectors(), vectors(), vectors(), vectors(), taken(room, hours)};
    tolerate(laws, own.gain, hourly, course);
    logs_of(hourly.legs, hours, course.log_level);
    occupy(laws.tone_hill, own.tone_half, course.log_level, course.log_tolerance, course.occupancy);
    adapt(laws, hourly, course, taken(room, hours));
    return course;
}

// At instants between hours: tolerance goes on from the hour before by its law, the rest is that of the hour.
Seen seen_between(const ResponseLaws& laws, const Sensitivity& own, const Instants& instants, const Course& course, double*& room) {
    const auto vectors = [&] { return taken_vectors(room, instants.count); };
    const Seen seen{vectors(), vectors(), vectors(), vectors(), vectors(), vectors()};
    double *tolerance = numbers(seen.tolerance), *largest = numbers(seen.largest), *adapted = numbers(seen.adapted);
    for (int at = 0; at < 8 * seen.tolerance.count; ++at) {
        const bool told = at < instants.count;
        const long long hour = told ? instants.hour[at] : 0;
        const bool rises = course.rises[hour] > 0;
        const double target = rises ? 1 + own.gain : 1.0, left = !told ? 1.0 : rises ? instants.rise_left[at] : instants.fall_left[at];
        const double now = target + (numbers(course.tolerance)[hour] - target) * left, most = numbers(course.largest)[hour];
        tolerance[at] = now;
        largest[at] = most > now ? most : now;
        adapted[at] = numbers(course.adapted)[hour];
    }
    for (int at = 0; at < seen.tolerance.count; ++at) {
        seen.log_tolerance.numbers[at] = seen.tolerance.numbers[at];
        to_log(seen.log_tolerance.numbers[at]);
    }
    logs_of(instants.legs, instants.count, seen.log_level);
    occupy(laws.tone_hill, own.tone_half, seen.log_level, seen.log_tolerance, seen.occupancy);
    return seen;
}

Seen seen_of(const ResponseLaws& laws, const Sensitivity& own, const Instants& instants, const Course& course, double*& room) {
    if (!instants.on_the_hour) return seen_between(laws, own, instants, course, room);
    return Seen{course.tolerance, course.log_tolerance, course.largest, course.log_level, course.occupancy, course.adapted};
}

// Tone of a limb with so much occupancy.
void tone(const ResponseLaws& laws, double untreated, double irreducible, const Vectors& occupancy, const Vectors& withdrawal,
          const Vectors& made) {
    const double removed = (untreated - 1) * (1 - irreducible);
    for (int at = 0; at < made.count; ++at) {
        const Eight score = untreated - removed * occupancy.numbers[at] + laws.withdrawal_tone * withdrawal.numbers[at];
        made.numbers[at] = score < laws.highest_tone ? score : Eight{} + laws.highest_tone;
    }
}

}  // namespace

void respond(const ResponseLaws& laws, const Sensitivity& own, const Hourly& hourly, const Instants& instants, double* room,
             const Responses& made) {
    const Course course = course_of(laws, own, hourly, room);
    const Seen seen = seen_of(laws, own, instants, course, room);
    const int count = instants.count;
    const Vectors withdrawal = taken_vectors(room, count), other = taken_vectors(room, count);
    const double by_gain = 1 / own.gain;
    for (int at = 0; at < withdrawal.count; ++at) {
        const Eight lost = seen.adapted.numbers[at] - seen.occupancy.numbers[at];
        withdrawal.numbers[at] = (seen.largest.numbers[at] - 1.0) * by_gain * (lost > 0 ? lost : Eight{});
    }
    if (made.withdrawal_index != nullptr) store(withdrawal, count, made.withdrawal_index);
    if (made.tolerance != nullptr) store(seen.tolerance, count, made.tolerance);
    if (made.tone_legs != nullptr) {
        tone(laws, own.untreated_legs, own.irreducible, seen.occupancy, withdrawal, other);
        store(other, count, made.tone_legs);
    }
    if (made.h_reflex_ratio != nullptr) {
        occupy(-laws.h_reflex_hill, own.h_reflex_half, seen.log_level, seen.log_tolerance, other);
        store(other, count, made.h_reflex_ratio);
    }
    if (made.sedation_index != nullptr) {
        copy(instants.cistern, count, other);
        for (int at = 0; at < other.count; ++at) {
            const Eight level = other.numbers[at] > 0 ? other.numbers[at] : Eight{};
            other.numbers[at] = level / (own.sedation_threshold * (1.0 + laws.sedation_tolerance * (seen.tolerance.numbers[at] - 1.0)));
        }
        store(other, count, made.sedation_index);
    }
    if (made.tone_arms != nullptr) {
        logs_of(instants.arms, count, other);
        occupy(laws.tone_hill, own.tone_half, other, seen.log_tolerance, other);
        tone(laws, own.untreated_arms, own.irreducible, other, withdrawal, other);
        store(other, count, made.tone_arms);
    }
}

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
