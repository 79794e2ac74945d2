// Softmax for both element types; the bodies are in softmax.inc.
#include "softmax.h"

#include "vector_math.h"

// Partial sums of one row, and columns of a strided one: wide enough for AVX-512, and a fixed order of addition.
enum { laneCount = 16, columnCount = 64 };

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define REAL float
#define NAME(x) JOIN(x, _f32)
#define LOG logf
#include "softmax.inc"
#undef REAL
#undef NAME
#undef LOG
#define REAL double
#define NAME(x) JOIN(x, _f64)
#define LOG log
#include "softmax.inc"
