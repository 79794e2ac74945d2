// Convolution in channels-last order (batch, depth, height, width, channels), without a library.
// Two dimensions are a depth of 1. A transposed convolution is the backward pass of a plain one: its forward is
// `backward_data`, its data gradient `forward`, its weight gradient the same with x and dy exchanged.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "half.h"

// Weights are [outputChannels][inputChannels][kernel] outside, as PyTorch stores them. Dilation is 1.
typedef struct {
  int64_t batch, inputChannels, outputChannels;
  int64_t input[3], output[3], kernel[3], stride[3], padding[3];
} TesseraConvolution;

// Which pass a set of weights is packed for.
typedef enum { TesseraForward = 0, TesseraBackwardData = 1 } TesseraConvolutionPass;

// A tensor that a convolution reads. With `scale`, values are normalized on their way in: v = (x - center) scale, then
// v < 0 ? v slope : v, with one center and one scale an image and channel.
typedef struct {
  const void *data, *center, *scale;
  int64_t channels;
} TesseraConvolutionPart;

// What a convolution reads: one tensor, or the channels of two side by side. Lines of any source but one plain tensor
// are made in scratch, each once for the target lines that follow each other; a whole map is never made.
typedef struct {
  TesseraConvolutionPart parts[2];
  int64_t count;
  double slope;
} TesseraConvolutionSource;

// Output channels of a weight gradient that `finish` takes at a time: calls for as many waste nothing.
enum { tesseraFinishOutputs = 64 };

// Weights, of the type that is computed with. `packed_count` elements hold them packed, `pack` packs source channels
// begin..<end. `partial_count` elements hold a partial gradient, and `finish` makes dw = Σ partials over slabs, in
// PyTorch's order of weights, for output channels begin..<end, in `finish_scratch` bytes of scratch.
#define TESSERA_DECLARE_CONVOLUTION_WEIGHTS(REAL, suffix)                                                             \
  int64_t tessera_convolution_packed_count_##suffix(const TesseraConvolution *problem, TesseraConvolutionPass pass);  \
  void tessera_convolution_pack_##suffix(const TesseraConvolution *problem, TesseraConvolutionPass pass,              \
                                         const REAL *weights, REAL *packed, int64_t begin, int64_t end);              \
  int64_t tessera_convolution_partial_count_##suffix(const TesseraConvolution *problem);                              \
  int64_t tessera_convolution_weight_units_##suffix(const TesseraConvolution *problem);                               \
  void tessera_convolution_weight_finish_##suffix(const TesseraConvolution *problem, const REAL *partials,            \
                                                  int64_t slabs, REAL *dw, int64_t begin, int64_t end,                \
                                                  void *scratch);                                                     \
  size_t tessera_convolution_finish_scratch_##suffix(const TesseraConvolution *problem);

TESSERA_DECLARE_CONVOLUTION_WEIGHTS(float, f32)
TESSERA_DECLARE_CONVOLUTION_WEIGHTS(double, f64)

// The weight gradient is a sum over output lines. It is made in `slabs` partial sums whose number depends on the
// problem alone, then added in slab order, so that its bits do not depend on threads. Where the weights are large
// there is one slab, and threads share the work by unit (a kernel tap or, where three width taps are filtered, a point, and
// a group of input channels) instead.
int64_t tessera_convolution_weight_slabs(const TesseraConvolution *problem);

// Maps, of the type that tensors hold. `scratch` and `weight_scratch` are the bytes that a call of either pass and of
// the weight gradient needs (each thread its own).
//
// `run` writes lines begin..<end of the target: y for the forward pass, dx for the backward one; adds to them where
// told. A line is one (batch, depth, height); any cut into slabs gives the same bits. `bias` (one element a target
// channel) or null.
//
// `weight_sharing` units that follow each other read lines that a call makes, and so belong together.
// `weight_partial` adds lines begin..<end of the output to units unitBegin..<unitEnd of `partial`, which starts as zeros.
#define TESSERA_DECLARE_CONVOLUTION(STORE, REAL, suffix)                                                              \
  size_t tessera_convolution_scratch_##suffix(const TesseraConvolution *problem,                                      \
                                              const TesseraConvolutionSource *source);                                \
  size_t tessera_convolution_weight_scratch_##suffix(const TesseraConvolution *problem,                               \
                                                     const TesseraConvolutionSource *source);                         \
  int64_t tessera_convolution_weight_sharing_##suffix(const TesseraConvolution *problem,                              \
                                                      const TesseraConvolutionSource *source);                        \
  void tessera_convolution_run_##suffix(const TesseraConvolution *problem, TesseraConvolutionPass pass,               \
                                        const TesseraConvolutionSource *source, const REAL *packed,                   \
                                        const REAL *bias, bool accumulate, STORE *target, int64_t begin, int64_t end, \
                                        void *scratch);                                                               \
  void tessera_convolution_weight_partial_##suffix(                                                                   \
      const TesseraConvolution *problem, const TesseraConvolutionSource *x, const STORE *dy, REAL *partial,           \
      int64_t begin, int64_t end, int64_t unitBegin, int64_t unitEnd, void *scratch);

TESSERA_DECLARE_CONVOLUTION(float, float, f32)
TESSERA_DECLARE_CONVOLUTION(double, double, f64)
TESSERA_DECLARE_CONVOLUTION(TesseraBFloat16, float, bf16)
TESSERA_DECLARE_CONVOLUTION(TesseraFloat16, float, f16)

#undef TESSERA_DECLARE_CONVOLUTION_WEIGHTS
#undef TESSERA_DECLARE_CONVOLUTION
