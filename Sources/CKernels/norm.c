// Normalizations for every stored type: norm_layer.inc, norm_instance.inc, and two instance norms added in
// norm_residual.inc.
#include "norm.h"

#include "element.h"

// Partial sums of a row (a fixed order of addition), and channels an instance loop holds in local arrays.
enum { laneCount = 16, channelBlock = 64 };

#define BODY "norm_layer.inc"
#include "each_element.inc"
#define BODY "norm_instance.inc"
#include "each_element.inc"
#define BODY "norm_residual.inc"
#include "each_element.inc"
