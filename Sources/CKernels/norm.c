// Normalizations for both element types; layer normalization is in norm_layer.inc, instance in norm_instance.inc.
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
#undef REAL
#undef NAME
#define REAL double
#define NAME(x) JOIN(x, _f64)
#include "norm_layer.inc"
#include "norm_instance.inc"
