// Convolution in channels-last order (batch, depth, height, width, channels), without a library.
// Two dimensions are a depth of 1. A transposed convolution is the backward pass of a plain one: its forward is
// `backward_data`, its data gradient `forward`, its weight gradient the same with x and dy exchanged.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

// Elements of packed weights, whose source channels begin..<end a call packs, and bytes of scratch a call of either
// pass needs (each thread its own).
int64_t tessera_convolution_packed_count_f32(const TesseraConvolution *problem, TesseraConvolutionPass pass);
int64_t tessera_convolution_packed_count_f64(const TesseraConvolution *problem, TesseraConvolutionPass pass);
void tessera_convolution_pack_f32(const TesseraConvolution *problem, TesseraConvolutionPass pass,
                                  const float *weights, float *packed, int64_t begin, int64_t end);
void tessera_convolution_pack_f64(const TesseraConvolution *problem, TesseraConvolutionPass pass,
                                  const double *weights, double *packed, int64_t begin, int64_t end);
size_t tessera_convolution_scratch_f32(const TesseraConvolution *problem,
                                       const TesseraConvolutionSource *source);
size_t tessera_convolution_scratch_f64(const TesseraConvolution *problem,
                                       const TesseraConvolutionSource *source);

// Writes lines begin..<end of the target: y for the forward pass, dx for the backward one; adds to them where told. A
// line is one (batch, depth, height); any cut into slabs gives the same bits. `bias` (one element a target channel) or
// null.
void tessera_convolution_run_f32(const TesseraConvolution *problem, TesseraConvolutionPass pass,
                                 const TesseraConvolutionSource *source, const float *packed, const float *bias,
                                 bool accumulate, float *target, int64_t begin, int64_t end, void *scratch);
void tessera_convolution_run_f64(const TesseraConvolution *problem, TesseraConvolutionPass pass,
                                 const TesseraConvolutionSource *source, const double *packed, const double *bias,
                                 bool accumulate, double *target, int64_t begin, int64_t end, void *scratch);

// The weight gradient is a sum over output lines. It is made in `slabs` partial sums whose number depends on the
// problem alone, then added in slab order, so that its bits do not depend on threads. Where the weights are large
// there is one slab, and threads share the work by unit (a kernel tap and a group of input channels) instead.
int64_t tessera_convolution_weight_slabs(const TesseraConvolution *problem);
int64_t tessera_convolution_weight_units(const TesseraConvolution *problem);
int64_t tessera_convolution_partial_count_f32(const TesseraConvolution *problem);
int64_t tessera_convolution_partial_count_f64(const TesseraConvolution *problem);
size_t tessera_convolution_weight_scratch_f32(const TesseraConvolution *problem,
                                              const TesseraConvolutionSource *source);
size_t tessera_convolution_weight_scratch_f64(const TesseraConvolution *problem,
                                              const TesseraConvolutionSource *source);

// Adds lines begin..<end of the output to units unitBegin..<unitEnd of `partial`, which starts as zeros.
void tessera_convolution_weight_partial_f32(const TesseraConvolution *problem,
                                            const TesseraConvolutionSource *x, const float *dy, float *partial,
                                            int64_t begin, int64_t end, int64_t unitBegin, int64_t unitEnd,
                                            void *scratch);
void tessera_convolution_weight_partial_f64(const TesseraConvolution *problem,
                                            const TesseraConvolutionSource *x, const double *dy, double *partial,
                                            int64_t begin, int64_t end, int64_t unitBegin, int64_t unitEnd,
                                            void *scratch);

// dw = Σ partials over slabs, in PyTorch's order of weights, for output channels begin..<end.
void tessera_convolution_weight_finish_f32(const TesseraConvolution *problem, const float *partials, int64_t slabs,
                                           float *dw, int64_t begin, int64_t end);
void tessera_convolution_weight_finish_f64(const TesseraConvolution *problem, const double *partials, int64_t slabs,
                                           double *dw, int64_t begin, int64_t end);
