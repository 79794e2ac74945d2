// Which source positions a target position of a convolution reads, an axis at a time.
#pragma once

#include "convolution.h"
#include "vector_math.h"

// How a target axis gathers from a source axis. Targets are visited by residue: target = residue + step * t.
typedef struct {
  int64_t source, target, kernel, stride, padding;
  bool backward;
} Axis;

static Axis convolutionAxis(const TesseraConvolution *c, TesseraConvolutionPass pass, int dimension) {
  bool backward = pass == TesseraBackwardData;
  int64_t input = c->input[dimension], output = c->output[dimension];
  return (Axis){backward ? output : input, backward ? input : output, c->kernel[dimension],
                      c->stride[dimension], c->padding[dimension], backward};
}

// The source position that tap `k` reads for `target`, or -1 where there is none.
TESSERA_INLINE int64_t sourcePosition(const Axis *axis, int64_t target, int64_t k) {
  int64_t position = axis->backward ? target + axis->padding - k : target * axis->stride - axis->padding + k;
  if (position < 0) return -1;
  if (axis->backward) {
    if (position % axis->stride) return -1;
    position /= axis->stride;
  }
  return position < axis->source ? position : -1;
}

static int64_t sourceChannels(const TesseraConvolution *c, TesseraConvolutionPass pass) {
  return pass == TesseraForward ? c->inputChannels : c->outputChannels;
}

static int64_t targetChannels(const TesseraConvolution *c, TesseraConvolutionPass pass) {
  return pass == TesseraForward ? c->outputChannels : c->inputChannels;
}
