// Normalizations for both element types: norm_layer.inc, norm_instance.inc, and two instance norms added in
// norm_residual.inc.
#include "norm.h"

#include "vector_math.h"

// Partial sums of a row (a fixed order of addition), and channels an instance loop holds in local arrays.
enum { laneCount = 16, channelBlock = 64 };

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define REAL float
#define NAME(x) JOIN(x, _f32)
#include "norm_layer.inc"
#include "norm_instance.inc"
#include "norm_residual.inc"
#undef REAL
#undef NAME
#define REAL double
#define NAME(x) JOIN(x, _f64)
#include "norm_layer.inc"
#include "norm_instance.inc"
#include "norm_residual.inc"
