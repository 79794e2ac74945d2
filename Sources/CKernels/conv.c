// Convolution for every stored type: conv.inc has forward and data gradient, conv_weights.inc the weights' gradient,
// conv_lines.inc the source lines that no tensor holds as they are read, conv_pack.inc the order of weights. Most products
// are direct; conv_short.inc has those of three width taps over long lines, which take half of the multiplications.
#include "convolution.h"

#include "conv_axis.h"
#include "element.h"
#include "gemm_tile.h"

enum {
  // Input channels of one unit of the weight gradient: a multiple of every tile height (4, 6 and 8).
  unitChannels = 24,
  // Output lines gathered before the weight gradient's accumulators are written back.
  maxBlockLines = 64,
  // Outputs of a tile of three width taps, and the products that these take.
  shortOutputs = 4,
  shortPoints = 6,
  // Channels and positions of a line that pay for the transforms.
  shortChannels = 12,
  shortWidth = 16,
  // Inputs of a partial weight gradient that are finished together: 27 taps of them and 64 outputs are 27 KiB in float.
  finishInputs = 4,
};

static int64_t tileCount(int64_t width) { return (width + shortOutputs - 1) / shortOutputs; }

static int64_t tapCount(const TesseraConvolution *c) { return c->kernel[0] * c->kernel[1] * c->kernel[2]; }

// Kernel taps that read different lines.
static int64_t lineTapCount(const TesseraConvolution *c) { return c->kernel[0] * c->kernel[1]; }

static int64_t outputLines(const TesseraConvolution *c) { return c->batch * c->output[0] * c->output[1]; }

static int64_t channelUnits(const TesseraConvolution *c) {
  return (c->inputChannels + unitChannels - 1) / unitChannels;
}

// The larger of a source and a target line.
static int64_t lineElements(const TesseraConvolution *c) {
  return larger(c->input[2] * c->inputChannels, c->output[2] * c->outputChannels);
}

// Sixteen slabs keep many threads busy; fewer where sixteen copies of the weights would be large.
int64_t tessera_convolution_weight_slabs(const TesseraConvolution *problem) {
  int64_t elements = tapCount(problem) * problem->inputChannels * problem->outputChannels;
  int64_t bySize = larger((1 << 20) / larger(elements, 1), 1);
  return larger(smaller(smaller(16, bySize), outputLines(problem)), 1);
}

#define BODY "gemm_tiles.inc"
#include "each_real.inc"
#define BODY "conv_short.inc"
#include "each_real.inc"
#define BODY "conv_pack.inc"
#include "each_real.inc"
#define BODY "conv_lines.inc"
#include "each_element.inc"
#define BODY "conv.inc"
#include "each_element.inc"
#define BODY "conv_weights.inc"
#include "each_element.inc"
