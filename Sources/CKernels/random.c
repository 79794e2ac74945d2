#include "include/random.h"

#include <math.h>

#include "pointwise_math.h"
#include "random_philox.h"

void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  for (int w = 0; w < 4; w++) out[w] = counter[w];
  philox_rounds(out, key[0], key[1]);
}

TESSERA_INLINE float unit_f32(uint32_t word) { return (float)(word >> 8) * 0x1p-24f; }
TESSERA_INLINE double unit_f64(uint64_t word) { return (double)(word >> 11) * 0x1p-53; }

// One kernel a distribution: PER_BLOCK elements come from each block, and VALUE computes element `e` of lane `l`. A
// partial first or last group of blocks is computed whole and cut, so a range's ends do not change its values.
#define DRAW(name, T, PER_BLOCK, PARAMETERS, VALUE)                                                                  \
  TESSERA_CLONES void name(uint64_t key, uint64_t stream, PARAMETERS T *out, int64_t begin, int64_t end) {                \
    enum { GROUP = PHILOX_LANES * PER_BLOCK };                                                                       \
    for (int64_t group = begin / GROUP; group * GROUP < end; group++) {                                              \
      philox_blocks blocks;                                                                                          \
      philox_fill(key, stream, (uint64_t)group * PHILOX_LANES, &blocks);                                             \
      T values[GROUP];                                                                                               \
      for (int l = 0; l < PHILOX_LANES; l++)                                                                         \
        for (int e = 0; e < PER_BLOCK; e++) values[l * PER_BLOCK + e] = (VALUE);                                     \
      int64_t from = group * GROUP < begin ? begin : group * GROUP;                                                  \
      int64_t to = (group + 1) * GROUP > end ? end : (group + 1) * GROUP;                                            \
      memcpy(out + from, values + (from - group * GROUP), (size_t)(to - from) * sizeof(T));                          \
    }                                                                                                                \
  }

#define NONE
#define PROBABILITY float probability,
#define BOUNDS int64_t low, uint64_t range,

// Element e of a block's normals: e even is radius · cos, odd radius · sin. The radius's uniform is in (0, 1].
TESSERA_INLINE float normal_f32(uint32_t radius, uint32_t angle, int e) {
  float r = sqrtf(-2.0f * ck_log_f32((float)((radius >> 8) + 1) * 0x1p-24f));
  float turn = 6.28318530717958648f * unit_f32(angle);
  return r * (e % 2 == 0 ? cosf(turn) : sinf(turn));
}

TESSERA_INLINE double normal_f64(uint64_t radius, uint64_t angle, int e) {
  double r = sqrt(-2.0 * log((double)((radius >> 11) + 1) * 0x1p-53));
  double turn = 6.28318530717958648 * unit_f64(angle);
  return r * (e == 0 ? cos(turn) : sin(turn));
}

TESSERA_INLINE int64_t scaled(uint64_t fraction, int64_t low, uint64_t range) {
  return (int64_t)((uint64_t)low + (uint64_t)(((unsigned __int128)fraction * range) >> 64));
}

DRAW(ck_random_uniform_f32, float, 4, NONE, unit_f32(blocks.word[e][l]))
DRAW(ck_random_uniform_f64, double, 2, NONE, unit_f64(philox_pair(&blocks, e, l)))
DRAW(ck_random_normal_f32, float, 4, NONE, normal_f32(blocks.word[e & 2][l], blocks.word[(e & 2) + 1][l], e))
DRAW(ck_random_normal_f64, double, 2, NONE, normal_f64(philox_pair(&blocks, 0, l), philox_pair(&blocks, 1, l), e))
DRAW(ck_random_bernoulli, uint8_t, 4, PROBABILITY, unit_f32(blocks.word[e][l]) < probability)
DRAW(ck_random_integer, int64_t, 2, BOUNDS, scaled(philox_pair(&blocks, e, l), low, range))
