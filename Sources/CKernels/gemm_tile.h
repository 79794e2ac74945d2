// Geometry of the register tiles, the same for every element type.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { maxTileRows = 8 };

// Rows of the tile that is `vectors` columns wide.
static inline int tileRows(int vectors) { return vectors == 1 ? 8 : vectors == 2 ? 6 : 4; }

// Width of the next tile when `remaining` vectors are left: threes, but 4 is two twos rather than 3 and 1.
static inline int tileVectors(int64_t remaining) {
  return remaining >= 5 || remaining == 3 ? 3 : remaining == 1 ? 1 : 2;
}

static inline int64_t roundUp(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }
static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
