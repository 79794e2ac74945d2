// Direct convolution for both element types: conv.inc has forward and data gradient, conv_weights.inc the weights,
// conv_lines.inc the source lines that no tensor holds.
#include "convolution.h"

#include "gemm_tile.h"
#include "vector_math.h"

enum {
  // Input channels of one unit of the weight gradient: a multiple of every tile height (4, 6 and 8).
  unitChannels = 24,
  // Output lines gathered before the weight gradient's accumulators are written back.
  maxBlockLines = 64,
};

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

static int64_t tapCount(const TesseraConvolution *c) { return c->kernel[0] * c->kernel[1] * c->kernel[2]; }

static int64_t outputLines(const TesseraConvolution *c) { return c->batch * c->output[0] * c->output[1]; }

static int64_t channelUnits(const TesseraConvolution *c) {
  return (c->inputChannels + unitChannels - 1) / unitChannels;
}

// Sixteen slabs keep many threads busy; fewer where sixteen copies of the weights would be large.
int64_t tessera_convolution_weight_slabs(const TesseraConvolution *problem) {
  int64_t elements = tapCount(problem) * problem->inputChannels * problem->outputChannels;
  int64_t bySize = larger((1 << 20) / larger(elements, 1), 1);
  return larger(smaller(smaller(16, bySize), outputLines(problem)), 1);
}

int64_t tessera_convolution_weight_units(const TesseraConvolution *problem) {
  return tapCount(problem) * channelUnits(problem);
}

#define REAL float
#define NAME(x) JOIN(x, _f32)
#include "gemm_tiles.inc"
#include "conv_lines.inc"
#include "conv.inc"
#include "conv_weights.inc"
#undef REAL
#undef NAME
#define REAL double
#define NAME(x) JOIN(x, _f64)
#include "gemm_tiles.inc"
#include "conv_lines.inc"
#include "conv.inc"
#include "conv_weights.inc"
