#pragma once

#include <stdint.h>

// Reading and adding at positions given by an index tensor. Indices count from 0 and are in range: `ck_index_normalize`
// checks and counts negative ones from the end. Strides count elements; ranges of positions are those of the pointwise
// kernels.

// Writes each index into `out` as 0 ..< limit. Returns the position of the first that is out of range, or -1.
int64_t ck_index_normalize(const int64_t *index, int64_t count, int64_t limit, int64_t *out);

// out[i] = source[i, with the indexed dimension's coordinate replaced by index[i]]: `shape` is the output's,
// `sourceStrides` has 0 in the indexed dimension, `step` is the source's stride there. An index that is the same for
// whole rows (stride 0 in the other dimensions) copies rows. Elements of 1, 2, 4 or 8 bytes.
void ck_gather(int elementSize, int rank, const int64_t *shape, const void *source, const int64_t *sourceStrides,
               int64_t step, const int64_t *index, const int64_t *indexStrides, void *out, const int64_t *outStrides,
               int64_t begin, int64_t end);

// out[i, with the coordinate replaced by index[i]] += source[i], in the order of positions; `outStrides` has 0 in the
// indexed dimension. Ranges may run one after another, not at once: two positions may add to one element.
void ck_scatter_add_f32(int rank, const int64_t *shape, const float *source, const int64_t *sourceStrides,
                        const int64_t *index, const int64_t *indexStrides, float *out, const int64_t *outStrides,
                        int64_t step, int64_t begin, int64_t end);
void ck_scatter_add_f64(int rank, const int64_t *shape, const double *source, const int64_t *sourceStrides,
                        const int64_t *index, const int64_t *indexStrides, double *out, const int64_t *outStrides,
                        int64_t step, int64_t begin, int64_t end);

// How many bytes are nonzero, and where: `positions` receives begin ..< end's in ascending order.
int64_t ck_mask_count(const uint8_t *mask, int64_t begin, int64_t end);
void ck_mask_positions(const uint8_t *mask, int64_t *positions, int64_t begin, int64_t end);

// The elements whose byte is nonzero, packed.
void ck_mask_compact(int elementSize, const uint8_t *mask, const void *source, void *out, int64_t begin, int64_t end);
