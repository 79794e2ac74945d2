// Softmax for every stored type; the bodies are in softmax.inc.
#include "softmax.h"

#include "element.h"

// Partial sums of one row, and columns of a strided one: wide enough for AVX-512, and a fixed order of addition.
enum { laneCount = 16, columnCount = 64 };

#define BODY "softmax.inc"
#include "each_element.inc"
