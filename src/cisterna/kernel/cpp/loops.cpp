#include "loops.hpp"

#include "tiles.hpp"

namespace cisterna {
namespace CISTERNA_WIDTH {
namespace {

double root(double value) { return __builtin_sqrt(value); }

double hypotenuse(double one, double other) {
    const double a = size_of(one), b = size_of(other);
    const double large = a > b ? a : b, small = a > b ? b : a;
    if (large == 0) return 0;
    const double ratio = small / large;
    return large * root(1 + ratio * ratio);
}

constexpr int lanes = 8;  // a fixed order of addition for every width

double dot(int n, const double* one, const double* other) {
    double partial[lanes] = {};
    int i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int lane = 0; lane < lanes; ++lane) partial[lane] += one[i + lane] * other[i + lane];
    double sum = 0;
    for (; i < n; ++i) sum += one[i] * other[i];
    for (int lane = 0; lane < lanes; ++lane) sum += partial[lane];
    return sum;
}

void add_scaled(int n, double scale, const double* from, double* to) {
    for (int i = 0; i < n; ++i) to[i] += scale * from[i];
}

// Householder: matrix = Q T Q', T tridiagonal. Row k of `matrix` keeps the k-th reflector from k + 1 on.
void reduce(int n, double* matrix, double* diagonal, double* beside, double* strength, double* applied) {
    for (int k = 0; k + 1 < n; ++k) {
        double* reflector = matrix + k * n + k + 1;
        const int rest = n - k - 1;
        diagonal[k] = matrix[k * n + k];
        strength[k] = 0;
        const double tail = rest > 1 ? dot(rest - 1, reflector + 1, reflector + 1) : 0;
        if (tail == 0) {
            beside[k] = reflector[0];
            continue;
        }
        const double length = root(reflector[0] * reflector[0] + tail);
        beside[k] = reflector[0] > 0 ? -length : length;
        reflector[0] -= beside[k];
        strength[k] = 2 / (reflector[0] * reflector[0] + tail);
        double* block = matrix + (k + 1) * n + k + 1;
        for (int i = 0; i < rest; ++i) applied[i] = strength[k] * dot(rest, block + i * n, reflector);
        add_scaled(rest, -strength[k] / 2 * dot(rest, applied, reflector), reflector, applied);
        for (int i = 0; i < rest; ++i) {
            const double own = reflector[i], other = applied[i];
            double* row = block + i * n;
            for (int j = 0; j < rest; ++j) row[j] -= own * applied[j] + other * reflector[j];
        }
    }
    diagonal[n - 1] = matrix[n * n - 1];
    beside[n - 1] = 0;
}

// Rows of `vectors` become those of Q'.
void unfold(int n, const double* matrix, const double* strength, double* vectors) {
    for (int i = 0; i < n * n; ++i) vectors[i] = 0;
    for (int i = 0; i < n; ++i) vectors[i * n + i] = 1;
    for (int k = n - 2; k >= 0; --k) {
        if (strength[k] == 0) continue;
        const double* reflector = matrix + k * n + k + 1;
        const int rest = n - k - 1;
        for (int i = k + 1; i < n; ++i) {
            double* row = vectors + i * n + k + 1;
            add_scaled(rest, -strength[k] * dot(rest, row, reflector), reflector, row);
        }
    }
}

void rotate(int n, double cosine, double sine, double* lower, double* upper) {
    for (int i = 0; i < n; ++i) {
        const double old = upper[i];
        upper[i] = sine * lower[i] + cosine * old;
        lower[i] = cosine * lower[i] - sine * old;
    }
}

// Implicit QL with Wilkinson's shift on the tridiagonal matrix; the rows of `vectors` turn along.
bool diagonalise(int n, double* diagonal, double* beside, double* vectors) {
    constexpr double precision = 2.220446049250313e-16;
    constexpr int most = 60;
    for (int l = 0; l < n; ++l) {
        for (int turn = 0;; ++turn) {
            int m = l;
            for (; m + 1 < n; ++m) {
                const double scale = size_of(diagonal[m]) + size_of(diagonal[m + 1]);
                if (size_of(beside[m]) <= precision * scale) break;
            }
            if (m == l) break;
            if (turn == most) return false;
            double shift = (diagonal[l + 1] - diagonal[l]) / (2 * beside[l]);
            const double length = hypotenuse(shift, 1);
            shift = diagonal[m] - diagonal[l] + beside[l] / (shift + (shift < 0 ? -length : length));
            double sine = 1, cosine = 1, moved = 0;
            int i = m - 1;
            for (; i >= l; --i) {
                const double f = sine * beside[i], b = cosine * beside[i];
                const double r = hypotenuse(f, shift);
                beside[i + 1] = r;
                if (r == 0) {
                    diagonal[i + 1] -= moved;
                    beside[m] = 0;
                    break;
                }
                sine = f / r;
                cosine = shift / r;
                const double g = diagonal[i + 1] - moved;
                const double t = (diagonal[i] - g) * sine + 2 * cosine * b;
                moved = sine * t;
                diagonal[i + 1] = g + moved;
                shift = cosine * t - b;
                rotate(n, cosine, sine, vectors + i * n, vectors + (i + 1) * n);
            }
            if (i >= l) continue;
            diagonal[l] -= moved;
            beside[l] = shift;
            beside[m] = 0;
        }
    }
    return true;
}

bool symmetric_modes(int n, double* matrix, double* values, double* vectors, double* scratch) {
    double* beside = scratch;
    double* strength = scratch + n;
    reduce(n, matrix, values, beside, strength, scratch + 2 * n);
    unfold(n, matrix, strength, vectors);
    return diagonalise(n, values, beside, vectors);
}

void edge(int rows, int inner, int stride, int columns, int first, const double* left, const double* right,
          double* product) {
    for (int row = 0; row < rows; ++row) {
        double* out = product + row * columns;
        for (int column = first; column < columns; ++column) out[column] = 0;
        for (int k = 0; k < inner; ++k)
            add_scaled(columns - first, left[row * stride + k], right + k * columns + first, out + first);
    }
}

void multiply(int rows, int inner, int stride, int columns, const double* left, const double* right,
              double* product) {
    int column = 0;
    for (; column + tile_columns <= columns; column += tile_columns)
        tiles<tile_rows, tile_columns>(rows, inner, stride, columns, left, right + column, product + column);
    for (; column + narrow_columns <= columns; column += narrow_columns)
        tiles<narrow_rows, narrow_columns>(rows, inner, stride, columns, left, right + column, product + column);
    if (column < columns) edge(rows, inner, stride, columns, column, left, right, product);
}

void advance(int n, double* __restrict modes, const double* __restrict decay, const double* __restrict filling,
             const double* __restrict input, double* __restrict copy) {
    for (int i = 0; i < n; ++i) copy[i] = modes[i] = modes[i] * decay[i] + filling[i] * input[i];
}

void take(int n, int kinds, const double* __restrict entry, const double* __restrict rates,
          const double* __restrict plateaus, double* __restrict input, double* __restrict level,
          double* __restrict largest) {
    for (int i = 0; i < n; ++i) input[i] = 0;
    for (int kind = 0; kind < kinds; ++kind)
        for (int i = 0; i < n; ++i) input[i] += entry[kind * n + i] * rates[kind];
    for (int i = 0; i < n; ++i) {
        level[i] = input[i] * plateaus[i];
        const double size = level[i] < 0 ? -level[i] : level[i];
        largest[i] = size > largest[i] ? size : largest[i];
    }
}

double largest(int count, const double* numbers) {
    double partial[2 * lanes] = {}, most = 0;
    int i = 0;
    for (; i + 2 * lanes <= count; i += 2 * lanes)
        for (int lane = 0; lane < 2 * lanes; ++lane) {
            const double size = size_of(numbers[i + lane]);
            partial[lane] = size > partial[lane] ? size : partial[lane];
        }
    for (; i < count; ++i) most = size_of(numbers[i]) > most ? size_of(numbers[i]) : most;
    for (int lane = 0; lane < 2 * lanes; ++lane) most = partial[lane] > most ? partial[lane] : most;
    return most;
}

#define CISTERNA_TEXT_OF(name) #name
#define CISTERNA_TEXT(name) CISTERNA_TEXT_OF(name)

}  // namespace

extern const Loops loops;
const Loops loops = {CISTERNA_TEXT(CISTERNA_WIDTH), symmetric_modes, multiply, advance, take, residual,
                     largest, follow_blocks, line_modes, join_hub, follow_channel, respond};

}  // namespace CISTERNA_WIDTH
}  // namespace cisterna
