#pragma once

#include <stdint.h>

#include "pointwise_target.h"

// Blocks are computed side by side so that the rounds vectorise; the width changes speed, never values.
enum { PHILOX_LANES = 16 };

typedef struct {
  uint32_t word[4][PHILOX_LANES];  // word w of lane l belongs to block first + l
} philox_blocks;

TESSERA_INLINE uint32_t philox_high(uint32_t a, uint32_t b) { return (uint32_t)(((uint64_t)a * b) >> 32); }

// Ten rounds on one counter; multipliers and key increments are the generator's published constants.
TESSERA_INLINE void philox_rounds(uint32_t c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    uint32_t high0 = philox_high(0xD2511F53u, c[0]), low0 = 0xD2511F53u * c[0];
    uint32_t high1 = philox_high(0xCD9E8D57u, c[2]), low1 = 0xCD9E8D57u * c[2];
    c[0] = high1 ^ c[1] ^ k0;
    c[1] = low1;
    c[2] = high0 ^ c[3] ^ k1;
    c[3] = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

TESSERA_INLINE void philox_fill(uint64_t key, uint64_t stream, uint64_t first, philox_blocks *blocks) {
  for (int lane = 0; lane < PHILOX_LANES; lane++) {
    uint64_t block = first + (uint64_t)lane;
    uint32_t c[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)};
    philox_rounds(c, (uint32_t)key, (uint32_t)(key >> 32));
    for (int w = 0; w < 4; w++) blocks->word[w][lane] = c[w];
  }
}

// Two words as one number, the first word the more significant one.
TESSERA_INLINE uint64_t philox_pair(const philox_blocks *blocks, int pair, int64_t lane) {
  return (uint64_t)blocks->word[2 * pair][lane] << 32 | blocks->word[2 * pair + 1][lane];
}
