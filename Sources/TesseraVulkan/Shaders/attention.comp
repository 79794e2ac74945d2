#version 460
// The forward pass: softmax as the sums grow, rescaled where a larger score turns up.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
#include "philox.glsl"
#include "attention.glsl"

void attend(int window, Head head, int first) {
  vec4 q[ROWS][FOURS], sums[ROWS][FOURS];
  float largest[ROWS], total[ROWS];
  int row[ROWS], region[ROWS];
  EACH_ROW(r) {
    int i = TOKEN(first, r);
    row[r] = rows[i];
    region[r] = regions[i];
    largest[r] = -INFINITY;
    total[r] = 0.0;
    EACH_FOUR(c) {
      q[r][c] = partOf(head, 0, i, 4 * c) * arguments.scale;
      sums[r][c] = vec4(0.0);
    }
  }
  for (int j = 0; j < TOKENS; j++) {
    vec4 key[FOURS], value[FOURS];
    EACH_FOUR(c) {
      key[c] = partOf(head, 1, j, 4 * c);
      value[c] = partOf(head, 2, j, 4 * c);
    }
    int otherRow = rows[j], otherRegion = regions[j];
    EACH_ROW(r) {
      float score = biasOf(head, row[r], region[r], otherRow, otherRegion);
      EACH_FOUR(c) score += dot(q[r][c], key[c]);
      if (score > largest[r]) {
        float factor = exact_exp(largest[r] - score);
        total[r] *= factor;
        EACH_FOUR(c) sums[r][c] *= factor;
        largest[r] = score;
      }
      float share = exact_exp(score - largest[r]);
      total[r] += share;
      share *= dropped(head, window, TOKEN(first, r), j);
      EACH_FOUR(c) sums[r][c] += share * value[c];
    }
  }
  EACH_ROW(r) {
    if (!IS_TOKEN(first, r)) continue;
    int i = TOKEN(first, r);
    Floats(arguments.logSums).at[(window * head.heads + head.number) * TOKENS + i] = largest[r] + exact_log(total[r]);
    if (places[i] < 0) continue;
    EACH_FOUR(c) storeFour(arguments.result, rowOf(head, i) + 4 * c, 4 * c, sums[r][c] / total[r]);
  }
}

void main() {
  for (uint item = gl_WorkGroupID.x; item < arguments.windows * arguments.heads; item += gl_NumWorkGroups.x) {
    int window = int(item / arguments.heads);
    Head head = headOf(int(item % arguments.heads));
    findTokens(window);
    for (int first = 0; first < TOKENS; first += 128 * ROWS) attend(window, head, first);
  }
}
