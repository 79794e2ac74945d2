#pragma once

#include <stdint.h>

// Reductions advance through results in tiles: up to REDUCE_TILE neighbours along `inner`, which share an outer index,
// so that memory is read along its rows.
enum { REDUCE_TILE = 256 };

typedef struct {
  int64_t source;  // offset of the tile's first element
  int64_t width;
} reduce_tile;

static inline reduce_tile reduce_tile_at(int64_t result, int64_t end, int64_t reduce, int64_t inner) {
  int64_t outer = result / inner, column = result % inner;
  int64_t width = inner - column;
  if (width > REDUCE_TILE) width = REDUCE_TILE;
  if (width > end - result) width = end - result;
  return (reduce_tile){outer * reduce * inner + column, width};
}
