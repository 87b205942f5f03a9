// The loops in which the time goes. Each is compiled for several vector widths; see dispatch.cpp.
//
// All matrices are dense, row after row. The functions take bare pointers and own no memory, so that
// no function of the standard library is compiled for a width that the processor may not have.
#pragma once

#include "channel.hpp"
#include "even_blocks.hpp"
#include "ladder.hpp"
#include "residual.hpp"
#include "response.hpp"

namespace cisterna {

struct Loops {
    const char* width;
    // Symmetric `matrix` (n, n), destroyed: eigenvalues into `values` (n), eigenvectors as the rows of
    // `vectors` (n, n). `scratch` holds 3 n. False where an eigenvalue was not found.
    bool (*symmetric_modes)(int n, double* matrix, double* values, double* vectors, double* scratch);
    // product (rows, columns) = left (rows, inner) times right (inner, columns); rows of `left` lie `stride` apart.
    void (*multiply)(int rows, int inner, int stride, int columns, const double* left, const double* right,
                     double* product);
    // modes = modes decay + input filling, and a copy of it.
    void (*advance)(int n, double* modes, const double* decay, const double* filling, const double* input,
                    double* copy);
    // input = entry (kinds, n) times rates (kinds), level = input plateaus, and the largest size of any level.
    void (*take)(int n, int kinds, const double* entry, const double* rates, const double* plateaus, double* input,
                 double* level, double* largest);
    // What eigenvectors lack of being such, to twice the digits; see residual.hpp.
    void (*residual)(const Rows& matrix, int columns, const double* values, const double* vectors, double* sums,
                     double* rests);
    // The largest size of `count` numbers.
    double (*largest)(int count, const double* numbers);
    // See even_blocks.hpp.
    void (*follow_blocks)(const EvenBlocks& all, double* room, const EvenMade& made);
    // Of ladders; see ladder.hpp and channel.hpp.
    bool (*line_modes)(const Ladder& ladder, const Ends& ends, double* room, LineModes& modes);
    bool (*join_hub)(const Ladder& ladder, const Ends& ends, const LineModes& modes, double* room, Poles& poles);
    void (*follow_channel)(const Channel& channel, const Grid& grid, const Happenings& happenings, const Wanted& wanted,
                           double* room, double* sizes);
    // See response.hpp.
    void (*respond)(const ResponseLaws& laws, const Sensitivity& own, const Hourly& hourly, const Instants& instants,
                    double* room, const Responses& made);
};

// The loops for the widest vectors that this processor has.
const Loops& widest_loops();

}  // namespace cisterna
