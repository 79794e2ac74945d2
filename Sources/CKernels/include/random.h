#pragma once

#include <stdint.h>

// Random numbers as a function: element i of a draw depends on the key (the seed), on `stream` (which draw it is) and on
// i, and on nothing else. Any range of elements can be computed anywhere, in any order, again and again. The generator
// is Philox4x32-10 with counter (block index, stream), both 64 bits, low words first.

// The four words of one block, for tests and for other backends.
void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

// All kernels write elements begin ..< end of the draw to out[begin ..< end].

// Uniform on [0, 1): float32 has 24 random bits, four elements a block; float64 has 53, two elements a block.
void ck_random_uniform_f32(uint64_t key, uint64_t stream, float *out, int64_t begin, int64_t end);
void ck_random_uniform_f64(uint64_t key, uint64_t stream, double *out, int64_t begin, int64_t end);

// Standard normal by Box-Muller: neighbours 2k and 2k + 1 share a radius.
void ck_random_normal_f32(uint64_t key, uint64_t stream, float *out, int64_t begin, int64_t end);
void ck_random_normal_f64(uint64_t key, uint64_t stream, double *out, int64_t begin, int64_t end);

// 1 with the given probability: where the float32 uniform of the same element is below it.
void ck_random_bernoulli(uint64_t key, uint64_t stream, float probability, uint8_t *out, int64_t begin, int64_t end);

// Integers low ..< low + range, by multiplying a 64-bit fraction by `range`: the bias is below range / 2^64.
void ck_random_integer(uint64_t key, uint64_t stream, int64_t low, uint64_t range, int64_t *out, int64_t begin,
                       int64_t end);
